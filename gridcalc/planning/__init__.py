"""The cheapest works that make a compound fit: searched, verified by a study, priced, staged."""
