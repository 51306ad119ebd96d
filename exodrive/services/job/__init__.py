"""Jobs as such: which are due, who runs them, what became of them. What a job does belongs to its own room."""
