"""Results and limits in, findings out."""
