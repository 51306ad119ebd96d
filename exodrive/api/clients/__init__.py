"""Clients of the API, made from the registry of procedures: `exodrive client --into docs/clients`."""
