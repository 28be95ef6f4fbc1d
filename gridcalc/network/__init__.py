"""Compound and catalogue in, arrays of nodes, cables and transformers out."""
