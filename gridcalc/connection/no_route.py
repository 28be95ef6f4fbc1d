"""Where there is no route: why, and what could help."""

from collections.abc import Sequence
from itertools import combinations

from gridcalc.connection.records import Remedy, SourceJudgement
from gridcalc.connection.sources import independent, unnamed
from gridcalc.notes import Note, note
from gridcalc.routing.corridors.reachable import reachable_from
from gridcalc.routing.records import SiteMap


def reason(site: SiteMap, usable: Sequence[int], relaxed: Sequence[str]) -> Note:
    """Return why there is no route.

    Parameters
    ----------
    site
        The site.
    usable
        Sources that can take the supply.
    relaxed
        Closed areas on the way.
    """
    double = site.supply == "double"
    rows = [site.sources[k] for k in usable]
    apart = any(independent(one, other) for one, other in combinations(rows, 2))
    if not site.sources:
        said = note("the site has no source")
    elif not rows:
        said = note("none of the {n} sources can take the new supply", n=len(site.sources))
    elif double and len(rows) == 1:
        said = note("only source {id} can take it; a double supply needs two", id=rows[0].id)
    elif double and not apart:
        said = note(
            "of {n} sources that can take it no two are known to hang on different busbars or"
            " substations",
            n=len(rows),
        )
    elif relaxed:
        said = note("every way to the target passes an area that may not be passed")
    elif double:
        said = note("there are no two routes to the target without a common corridor")
    else:
        said = note("no corridor leads from a source that can take it to the target")
    return said


def remedies(
    site: SiteMap,
    sources: Sequence[SourceJudgement],
    usable: Sequence[int],
    relaxed: Sequence[str],
) -> tuple[Remedy, ...]:
    """Return what could help: what the refused sources lack, else a line of its own.

    Where the map joins no usable source to the target, its corridors come first.

    Parameters
    ----------
    site, usable, relaxed
        As in `reason`.
    sources
        Every source, judged.
    """
    found: dict[Remedy, None] = {}
    joined = reachable_from(site.graph, site.target_node)
    if usable and not relaxed and not any(joined[site.source_node[k]] for k in usable):
        found["join_corridors"] = None
    for row in sources:
        found |= dict.fromkeys(row.remedies)
    rows = [site.sources[k] for k in usable]
    if site.supply == "double" and len(rows) > 1 and any(unnamed(rows)):
        found["name_busbar"] = None
    return tuple(found) or ("new_outgoing_line",)
