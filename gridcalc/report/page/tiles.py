"""The figures that are read first, each with what it is held against."""

from collections.abc import Iterator

from gridcalc.dossier import Dossier
from gridcalc.outcome import Run
from gridcalc.report.extremes import deviation_percent, heaviest_branch, lowest_node
from gridcalc.report.figures import quantity, signed, with_unit
from gridcalc.report.modes import FACTOR
from gridcalc.report.page.parts import Tile
from gridcalc.report.transformer_tables import design_limits
from gridcalc.report.upgrade_tree import has_plan
from gridcalc.report.upgrade_words import wan_yuan
from gridcalc.report.wording import Wording

_EQUAL = 4
"""Decimals beyond which shares of a limit count as equal and stand by name."""


def tiles(dossier: Dossier, wording: Wording) -> tuple[Tile, ...]:
    """Return transformer, cable and voltage of the run that decides, then chargers and cost."""
    run = dossier.deciding_run
    return (
        *_transformer(dossier, run, wording),
        *_cable(dossier, run, wording),
        *_voltage(dossier, run, wording),
        *_chargers(dossier, wording),
        *_cost(dossier, wording),
    )


def _transformer(dossier: Dossier, run: Run, wording: Wording) -> Iterator[Tile]:
    if not run.transformers:
        return
    limits = design_limits(dossier.compound, dossier.policy)
    worst = min(
        run.transformers,
        key=lambda row: (-round(row.loading_percent / limits[row.id], _EQUAL), row.id),
    )
    limit = limits[worst.id]
    yield Tile(
        label=wording("Heaviest transformer"),
        value=quantity(worst.loading_percent, "%", wording),
        below=_limit(worst.id, limit, wording),
        tone="bad" if worst.loading_percent > limit else "good",
    )


def _limit(element: str, limit_percent: float, wording: Wording) -> str:
    return wording(
        "{element}, limit {limit}",
        element=element,
        limit=with_unit(f"{limit_percent:g}", "%", wording),
    )


def _cable(dossier: Dossier, run: Run, wording: Wording) -> Iterator[Tile]:
    worst = heaviest_branch(run)
    if worst is None:
        return
    limit = dossier.policy.number("cable.max_loading_percent")
    yield Tile(
        label=wording("Heaviest cable"),
        value=quantity(worst.loading_percent, "%", wording),
        below=_limit(worst.id, limit, wording),
        tone="bad" if worst.loading_percent > limit else "good",
    )


def _voltage(dossier: Dossier, run: Run, wording: Wording) -> Iterator[Tile]:
    worst = lowest_node(run)
    if worst is None:
        return
    deviation = deviation_percent(worst)
    limit = -dossier.policy.number("voltage.max_drop_single_phase_percent")
    yield Tile(
        label=wording("Lowest LV voltage"),
        value=with_unit(signed(deviation, 1), "%", wording),
        below=_limit(worst.id, limit, wording),
        tone="bad" if deviation < limit else "good",
    )


def _chargers(dossier: Dossier, wording: Wording) -> Iterator[Tile]:
    hosting, fits = dossier.hosting, dossier.study.sensitivity
    if hosting is not None:
        wanted = "factor" if dossier.study.governing_method == FACTOR else "probabilistic"
        alone = [row.n_max or 0 for row in hosting.results if row.mode == wanted]
        managed = [row.n_max or 0 for row in hosting.results if row.mode == "managed"]
        total = hosting.n_private_bays
        n = min(alone or managed, default=0)
        below = wording("of {total} bays without control", total=total)
        if managed:
            said = wording("{n} under orderly control", n=min(managed))
            below = wording.clauses([below, said])
    elif fits is not None:
        n, total = fits.n_max or 0, fits.n_private_bays
        below = wording("of {total} bays, by factor", total=total)
    else:
        return
    yield Tile(
        label=wording("Private chargers that fit"),
        value=str(n),
        below=below,
        tone="good" if n >= total else "warn",
    )


def _cost(dossier: Dossier, wording: Wording) -> Iterator[Tile]:
    if dossier.upgrade is None:
        return
    answer = dossier.upgrade.answer("least_cost")
    label = wording("Works at least cost")
    if not has_plan(answer):
        yield Tile(label=label, value="-", below=wording("no plan was found"), tone="bad")
        return
    money = answer.bill.cost_yuan
    range_ = f"{wan_yuan(money.low)} – {wan_yuan(money.high)}"
    yield Tile(
        label=label,
        value=wording("{amount} 万元", amount=wan_yuan(money.typical)),
        below=range_ if answer.works else wording("nothing is to be built"),
    )
