"""Will this compound's 10 kV and 0.4 kV supply carry the chargers, and what if not?"""

__version__ = "0.1.0"
