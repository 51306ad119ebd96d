"""The door of the staff: one blueprint a subject."""
