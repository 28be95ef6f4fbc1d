"""A compound of the city table, what is asked of it, and what is found out about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridcalc.errors import Problem

Status = Literal["ok", "failed", "crashed", "skipped"]
Method = Literal["factor", "stochastic"]
PlanDepth = Literal["none", "quick", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Equal transformers of a compound: how many, and of what size."""

    n: int
    sn_kva: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CityRow:
    """One compound as a row of the city table tells it; ``None`` and nothing where it is silent.

    Attributes
    ----------
    row
        Number of the row in its file, as the program that made the file counts.
    id, name
        Of the compound; ids are unique in a table.
    template, file
        Name of a template, or path of a compound file; exactly one of them.
    settings
        Parameters of the template by name, as they are written.
    policy
        Policy pack; the one of the template or file if missing.
    area
        District or county.
    line
        10 kV line that feeds it.
    category, year
        As in ``build`` of a compound file.
    n_households, n_private_bays, n_public_bays, n_ebikes
        Counts.
    transformers
        What is installed.
    metered_peak_kw
        Annual peak of the whole compound. [kW]
    lon, lat
        A point of the compound in CGCS2000. [deg]
    outline_wkb
        Its polygon in CGCS2000, where the table has one.
    """

    row: int
    id: str
    name: str
    template: str | None = None
    file: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    policy: str | None = None
    area: str = ""
    line: str = ""
    category: str | None = None
    year: int | None = None
    n_households: int | None = None
    n_private_bays: int | None = None
    n_public_bays: int | None = None
    n_ebikes: int | None = None
    transformers: tuple[Units, ...] = ()
    metered_peak_kw: float | None = None
    lon: float | None = None
    lat: float | None = None
    outline_wkb: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be computed, and everything that is wrong with it.

    ``line`` is the 10 kV line it names; empty where it names none or is a sum of other rows.
    """

    row: int
    id: str
    name: str
    problems: tuple[Problem, ...]
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityTable:
    """A city table: its good rows and its bad ones, both in the order of the file.

    ``columns`` tells which heading of the file was read as what; ``ignored`` names headings that
    mean nothing here. ``sha256`` is of the file's bytes.
    """

    file: str
    sha256: str
    rows: tuple[CityRow, ...]
    bad: tuple[BadRow, ...]
    columns: Mapping[str, str]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityQuestion:
    """What is asked of every compound; ``None`` and nothing mean what the policy pack says.

    Attributes
    ----------
    scenarios, charging, seasons, seed, n_days, percentile, participation_percent
        As in ``question.Question``.
    policy
        Pack for all compounds, whatever the table says.
    plan
        Whether the cheapest works are searched, and how thoroughly.
    hosting
        Whether simulated days, too, tell how many chargers fit, free and under control; design
        loads always tell how many fit free.
    catalogue_dir, template_dir, prices
        Folders and file of the user, as texts.
    lines
        Whether load curves for the 10 kV lines are kept.
    line_seasons
        Seasons of those curves, the same for all compounds; none are that of each pack.
    n_days_of_lines
        Days of those curves; ``None`` is what the pack says.
    """

    method: Method = "factor"
    scenarios: tuple[str, ...] = ("today", "ebike-50", "ev-100", "ev-100+ebike-50")
    charging: tuple[str, ...] = ("uncontrolled", "tou", "managed")
    seasons: tuple[str, ...] = ()
    seed: int = 1
    n_days: int | None = None
    percentile: float | None = None
    participation_percent: float | None = None
    policy: str | None = None
    plan: PlanDepth = "quick"
    hosting: bool = False
    catalogue_dir: str | None = None
    template_dir: str | None = None
    prices: str | None = None
    lines: bool = False
    line_seasons: tuple[str, ...] = ()
    n_days_of_lines: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One scenario of a compound, each value the worst of the compound.

    Attributes
    ----------
    s_peak_kva
        At 10 kV. [kVA]
    loading_percent, phase_loading_percent
        Of the most loaded transformer, and of its most loaded phase. [%]
    cable_loading_percent
        Of the most loaded cable. [%]
    vm_min_pu
        Lowest phase voltage at 0.4 kV. [pu]
    passed
        Whether all limits hold.
    """

    scenario: str
    charging: str
    season: str
    passed: bool
    s_peak_kva: float | None
    loading_percent: float | None
    phase_loading_percent: float | None
    cable_loading_percent: float | None
    vm_min_pu: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingResult:
    """The limit that decides; ``utilisation`` is value over limit in its sense. [-]."""

    scenario: str
    check: str
    element: str
    value: float | None
    limit: float | None
    unit: str
    utilisation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureResult:
    """One kind of works of a plan; ``text`` tells it in a few words."""

    kind: str
    text: str
    quantity: float
    unit: str
    cost_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """The cheapest works found; costs are the typical ones. [yuan].

    ``is_verified`` tells whether the compound with these works was checked again;
    ``payers`` splits the cost.
    """

    depth: PlanDepth
    cost_yuan: float
    payers: Mapping[str, float]
    measures: tuple[MeasureResult, ...]
    is_verified: bool
    working_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataGrade:
    """How much of the data that decide are given, and whether the rest could change the verdict.

    Attributes
    ----------
    grade
        ``A`` (complete) to ``D`` (little more than a count of flats).
    given_percent
        Share of the data that are given, by weight. [%]
    missing
        What is not given, in the words of the table.
    could_flip
        Whether the verdict changes within the range of what is missing; ``None``: not computed.
    """

    grade: str
    given_percent: float
    missing: tuple[str, ...]
    could_flip: bool | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineCurves:
    """What a compound draws at 10 kV on the days of the city.

    Day d is the same day for every compound of a run, so that the curves of compounds may be
    added slot by slot.

    Attributes
    ----------
    id
        Of the compound.
    season
        Season of all days.
    states
        Apparent power by ``scenario/charging``, today first, in steps of 1/16 kVA.
        [kVA], shape (n_days, 96)
    """

    id: str
    season: str
    states: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityResult:
    """What was found out about one compound.

    ``n_max_*`` are private chargers that fit, ``None`` where the method does not tell;
    ``day_kw`` is the active load of all consumers over 96 quarter hours of a heavy day: of each
    slot the percentile of the simulated days, by ``scenario/charging`` where there are any.
    ``no_plan`` names what the works of a quick plan cannot mend, as check and element.
    ``error`` tells why there is no result. ``verdict`` is ``ready``, ``ready_managed``,
    ``upgrade`` or ``no_solution``. ``curves`` are those for its 10 kV line, where they are kept,
    one for each season.
    """

    row: CityRow
    status: Status
    error: str = ""
    policy: str = ""
    n_households: int = 0
    n_private_bays: int = 0
    n_public_bays: int = 0
    n_ebikes: int = 0
    transformers: tuple[Units, ...] = ()
    verdict: str = ""
    binding: BindingResult | None = None
    runs: tuple[RunResult, ...] = ()
    n_max_uncontrolled: int | None = None
    n_max_managed: int | None = None
    next_binding: str = ""
    plan: PlanResult | None = None
    no_plan: str = ""
    data: DataGrade | None = None
    day_kw: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    curves: tuple[LineCurves, ...] = field(default=(), compare=False, repr=False)


def without_result(row: CityRow, status: Status, error: str) -> CityResult:
    """Return the result of a row that has none: what the table counts, and why.

    Examples
    --------
    >>> row = CityRow(row=2, id="a", name="a", n_households=60)
    >>> without_result(row, "crashed", "no memory").n_households
    60
    """
    return CityResult(
        row=row,
        status=status,
        error=error,
        n_households=row.n_households or 0,
        n_private_bays=row.n_private_bays or 0,
        n_public_bays=row.n_public_bays or 0,
        n_ebikes=row.n_ebikes or 0,
    )
