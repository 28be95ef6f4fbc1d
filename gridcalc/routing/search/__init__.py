"""Searches on a directed graph with money and metres: all that is not dominated, and pairs."""
