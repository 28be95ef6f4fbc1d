"""One page that shows the compounds of a city on a map, as a list and one by one."""

from gridcalc.report.city_map.background import Background, read_background
from gridcalc.report.city_map.page import city_map_page

__all__ = ["Background", "city_map_page", "read_background"]
