"""What the engineer describes: records, the YAML door, templates."""
