"""The command line; click and rich stand only here."""
