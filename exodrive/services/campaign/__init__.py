"""Campaigns: news by mail to those who asked for it."""
