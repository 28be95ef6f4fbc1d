"""What a city run comes to: totals, ranking, and which compounds in which year."""
