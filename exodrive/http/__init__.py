"""The hall: what the three web doors share."""
