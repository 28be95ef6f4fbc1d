"""What a search for the hosting capacity finds."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["factor", "probabilistic", "managed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit that stops further chargers: the check and the element it stands at."""

    check: str
    element: str
    quantity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Probability that some limit is broken at a share of equipped private bays.

    ``share_percent`` [%]; the probability and its 95 % Wilson interval [-].
    """

    share_percent: float
    n: int
    violation_probability: float
    probability_low: float
    probability_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingResult:
    """How many private chargers fit in one mode.

    Attributes
    ----------
    mode, season, charging
        ``factor`` has season ``design`` and uncontrolled charging.
    n_max
        Most chargers that fit; ``None`` when a limit is broken already at today's number.
    share_percent
        The same in percent of the private bays. [%]
    risk, risk_low, risk_high
        Share of the draws that break a limit at ``n_max``, and its 95 % Wilson interval; ``None``
        for the factor method. [-]
    n_first, n_all
        Smallest number at which some draw breaks a limit, and from which all draws do; ``None``
        where that does not happen.
    binding, n_without_binding, next_binding
        What breaks first beyond ``n_max``; how many would fit if that were no limit, and what
        breaks then. ``None`` where every bay fits.
    energy_delivered_percent, sessions_served_percent
        Service at ``n_max`` that all but the accepted risk of the days reach; ``None`` without
        control. [%]
    n_draws
        Draws of placement and day; 0 for the factor method.
    curve
        Violation probability against the share of bays; empty for the factor method.
    """

    mode: Mode
    season: str
    charging: str
    n_max: int | None
    share_percent: float | None
    risk: float | None = None
    risk_low: float | None = None
    risk_high: float | None = None
    n_first: int | None = None
    n_all: int | None = None
    binding: Limit | None = None
    n_without_binding: int | None = None
    next_binding: Limit | None = None
    energy_delivered_percent: float | None = None
    sessions_served_percent: float | None = None
    n_draws: int = 0
    curve: tuple[CurvePoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """The hosting capacity of a compound in several modes."""

    compound_id: str
    compound_name: str
    policy: str
    seed: int
    scenario: str
    engine: str
    accepted_risk: float
    n_private_bays: int
    n_today: int
    results: tuple[HostingResult, ...]
