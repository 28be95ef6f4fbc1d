"""The table of a city's compounds: from a file of many formats to checked rows."""

from gridcalc.city.table.not_read import (
    NotRead,
    columns_not_read,
    left_to_templates,
    meant_field,
    usual_heading,
)
from gridcalc.city.table.reader import read_city_table

__all__ = [
    "NotRead",
    "columns_not_read",
    "left_to_templates",
    "meant_field",
    "read_city_table",
    "usual_heading",
]
