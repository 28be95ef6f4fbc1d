"""What can be bought and built with: transformers, cables, RMUs, breakers."""

from gridcalc.catalogue.listing import list_kinds, rows
from gridcalc.catalogue.load import Catalogue, Kind, load_catalogue
from gridcalc.catalogue.records import Cable, LvBreaker, Rmu, Transformer
from gridcalc.catalogue.sources import Source, load_sources

__all__ = [
    "Cable",
    "Catalogue",
    "Kind",
    "LvBreaker",
    "Rmu",
    "Source",
    "Transformer",
    "list_kinds",
    "load_catalogue",
    "load_sources",
    "rows",
]
