"""The supply that a reply sheet describes: the compound as it is, or with the works of its plan."""

from dataclasses import dataclass

from gridcalc.checks.case import Case
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import hv_nodes
from gridcalc.dossier import Dossier
from gridcalc.outcome import Run, Study


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

    @property
    def deciding_runs(self) -> tuple[Run, ...]:
        """The runs that the verdict rests on; those under control where it rests on control."""
        runs = self.study.governing_runs
        if self.study.verdict != "ready_managed":
            return runs
        return tuple(run for run in self.study.runs if run.charging == "managed") or runs


def scheme_of(dossier: Dossier) -> SupplyScheme:
    """Return the supply that is offered: the least-cost plan, or the compound as it is."""
    offered = dossier.after or dossier
    rated = _rated(offered.case)
    return SupplyScheme(
        compound=offered.resolved,
        study=offered.study,
        before_kva=sum(_rated(dossier.case).values()),
        after_kva=sum(rated.values()),
        source_kva=_by_source(offered.case, rated),
        has_works=dossier.after is not None,
    )


def _rated(case: Case) -> dict[str, float]:
    units = case.site.network.transformers
    return dict(zip(units.ids, units.sn_kva.tolist(), strict=True))


def _by_source(case: Case, rated: dict[str, float]) -> tuple[tuple[str, float], ...]:
    compound, source_of = case.site.compound, case.site.source_of_node
    total = {source.id: 0.0 for source in compound.sources}
    for unit, node in hv_nodes(compound).items():
        total[source_of[node]] += rated[unit]
    return tuple(total.items())
