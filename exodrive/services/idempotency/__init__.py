"""Writes that have their effect once, however often they are sent."""
