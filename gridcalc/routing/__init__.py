"""Which way a cable runs: layers of a map, corridors as a graph, searches on it, trenches."""
