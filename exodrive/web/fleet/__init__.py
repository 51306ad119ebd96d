"""Finding a car: home, results, a car's page with its live price."""
