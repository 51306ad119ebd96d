"""Bookings: search, hold, confirm, expire, cancel."""
