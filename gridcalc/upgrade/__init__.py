"""Works that make a compound fit: what can be built, what it changes, and what it needs."""
