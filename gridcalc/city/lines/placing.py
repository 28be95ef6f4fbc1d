"""Which compound is on which line: a table may name a line by its id or by its name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gridcalc.city.lines.records import Line, LineCompound, SharedName
from gridcalc.city.records import CityResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The compounds of a city on its lines.

    Attributes
    ----------
    of_line
        Compounds of each line by its id, in the order in which they are connected.
    rank
        Place of each compound in that order, over all lines.
    unknown_lines
        Ids of compounds by the line they name that is not in the table.
    without_line
        Ids of compounds that name none.
    shared_names
        Names that several lines have and that compounds use.
    """

    of_line: Mapping[str, tuple[LineCompound, ...]]
    rank: Mapping[str, int]
    unknown_lines: Mapping[str, tuple[str, ...]]
    without_line: tuple[str, ...]
    shared_names: tuple[SharedName, ...]


def line_compound(result: CityResult, year: int | None = None) -> LineCompound:
    """Return a result of a city run as a compound on a line.

    ``year`` is that of its works, where a plan by years tells.
    """
    return LineCompound(
        id=result.row.id,
        name=result.row.name,
        line=result.row.line,
        n_chargers=result.n_private_bays,
        installed_kva=sum(units.n * units.sn_kva for units in result.transformers),
        year=year,
    )


def line_ids(lines: Iterable[Line]) -> dict[str, str]:
    """Return the id of each line by its id and, where only one row has it, by its name.

    Examples
    --------
    >>> line_ids([Line(row=2, id="L1", name="East"), Line(row=3, id="L2", name="L1")])
    {'East': 'L1', 'L1': 'L1', 'L2': 'L2'}
    """
    known = tuple(lines)
    times = Counter(line.name for line in known)
    by_name = {line.name: line.id for line in known if times[line.name] == 1 and not line.namesakes}
    return by_name | {line.id: line.id for line in known}


def lines_by_shared_name(lines: Iterable[Line]) -> dict[str, tuple[str, ...]]:
    """Return the ids of lines by a name that several rows have, where no line has it as id.

    Examples
    --------
    >>> east = [Line(row=k, id=f"L{k}", name="East") for k in (2, 3)]
    >>> lines_by_shared_name([*east, Line(row=4, id="L4", name="West")])
    {'East': ('L2', 'L3')}
    """
    named: dict[str, dict[str, None]] = {}
    for line in lines:
        named.setdefault(line.name, {}).update(dict.fromkeys((line.id, *line.namesakes)))
    known = {one for ids in named.values() for one in ids}
    return {name: tuple(ids) for name, ids in named.items() if len(ids) > 1 and name not in known}


def place_compounds(lines: Sequence[Line], compounds: Iterable[LineCompound]) -> Placed:
    """Return the compounds on their lines, and those that cannot be placed.

    Parameters
    ----------
    lines
        Of the table of lines.
    compounds
        In the order in which they are connected.
    """
    ids, shared = line_ids(lines), lines_by_shared_name(lines)
    of_line: dict[str, list[LineCompound]] = {line.id: [] for line in lines}
    unknown: dict[str, list[str]] = {}
    without: list[str] = []
    rank: dict[str, int] = {}
    for compound in compounds:
        rank[compound.id] = len(rank)
        if not compound.line:
            without.append(compound.id)
        elif compound.line in ids:
            line = ids[compound.line]
            of_line[line].append(replace(compound, line=line))
        else:
            unknown.setdefault(compound.line, []).append(compound.id)
    return Placed(
        of_line={line: tuple(mine) for line, mine in of_line.items()},
        rank=rank,
        unknown_lines={
            line: tuple(mine) for line, mine in sorted(unknown.items()) if line not in shared
        },
        without_line=tuple(without),
        shared_names=tuple(
            SharedName(name=name, line_ids=shared[name], compound_ids=tuple(unknown[name]))
            for name in sorted(shared)
            if name in unknown
        ),
    )
