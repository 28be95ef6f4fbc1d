"""The 10 kV lines of a city: what compounds load them with together, and which of them fit."""
