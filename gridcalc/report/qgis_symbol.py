"""A symbol of one layer as QGIS reads it, in the spelling of its older and its newer versions."""

from collections.abc import Mapping
from typing import Literal
from xml.etree.ElementTree import Element, SubElement

SymbolKind = Literal["marker", "line", "fill"]
_CLASS: Mapping[SymbolKind, str] = {
    "marker": "SimpleMarker",
    "line": "SimpleLine",
    "fill": "SimpleFill",
}


def add_symbol(symbols: Element, name: str, kind: SymbolKind, looks: Mapping[str, str]) -> None:
    """Add a symbol to a list of symbols.

    Parameters
    ----------
    symbols
        The list.
    name, kind
        As the renderer calls it, and what it draws.
    looks
        Properties as QGIS names them, such as ``color`` or ``line_width``.

    Examples
    --------
    >>> symbols = Element("symbols")
    >>> add_symbol(symbols, "0", "line", {"line_width": "0.5"})
    >>> [(row.tag, row.get("class") or row.get("v")) for row in symbols[0].iter()]
    [('symbol', None), ('layer', 'SimpleLine'), ('Option', None), ('Option', None), ('prop', '0.5')]
    """
    symbol = SubElement(symbols, "symbol", {"name": name, "type": kind, "alpha": "1"})
    layer = SubElement(symbol, "layer", {"class": _CLASS[kind], "enabled": "1", "pass": "0"})
    options = SubElement(layer, "Option", {"type": "Map"})
    for key, value in looks.items():
        SubElement(options, "Option", {"type": "QString", "name": key, "value": value})
        SubElement(layer, "prop", {"k": key, "v": value})
