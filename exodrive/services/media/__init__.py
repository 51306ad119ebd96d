"""Photographs: taken in, checked, encoded for the site, and put in order."""
