"""Who may use the API: partners and their keys, personal keys of the staff, what is called, and what is rolled out."""
