"""The packs of compounds on lines, and what they say of all lines: seasons, days, power factor."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from gridcalc.city.compounds import pack_of
from gridcalc.city.lines.limits import distinct
from gridcalc.city.records import CityQuestion, CityRow
from gridcalc.errors import InputError
from gridcalc.policy import PolicyPack, load_policy
from gridcalc.policy.loading import BASE_PACK
from gridcalc.simulation.settings import SEASONS, governing_season


def compound_packs(
    rows: Iterable[CityRow], question: CityQuestion, names: Collection[str] | None = None
) -> dict[str, PolicyPack]:
    """Return the pack that judges each compound on a line, by the compound's id.

    A row whose pack cannot be found is left out; it fails when it is computed and says why.

    Parameters
    ----------
    rows
        Of the city table.
    question
        Its pack judges all, where it has one.
    names
        Ids and names of lines that count; all if None.
    """
    found = {}
    for row in rows:
        if not row.line or (names is not None and row.line not in names):
            continue
        try:
            found[row.id] = pack_of(row, question)
        except InputError:
            continue
    return found


def fallback_pack(question: CityQuestion) -> PolicyPack:
    """Return the pack that judges lines where no compound names one."""
    return load_policy(question.policy or BASE_PACK)


def lines_power_factor(packs: Mapping[str, PolicyPack], question: CityQuestion) -> float:
    """Return the power factor of lines that give none: the least of the packs. [-]."""
    judging = distinct(packs.values()) or (fallback_pack(question),)
    return min(pack.number("compensation.target_power_factor") for pack in judging)


def question_of_lines(question: CityQuestion, packs: Mapping[str, PolicyPack]) -> CityQuestion:
    """Return a question with the seasons and the number of days of the curves of all compounds.

    Seasons are those asked for, else those by which the packs judge. Where no number of days is
    asked for, it is the largest that a pack says, but of each at most ``city.n_days_of_lines``.
    """
    judging = distinct(packs.values()) or (fallback_pack(question),)
    named = question.seasons or {governing_season(pack) for pack in judging}
    rules = ("stochastic.n_days", "city.n_days_of_lines")
    n_days = max(round(min(pack.number(rule) for rule in rules)) for pack in judging)
    return replace(
        question,
        line_seasons=tuple(season for season in SEASONS if season in named),
        n_days_of_lines=question.n_days or n_days,
    )


def pack_seasons(question: CityQuestion, packs: Mapping[str, PolicyPack]) -> dict[str, str]:
    """Return the season by which each pack judges, by its id; none where seasons are asked for."""
    if question.seasons:
        return {}
    judging = distinct(packs.values()) or (fallback_pack(question),)
    return {pack.id: governing_season(pack) for pack in judging}
