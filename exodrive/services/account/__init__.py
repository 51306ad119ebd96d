"""Staff accounts: who works here, how they get in, and what each may do."""
