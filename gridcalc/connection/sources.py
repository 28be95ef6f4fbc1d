"""Which sources can take the new supply: every rule of the pack, each refusal with its reason."""

from collections.abc import Callable, Iterator, Sequence
from unicodedata import normalize

from gridcalc.connection.records import Remedy, SourceJudgement
from gridcalc.notes import Note, note
from gridcalc.policy import PolicyPack
from gridcalc.routing.records import SourcePoint

Outcome = tuple[Note, tuple[Remedy, ...]] | str | None
"""Reason and remedies of a refusal, the field that is missing, or None where the rule is kept."""
_Rule = Callable[[SourcePoint, float, PolicyPack], Outcome]


def judge_sources(
    sources: Sequence[SourcePoint], *, demand_kva: float, policy: PolicyPack
) -> tuple[SourceJudgement, ...]:
    """Return every source with why it cannot be used, in the order given.

    A field that is not given leaves its rule open: the source stays, and the field is named.

    Parameters
    ----------
    sources
        The sources.
    demand_kva
        Capacity asked for. [kVA]
    policy
        The limits ``source.*``.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> full = SourcePoint(id="S1", kind="rmu_bay", x_m=0, y_m=0, open_capacity_kva=500)
    >>> row, = judge_sources([full], demand_kva=800, policy=load_policy("national"))
    >>> str(row.reasons[0])
    'open capacity 500 kVA, 800 kVA are asked for'
    """
    return tuple(_judged(source, demand_kva, policy) for source in sources)


def _judged(source: SourcePoint, demand_kva: float, policy: PolicyPack) -> SourceJudgement:
    reasons: list[Note] = []
    remedies: dict[Remedy, None] = {}
    unchecked: list[str] = []
    for rule in _RULES:
        found = rule(source, demand_kva, policy)
        if isinstance(found, str):
            unchecked.append(found)
        elif found is not None:
            reasons.append(found[0])
            remedies |= dict.fromkeys(found[1])
    return SourceJudgement(
        source=source,
        reasons=tuple(reasons),
        unchecked=tuple(unchecked),
        remedies=tuple(remedies),
    )


def _open_capacity(source: SourcePoint, demand_kva: float, _: PolicyPack) -> Outcome:
    value = source.open_capacity_kva
    if value is None:
        return "open_capacity_kva"
    if value >= demand_kva:
        return None
    said = note(
        "open capacity {value:g} kVA, {demand:g} kVA are asked for", value=value, demand=demand_kva
    )
    return said, ("load_transfer", "new_outgoing_line")


def _spare_bays(source: SourcePoint, _: float, policy: PolicyPack) -> Outcome:
    if source.kind == "line_tap":
        return None
    value, limit = source.spare_bays, policy.number("source.min_spare_bays")
    if value is None:
        return "spare_bays"
    if value >= limit:
        return None
    return note("{value} spare bays, {limit:g} needed", value=value, limit=limit), (
        "rmu_extension",
    )


def _line_load(source: SourcePoint, _: float, policy: PolicyPack) -> Outcome:
    value, limit = source.line_load_percent, policy.number("source.max_line_load_percent")
    if value is None:
        return "line_load_percent"
    if value <= limit:
        return None
    said = note("the line is loaded {value:g} %, limit {limit:g} %", value=value, limit=limit)
    return said, ("load_transfer", "new_outgoing_line")


def _main_transformer(source: SourcePoint, _: float, policy: PolicyPack) -> Outcome:
    value = source.main_transformer_load_percent
    limit = policy.number("source.max_main_transformer_load_percent")
    if value is None:
        return "main_transformer_load_percent"
    if value <= limit:
        return None
    said = note(
        "the main transformer is loaded {value:g} %, limit {limit:g} %", value=value, limit=limit
    )
    return said, ("load_transfer", "other_substation")


def _users(source: SourcePoint, _: float, policy: PolicyPack) -> Outcome:
    value, limit = source.users, policy.number("source.max_users")
    if value is None:
        return "users"
    if value < limit:
        return None
    said = note(
        "{value} customers on the line, room for {limit:g} in all", value=value, limit=limit
    )
    return said, ("new_outgoing_line",)


_RULES: tuple[_Rule, ...] = (_open_capacity, _spare_bays, _line_load, _main_transformer, _users)


def independent(first: SourcePoint, second: SourcePoint) -> bool:
    """Return whether two sources hang on different busbars or substations, as far as it is given.

    Names that differ by blanks, case or full-width signs only are one.

    Examples
    --------
    >>> one = SourcePoint(id="A", kind="rmu_bay", x_m=0, y_m=0, substation="S", busbar="I")
    >>> two = SourcePoint(id="B", kind="rmu_bay", x_m=0, y_m=0, substation="S", busbar="II")
    >>> independent(one, two), independent(one, one)
    (True, False)
    """
    return any(
        mine is not None and other is not None and _plain(mine) != _plain(other)
        for mine, other in (
            (first.substation, second.substation),
            (first.busbar, second.busbar),
        )
    )


def _plain(name: str) -> str:
    """Return a name as people compare it: 'Ⅰ 段' and 'I段' are one."""
    return "".join(normalize("NFKC", name).split()).casefold()


def unnamed(sources: Sequence[SourcePoint]) -> Iterator[str]:
    """Yield the sources whose busbar and substation are not given."""
    return (row.id for row in sources if row.substation is None and row.busbar is None)
