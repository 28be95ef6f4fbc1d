"""A new 10 kV connection: sources judged, routes found, permits, cost and line checks."""
