"""How long a connection takes: steps in working days on the Chinese calendar."""
