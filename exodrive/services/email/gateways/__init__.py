"""Outside systems of the mail room."""
