"""A lean server of the other stack, for the ratio."""
