"""The door of the partners: typed procedures, as resources, by name and in batches."""
