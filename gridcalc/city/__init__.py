"""Many compounds: the city table, the work, the store of results and the 10 kV lines."""
