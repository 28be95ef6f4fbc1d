"""Results as tables, JSON, CSV and Markdown, in English and Chinese; rounding happens only here."""
