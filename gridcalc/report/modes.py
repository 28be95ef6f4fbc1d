"""How a run was found, in a word or two: by factor, or on days of a season and a charging mode."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridcalc.outcome import Run
from gridcalc.report.wording import Wording

FACTOR = "factor"
STOCHASTIC = "stochastic"
UNCONTROLLED = "uncontrolled"
TOU = "tou"
ANY = "any"
"""Stands for all charging modes of a season where they do not differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """What tells the runs of one scenario apart.

    ``name`` is ``factor`` or the charging mode of simulated days.
    """

    name: str
    season: str

    @property
    def is_simulated(self) -> bool:
        """Whether days were simulated."""
        return self.name != FACTOR


def mode_of(run: Run) -> Mode:
    """Return the mode of a run."""
    name = FACTOR if run.method == FACTOR else run.charging
    return Mode(name=name, season=run.season)


def modes_of(runs: Iterable[Run]) -> tuple[Mode, ...]:
    """Return the modes of some runs, each once, in the order they come."""
    return tuple(dict.fromkeys(mode_of(run) for run in runs))


def seasons_of(runs: Iterable[Run]) -> tuple[str, ...]:
    """Return the seasons of simulated days, each once, in the order they come."""
    return tuple(dict.fromkeys(run.season for run in runs if run.method == STOCHASTIC))


def mode_word(mode: Mode, modes: Sequence[Mode], wording: Wording) -> str:
    """Return a mode in one word, with its season where several are simulated.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> winter = Mode(name="tou", season="winter")
    >>> mode_word(winter, [winter], load_wording("en"))
    'tou'
    >>> mode_word(winter, [winter, Mode(name="tou", season="summer")], load_wording("en"))
    'winter tou'
    """
    word = wording.term(f"mode.{mode.name}")
    if not mode.is_simulated or not _several_seasons(modes):
        return word
    return wording("{season} {mode}", season=wording.term(mode.season), mode=word)


def mode_words(some: Sequence[Mode], modes: Sequence[Mode], wording: Wording) -> str:
    """Return some of the modes of a study as a list."""
    return wording.words(mode_word(mode, modes, wording) for mode in some)


def _several_seasons(modes: Iterable[Mode]) -> bool:
    return len({mode.season for mode in modes if mode.is_simulated}) > 1


def days_of(runs: Iterable[Run], season: str) -> tuple[Run, ...]:
    """Return the runs by factor and those of one season, in their order."""
    return tuple(run for run in runs if run.method == FACTOR or run.season == season)


def largest_scenario(runs: Sequence[Run]) -> str:
    """Return the scenario that connects most, the last of those that are equal."""
    size = {
        run.scenario: (run.n_private_chargers + run.n_public_chargers, run.n_ebike_sockets)
        for run in runs
    }
    return max(reversed(size), key=lambda name: size[name], default="")
