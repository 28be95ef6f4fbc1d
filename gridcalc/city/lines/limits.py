"""What lines and main transformers take: the limits of the packs of their compounds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.policy import PolicyPack


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How a line is judged.

    Attributes
    ----------
    percentile
        Share of the days that do not exceed a peak. [%]
    line_percent, main_transformer_percent
        Loading at which the line or its main transformer takes no more. [%]
    max_installed_kva
        Transformers on the line. [kVA]
    max_n_minus_1_percent
        Loading of a line that carries the one it is tied to as well. [%]
    policy
        Ids of the packs of which each limit is the strictest, with blanks between them.
    """

    percentile: float
    line_percent: float
    main_transformer_percent: float
    max_installed_kva: float
    max_n_minus_1_percent: float
    policy: str = ""


def group_limits(
    packs: Mapping[str, Sequence[PolicyPack]],
    *,
    others: Sequence[PolicyPack],
    percentile: float | None,
) -> dict[str, Limits]:
    """Return how each line of a main transformer is judged: by the packs of its compounds.

    Of several packs the strictest limit counts. A line without compounds is judged by the packs
    of the other lines. Main transformer and percentile are those of all lines together.

    Parameters
    ----------
    packs
        Of the compounds of each line, by its id.
    others
        What judges where no compound of the main transformer has a pack; at least one.
    percentile
        Share of the days that do not exceed a peak; what the packs say if None. [%]
    """
    together = distinct(pack for mine in packs.values() for pack in mine) or tuple(others)
    if percentile is None:
        percentile = max(_numbers(together, "stochastic.percentile"))
    of_main = min(_numbers(together, "source.max_main_transformer_load_percent"))
    found = {}
    for line, mine in packs.items():
        judging = distinct(mine) or together
        found[line] = Limits(
            percentile=percentile,
            line_percent=min(_numbers(judging, "source.max_line_load_percent")),
            main_transformer_percent=of_main,
            max_installed_kva=min(_numbers(judging, "mv.max_line_installed_kva")),
            max_n_minus_1_percent=min(_numbers(judging, "mv.max_ring_loading_percent")),
            policy=" ".join(dict.fromkeys(pack.id for pack in judging)),
        )
    return found


def distinct(packs: Iterable[PolicyPack]) -> tuple[PolicyPack, ...]:
    """Return each pack once, sorted by id."""
    known = {id(pack): pack for pack in packs}
    return tuple(sorted(known.values(), key=lambda pack: pack.id))


def _numbers(packs: Iterable[PolicyPack], rule: str) -> list[float]:
    return [pack.number(rule) for pack in packs]
