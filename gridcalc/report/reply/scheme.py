"""The supply that a reply sheet describes: the compound as it is, or with the works of its plan."""

from dataclasses import dataclass

from gridcalc.checks.case import Case, prepare
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import hv_nodes
from gridcalc.dossier import Dossier
from gridcalc.outcome import Study
from gridcalc.powerflow.engine import solve_state


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SupplyScheme:
    """What is offered.

    Parameters
    ----------
    compound
        With the works of the plan where there is one, gaps filled.
    study
        Of that compound.
    before_kva, after_kva
        Rated power of all transformers. [kVA]
    source_kva
        Rated power behind each source in normal switching, in file order. [kVA]
    has_works
        Whether works of a plan are part of it.
    """

    compound: Compound
    study: Study
    before_kva: float
    after_kva: float
    source_kva: tuple[tuple[str, float], ...]
    has_works: bool


def scheme_of(dossier: Dossier) -> SupplyScheme:
    """Return the supply that is offered: the least-cost plan, or the compound as it is."""
    plan = dossier.plan
    case = dossier.case if plan is None else _case(plan.compound_after, dossier)
    study = dossier.study
    if plan is not None and plan.study_after is not None:
        study = plan.study_after
    rated = _rated(case)
    return SupplyScheme(
        compound=case.site.compound,
        study=study,
        before_kva=sum(_rated(dossier.case).values()),
        after_kva=sum(rated.values()),
        source_kva=_by_source(case, rated),
        has_works=plan is not None,
    )


def _case(compound: Compound, dossier: Dossier) -> Case:
    resolved = resolve_defaults(compound, dossier.policy).compound
    return prepare(resolved, catalogue=dossier.catalogue, policy=dossier.policy, solver=solve_state)


def _rated(case: Case) -> dict[str, float]:
    units = case.site.network.transformers
    return dict(zip(units.ids, units.sn_kva.tolist(), strict=True))


def _by_source(case: Case, rated: dict[str, float]) -> tuple[tuple[str, float], ...]:
    compound, source_of = case.site.compound, case.site.source_of_node
    total = {source.id: 0.0 for source in compound.sources}
    for unit, node in hv_nodes(compound).items():
        total[source_of[node]] += rated[unit]
    return tuple(total.items())
