"""Charging: when cars and e-bikes plug in, and who decides when they charge."""
