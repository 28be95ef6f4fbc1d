"""Days of a compound, simulated slot by slot: loads, orderly charging, power flow, extremes."""
