"""A supply scheme generated from buildings, parking and paths."""
