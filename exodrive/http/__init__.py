"""The hall: what web doors share."""
