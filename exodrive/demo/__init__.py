"""A business to try things on: demo fleet, and mass data for measurements."""
