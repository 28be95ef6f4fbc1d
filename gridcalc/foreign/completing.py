"""What an unbalanced power flow needs and a file does not give: filled visibly, or refused."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from gridcalc.foreign.labels import labels
from gridcalc.foreign.records import Completed
from gridcalc.network.foreign_tables import ForeignTables, Frame, Scalar
from gridcalc.notes import Note, note
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption

_GROUP = re.compile(r"\b(YNyn|Dyn|Yzn)\d{0,2}\b")
_WITH_DIGITS = re.compile(r"([A-Za-z]+)\d{0,2}")
_SOLVED = {"dyn": "Dyn", "yzn": "Yzn", "ynyn": "YNyn"}
"""Vector groups with an unbalanced model that is right."""
_WHOLE = ("wye", "delta")
_BALANCED_ONLY = {
    "trafo3w": "three-winding transformers",
    "gen": "generators that hold a voltage",
    "motor": "motors",
    "ward": "ward equivalents",
    "xward": "extended ward equivalents",
    "impedance": "impedances",
    "dcline": "direct current lines",
}


def completed(tables: ForeignTables, policy: PolicyPack, vector_group: str) -> Completed:
    """Return tables that an unbalanced power flow takes.

    Parameters
    ----------
    tables
        As read.
    policy
        The pack whose ``foreign`` rules fill gaps.
    vector_group
        Group that transformers of groups without a model are taken for; empty where that is not
        wanted, which makes them a reason.
    """
    filled = _Filling(policy)
    frames = dict(tables.frames)
    reasons = list(_reasons(tables))
    notes: list[Note] = []
    if "trafo" in frames:
        groups = _vector_groups(tables, filled, vector_group)
        reasons += groups.reasons
        notes += groups.notes
        frames["trafo"] = _trafos(frames["trafo"].holding(vector_group=groups.values), filled)
    if "line" in frames:
        frames["line"] = _lines(frames["line"], filled)
    if "ext_grid" in frames:
        frames["ext_grid"] = _sources(frames["ext_grid"], filled)
    for name in ("load", "sgen"):
        if name in frames:
            frames[name] = _stars(frames[name], name, notes)
    if "load" in frames:
        notes += _constant_power(frames["load"])
    _storage_as_load(frames, notes)
    if tables.options:
        notes.append(
            note(
                "settings of the power flow in the file count for the balanced state only: {names}",
                names=", ".join(sorted(tables.options)),
            )
        )
    return Completed(
        tables=replace(tables, frames=frames, options={}),
        reasons=tuple(reasons),
        assumptions=filled.assumptions(),
        notes=tuple(notes),
    )


class _Filling:
    """Fills gaps with rules of a pack and remembers how many."""

    def __init__(self, policy: PolicyPack) -> None:
        self.policy = policy
        self.used: dict[str, dict[str, int]] = {}

    def note(self, rule: str, field: str, n: int) -> None:
        if n:
            self.used.setdefault(rule, {})[field] = n

    def column(
        self, frame: Frame, field: str, rule: str, of: Iterable[float] | None = None
    ) -> tuple[Scalar, ...]:
        """Return a column whose gaps hold the rule, times another column where one is given."""
        name = field.split(".")[1]
        ratio = self.policy.number(rule)
        found = frame.column(name)
        base = tuple(of) if of is not None else (1.0,) * frame.n
        self.note(rule, field, sum(value is None for value in found))
        return tuple(
            ratio * whole if value is None else value
            for value, whole in zip(found, base, strict=True)
        )

    def assumptions(self) -> tuple[Assumption, ...]:
        rows = []
        for rule, fields in sorted(self.used.items()):
            said = max(fields.items(), key=lambda item: (item[1], item[0]))
            row = self.policy.rule(rule).assumption()
            rows.append(replace(row, note=f"{said[0]} not given in {said[1]} entries"))
        return tuple(rows)


def _reasons(tables: ForeignTables) -> Iterator[str]:
    for name, words in _BALANCED_ONLY.items():
        frame = tables.frame(name)
        n = sum(frame.flags("in_service"))
        if n:
            yield f"{n} {words} ({name}) have no unbalanced model"
    for name in ("trafo",):
        frame = tables.frame(name)
        for column in ("tap_dependency_table", "tap_dependent_impedance"):
            if any(frame.flags(column, default=False)):
                yield f"impedances that follow the tap ({name}.{column}) are not read"


class _Groups:
    """Vector groups of all transformers, and what was decided about them."""

    def __init__(self) -> None:
        self.values: tuple[Scalar, ...] = ()
        self.reasons: list[str] = []
        self.notes: list[Note] = []


def _vector_groups(tables: ForeignTables, filled: _Filling, instead: str) -> _Groups:
    frame = tables.frame("trafo")
    result, values = _Groups(), []
    default = filled.policy.text("foreign.vector_group")
    given, types = frame.texts("vector_group"), frame.texts("std_type")
    rows = zip(labels(tables, "trafo"), given, types, frame.flags("in_service"), strict=True)
    for name, group, std_type, live in rows:
        found = _group_of(group, std_type)
        if found is None and group and live:
            _without_model(result, name, group, instead)
        values.append(found or (instead if group else "") or default)
    unsaid = [not group for group in given]
    in_type = [bool(_GROUP.search(std_type)) for std_type in types]
    n_read = sum(gap and told for gap, told in zip(unsaid, in_type, strict=True))
    filled.note("foreign.vector_group", "trafo.vector_group", sum(unsaid) - n_read)
    if n_read:
        result.notes.append(
            note("vector group of {n} transformers read from the name of their type", n=n_read)
        )
    result.values = tuple(values)
    return result


def _group_of(group: str, std_type: str) -> str | None:
    """Return the vector group that a column says, or the name of the type where it is empty.

    Examples
    --------
    >>> _group_of("dyn5", ""), _group_of("", "0.4 MVA 20/0.4 kV Dyn5 ASEA"), _group_of("Yy0", "")
    ('Dyn', 'Dyn', None)
    """
    if group:
        match = _WITH_DIGITS.fullmatch(group.strip())
        return _SOLVED.get(match[1].lower()) if match else None
    in_type = _GROUP.search(std_type)
    return in_type[1] if in_type else None


def _without_model(result: _Groups, name: str, group: str, instead: str) -> None:
    if instead:
        result.notes.append(
            note(
                "transformer {name} of group {group} is taken for {instead}, as asked",
                name=name,
                group=group,
                instead=instead,
            )
        )
    else:
        result.reasons.append(
            f"transformer {name} has the vector group {group!r}, which has no unbalanced model;"
            " --vector-group Dyn takes it for Dyn"
        )


def _trafos(frame: Frame, filled: _Filling) -> Frame:
    rule = "foreign.trafo_z0_over_z1"
    columns: Mapping[str, tuple[Scalar, ...]] = {
        "vk0_percent": filled.column(frame, "trafo.vk0_percent", rule, frame.numbers("vk_percent")),
        "vkr0_percent": filled.column(
            frame, "trafo.vkr0_percent", rule, frame.numbers("vkr_percent")
        ),
        "mag0_percent": filled.column(frame, "trafo.mag0_percent", "foreign.trafo_mag0_percent"),
        "si0_hv_partial": filled.column(
            frame, "trafo.si0_hv_partial", "foreign.trafo_si0_hv_partial"
        ),
        "mag0_rx": tuple(0.0 if value is None else value for value in frame.column("mag0_rx")),
    }
    return frame.holding(**columns)


def _lines(frame: Frame, filled: _Filling) -> Frame:
    """Return the lines with a zero sequence; resistance and reactance both zero count as a gap."""
    r0, x0 = frame.column("r0_ohm_per_km"), frame.column("x0_ohm_per_km")
    gaps = [not a and not b for a, b in zip(r0, x0, strict=True)]
    frame = frame.holding(
        r0_ohm_per_km=tuple(None if gap else a for a, gap in zip(r0, gaps, strict=True)),
        x0_ohm_per_km=tuple(None if gap else b for b, gap in zip(x0, gaps, strict=True)),
    )
    parts = (
        ("r0_ohm_per_km", "foreign.line_r0_over_r1", "r_ohm_per_km"),
        ("x0_ohm_per_km", "foreign.line_x0_over_x1", "x_ohm_per_km"),
        ("c0_nf_per_km", "foreign.line_c0_over_c1", "c_nf_per_km"),
    )
    columns = {
        name: filled.column(frame, f"line.{name}", rule, frame.numbers(of))
        for name, rule, of in parts
    }
    return frame.holding(**columns)


def _sources(frame: Frame, filled: _Filling) -> Frame:
    parts = (("s_sc_max_mva", "mv.sc_max_mva"), ("rx_max", "mv.source_r_over_x"))
    columns = {name: filled.column(frame, f"ext_grid.{name}", rule) for name, rule in parts}
    rx = columns["rx_max"]
    columns["x0x_max"] = tuple(1.0 if v is None else v for v in frame.column("x0x_max"))
    columns["r0x0_max"] = tuple(
        rx[k] if v is None else v for k, v in enumerate(frame.column("r0x0_max"))
    )
    return frame.holding(**columns)


def _stars(frame: Frame, name: str, notes: list[Note]) -> Frame:
    """Return loads or generators as stars: pandapower leaves out those of any other type."""
    types = frame.texts("type")
    other = sorted({kind for kind in types if kind not in _WHOLE})
    n = sum(kind not in _WHOLE for kind in types)
    if any(other):
        notes.append(
            note(
                "{n} rows of {table} with the types {types} connected phase to neutral",
                n=n,
                table=name,
                types=", ".join(kind for kind in other if kind),
            )
        )
    return frame.holding(type=tuple(kind if kind in _WHOLE else "wye" for kind in types))


def _constant_power(frame: Frame) -> Iterator[Note]:
    shares = [frame.numbers(column) for column in frame.columns if column.startswith("const_")]
    n = sum(any(row) for row in zip(*shares, strict=True)) if shares else 0
    if n:
        yield note("{n} loads that follow the voltage count as constant power", n=n)


def _storage_as_load(frames: dict[str, Frame], notes: list[Note]) -> None:
    """Move storage units into the loads: the unbalanced power flow knows no storage."""
    storage = frames.pop("storage", None)
    if storage is None or not any(storage.flags("in_service")):
        return
    own = frames.get("load", Frame(index=(), columns={}))
    names = {*own.columns, "bus", "p_mw", "q_mvar", "scaling", "in_service", "type"}
    columns = {name: (*own.column(name), *storage.column(name)) for name in sorted(names)}
    columns["type"] = (*own.column("type"), *("wye",) * storage.n)
    frames["load"] = Frame(index=(*own.index, *(-1,) * storage.n), columns=columns)
    notes.append(note("{n} storage units count as loads of their given power", n=storage.n))
