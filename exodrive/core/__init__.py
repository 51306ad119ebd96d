"""Ground floor: knows nothing of cars."""
