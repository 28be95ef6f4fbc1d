"""Search of the cheapest plan: choices, a judge, cuts from what it finds, an integer program."""
