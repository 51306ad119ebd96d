"""Door of the customers."""
