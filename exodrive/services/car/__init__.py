"""The fleet: locations, cars, their photographs, and every claim on their time."""
