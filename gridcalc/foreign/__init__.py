"""Networks of other programs: read safely, solved as they are, and asked how many chargers fit."""
