"""One result of a city run as the totals and the ranking need it."""

from gridcalc.city.records import CityResult
from gridcalc.city.summary.records import CityEntry
from gridcalc.units import FEN_PER_YUAN

OWN_FILE = "file"


def entry_of(result: CityResult) -> CityEntry:
    """Return what the totals need to know about a compound; amounts are rounded to fen."""
    row, plan, data, binding = result.row, result.plan, result.data, result.binding
    n_bays = result.n_private_bays
    return CityEntry(
        row=row.row,
        id=row.id,
        name=row.name,
        area=row.area,
        line=row.line,
        policy=result.policy or row.policy or "",
        template=row.template or OWN_FILE,
        status=result.status,
        verdict=result.verdict,
        n_households=result.n_households or row.n_households or 0,
        n_private_bays=n_bays,
        n_fit_uncontrolled=_at_most(result.n_max_uncontrolled, n_bays),
        n_fit_managed=_at_most(result.n_max_managed, n_bays),
        n_enabled=None if plan is None else _enabled(result),
        cost_fen=None if plan is None else _fen(plan.cost_yuan),
        payers_fen=tuple((name, _fen(yuan)) for name, yuan in plan.payers.items()) if plan else (),
        measures=plan.measures if plan else (),
        is_verified=plan.is_verified if plan else None,
        working_days=plan.working_days if plan else None,
        check=binding.check if binding else "",
        element=binding.element if binding else "",
        scenario=binding.scenario if binding else "",
        grade=data.grade if data else "",
        missing=data.missing if data else (),
        could_flip=data.could_flip if data else None,
    )


def _at_most(n: int | None, n_bays: int) -> int | None:
    return None if n is None else min(n, n_bays)


def _enabled(result: CityResult) -> int:
    """Return the chargers that the works add; a compound that is ready needs none of them."""
    if result.verdict == "ready":
        return 0
    return max(result.n_private_bays - (result.n_max_uncontrolled or 0), 0)


def _fen(yuan: float) -> int:
    return round(yuan * FEN_PER_YUAN)
