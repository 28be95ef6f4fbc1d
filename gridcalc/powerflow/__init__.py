"""Engines: voltages, currents and short-circuit levels of a network."""
