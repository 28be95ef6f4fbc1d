"""The new 10 kV cable: the routes on the map and in tables."""

from collections.abc import Iterator
from dataclasses import replace

from gridcalc.connection.records import Connection
from gridcalc.report.page.markup import neutral, picture_address
from gridcalc.report.page.parts import Item, Picture, split_at, without_title
from gridcalc.report.route_report import route_output
from gridcalc.report.wording import Wording


def route_items(found: Connection, wording: Wording) -> Iterator[Item]:
    """Yield the answer, the map, then the tables; assumptions stand in their own section."""
    from gridcalc.report.route_plot import route_plot  # noqa: PLC0415  matplotlib is slow to load

    found = replace(found, site=replace(found.site, name=neutral(found.site.name)))
    blocks = without_title(route_output(found, wording, show_all=True).blocks)
    told, _ = split_at(blocks, wording("All assumptions"))
    yield from told[:1]
    yield Picture(
        source=picture_address(route_plot(found, wording, form="svg").data),
        label=wording("Map of the routes"),
    )
    yield from told[1:]
