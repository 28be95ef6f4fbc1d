"""Households, chargers, e-bikes and public loads as per-phase demand."""
