"""The main transformers of a city's 10 kV lines: how they are loaded, how many they stop."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.city.lines.records import LineResult
from gridcalc.city.lines.relief import Passing, mode_of, passing_of_percents
from gridcalc.city.summary.line_room import MAIN_TRANSFORMER, LineRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class MainTransformer:
    """A main transformer with all its lines.

    Attributes
    ----------
    name
        As the table of lines tells it.
    sn_kva
        Rated power; ``None`` where the table is silent. [kVA]
    line_ids
        Of its lines.
    limit_percent
        Loading at which it takes no more; ``None`` where it is not known. [%]
    loading_percent
        With all compounds of its lines in a charging mode, ``today`` first; empty where its
        rated power is not known. [%]
    n_stopped
        Compounds that it keeps from charging without control.
    """

    name: str
    sn_kva: float | None
    line_ids: tuple[str, ...]
    limit_percent: float | None
    loading_percent: Mapping[str, float]
    n_stopped: int

    @property
    def worst_mode(self) -> str:
        """Mode with the highest loading; ``today`` where none is known."""
        known = self.loading_percent
        return max(known, key=lambda mode: known[mode], default="today")

    @property
    def worst_percent(self) -> float | None:
        """Highest loading. [%]."""
        return max(self.loading_percent.values(), default=None)

    @property
    def passing(self) -> Passing | None:
        """When it passes its limit; ``None`` where loading or limit are not known."""
        return passing_of_percents(self.loading_percent, self.limit_percent)


def main_transformers(
    lines: Sequence[LineResult], rooms: Mapping[str, LineRoom]
) -> tuple[MainTransformer, ...]:
    """Return the main transformers of some lines, the one with the highest loading first.

    Equal ones are in the order of their names; those that are not judged come last.

    Parameters
    ----------
    lines
        Of a city; those that name no main transformer are left out.
    rooms
        Of the compounds.
    """
    groups: dict[str, list[LineResult]] = {}
    for line in lines:
        if line.line.main_transformer:
            groups.setdefault(line.line.main_transformer, []).append(line)
    found = [_together(name, mine, rooms.values()) for name, mine in groups.items()]
    return tuple(sorted(found, key=lambda one: (-(one.worst_percent or 0.0), one.name)))


def _together(name: str, lines: Sequence[LineResult], rooms: Iterable[LineRoom]) -> MainTransformer:
    rated = (line.line.main_transformer_kva for line in lines)
    states = ((mode_of(state), state.main_transformer_percent) for state in lines[0].states)
    return MainTransformer(
        name=name,
        sn_kva=next((kva for kva in rated if kva is not None), None),
        line_ids=tuple(line.line.id for line in lines),
        limit_percent=lines[0].max_main_transformer_percent,
        loading_percent={mode: percent for mode, percent in states if percent is not None},
        n_stopped=sum(
            room.limited_by == MAIN_TRANSFORMER and room.main_transformer == name for room in rooms
        ),
    )
