"""One module per document or rule table, clause functions only."""
