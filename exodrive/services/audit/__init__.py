"""The audit: who did what to what, append-only."""
