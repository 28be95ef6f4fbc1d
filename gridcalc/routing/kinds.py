"""What a kind of corridor or obstacle means for a cable, and the words maps have for each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

from gridcalc.provenance import Confidence
from gridcalc.tables import read_data_table

SourceKind = Literal["rmu_bay", "line_tap", "switching_station_bay"]

Passage = Literal["crossing", "surface", "blocked"]
Kind = TypeVar("Kind", bound=str)

_BETWEEN = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorKind:
    """How a cable lies along a kind of corridor.

    Parameters
    ----------
    kind
        Name, such as ``secondary_road``.
    laying
        How a cable lies in it.
    laying_item, surface_item, crossing_item
        Items of the price book: channel per metre, surface per square metre, and what crosses the
        corridor from side to side per metre; empty where nothing is paid.
    trench_width_m
        Width of the surface that is opened. [m]
    road_width_m
        Length of a crossing from side to side. [m]
    is_road
        Whether a cable in it is laid along a road.
    aliases
        Other words for the kind in layers of maps, with semicolons between them.
    """

    kind: str
    laying: Literal["buried", "duct", "trench", "tray", "ladder", "air"]
    laying_item: str
    surface_item: str
    trench_width_m: float
    road_width_m: float
    crossing_item: str
    is_road: bool
    aliases: str
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleKind:
    """What a cable meets inside an area of a kind.

    Parameters
    ----------
    kind
        Name, such as ``river``.
    passage
        ``crossing``: passed by ``crossing_item`` per metre in place of the channel; ``surface``:
        dug, with ``surface_item`` in place of the corridor's surface where it is given;
        ``blocked``: not passed.
    is_green, is_important
        Whether it counts as green land, and as important infrastructure.
    aliases
        Other words for the kind in layers of maps, with semicolons between them.
    """

    kind: str
    passage: Passage
    crossing_item: str
    surface_item: str
    is_green: bool
    is_important: bool
    aliases: str
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKindWords:
    """The words for a kind of 10 kV connection point.

    Parameters
    ----------
    kind
        Name, such as ``rmu_bay``.
    aliases
        Other words for it in layers of maps, with semicolons between them.
    """

    kind: SourceKind
    aliases: str
    note: str
    source: str
    confidence: Confidence


CONNECTOR = "connector"
UNKNOWN = "unknown"
EXISTING_DUCT = "existing_duct"


@cache
def corridor_kinds() -> Mapping[str, CorridorKind]:
    """Return the kinds of corridor by name.

    Examples
    --------
    >>> corridor_kinds()["secondary_road"].is_road
    True
    """
    return {row.kind: row for row in read_data_table(CorridorKind, "corridor_kinds.csv")}


@cache
def obstacle_kinds() -> Mapping[str, ObstacleKind]:
    """Return the kinds of obstacle by name.

    Examples
    --------
    >>> obstacle_kinds()["lake"].passage
    'blocked'
    """
    return {row.kind: row for row in read_data_table(ObstacleKind, "obstacle_kinds.csv")}


@cache
def corridor_words() -> Mapping[str, str]:
    """Return the kind of corridor that each word of a map stands for; connectors have none.

    Examples
    --------
    >>> corridor_words()["次干道"], corridor_words()["secondary_road"]
    ('secondary_road', 'secondary_road')
    """
    rows = (row for row in corridor_kinds().values() if row.kind != CONNECTOR)
    return _words((row.kind, row.aliases) for row in rows)


@cache
def obstacle_words() -> Mapping[str, str]:
    """Return the kind of obstacle that each word of a map stands for.

    Examples
    --------
    >>> obstacle_words()["河道"]
    'river'
    """
    return _words((row.kind, row.aliases) for row in obstacle_kinds().values())


@cache
def source_words() -> Mapping[str, SourceKind]:
    """Return the kind of source that each word of a map stands for.

    Examples
    --------
    >>> source_words()["T接"]
    'line_tap'
    """
    rows = read_data_table(SourceKindWords, "source_kinds.csv")
    return _words((row.kind, row.aliases) for row in rows)


def listed_words(words: Mapping[str, str]) -> str:
    """Return the kinds, each with its other words.

    Examples
    --------
    >>> listed_words({"river": "river", "河道": "river", "lake": "lake"})
    'river (河道), lake'
    """
    others = {
        kind: [word for word, meant in words.items() if meant == kind and word != kind]
        for kind in dict.fromkeys(words.values())
    }
    return ", ".join(
        f"{kind} ({', '.join(names)})" if names else kind for kind, names in others.items()
    )


def _words(rows: Iterable[tuple[Kind, str]]) -> Mapping[str, Kind]:
    """Return the kind of each word: the kinds themselves, then what else they are called."""
    found: dict[str, Kind] = {}
    for kind, aliases in rows:
        found |= dict.fromkeys((kind, *filter(None, aliases.split(_BETWEEN))), kind)
    return found
