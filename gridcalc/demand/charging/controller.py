"""How a controller decides who charges; none of the rules looks ahead."""

from dataclasses import dataclass
from typing import Final, Literal

Rule = Literal["least_laxity", "earliest_departure", "equal_share", "first_come"]

RULES: Final[tuple[Rule, ...]] = (
    "least_laxity",
    "earliest_departure",
    "equal_share",
    "first_come",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """An orderly-charging controller.

    Attributes
    ----------
    rule
        ``least_laxity`` serves who can wait the shortest: (departure - now) - need / power;
        ``earliest_departure`` who leaves first; ``first_come`` who came first;
        ``equal_share`` raises all alike until a limit stops some of them (max-min fair).
    min_kw
        Smallest power of each phase of a charger that is on, 6 A in the standards; 0 for none.
        [kW]
    step_min
        Time between decisions; divides the slot of the headroom (15 min). [min]
    """

    rule: Rule
    min_kw: float
    step_min: int
