"""What the business says of itself, and how to reach it."""
