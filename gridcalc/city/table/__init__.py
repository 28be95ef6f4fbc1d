"""The table of a city's compounds: from a file of many formats to checked rows."""

from gridcalc.city.table.headings import meant_field
from gridcalc.city.table.reader import read_city_table

__all__ = ["meant_field", "read_city_table"]
