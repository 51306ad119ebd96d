"""Booking a car without an account: details, hold, payment, and the page behind the booking's link."""
