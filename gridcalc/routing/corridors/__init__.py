"""Lines on a map as a graph: ends joined, crossings cut, areas cut out, points connected."""
