"""Tables and rule packs; no code."""
