"""What the renewal of many compounds costs, by prices per household: the survey of a city."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from gridcalc.cost.money import exact, to_hundredths
from gridcalc.cost.prices import PriceBook
from gridcalc.units import YUAN_PER_WAN


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyArea:
    """A county or another group of compounds.

    Parameters
    ----------
    area
        Its name.
    n_compounds, n_households
        How many compounds and households are renewed.
    n_households_civil
        Households whose 10 kV cable and civil works are new.
    n_rmus
        Ring main units to be set up.
    """

    area: str
    n_compounds: int
    n_households: int
    n_households_civil: int
    n_rmus: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRow:
    """The cost of one area, or of all; every cell is rounded half up to 0.01 万元.

    ``total_wan_yuan`` is the sum of the rounded cells; ``per_household_wan_yuan`` is rounded too.
    """

    area: str
    n_compounds: int
    n_households: int
    meter_wan_yuan: Decimal
    meter_box_wan_yuan: Decimal
    lv_cable_wan_yuan: Decimal
    accessories_wan_yuan: Decimal
    mv_cable_wan_yuan: Decimal
    rmu_wan_yuan: Decimal
    lv_civil_wan_yuan: Decimal
    mv_civil_wan_yuan: Decimal
    total_wan_yuan: Decimal
    per_household_wan_yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCost:
    """The rows of a survey in the order of the table, and their sum."""

    book: PriceBook
    rows: tuple[SurveyRow, ...]
    total: SurveyRow


_MULTIPLIERS = {
    "meter": "n_households",
    "meter_box": "n_households",
    "lv_cable": "n_households",
    "accessories": "n_households",
    "mv_cable": "n_households_civil",
    "rmu": "n_rmus",
    "lv_civil": "n_households_civil",
    "mv_civil": "n_households_civil",
}
"""What the price of each cost item is multiplied by."""
SURVEY_ITEMS: tuple[str, ...] = tuple(f"survey.{name}" for name in _MULTIPLIERS)
COST_COLUMNS: tuple[str, ...] = tuple(f"{name}_wan_yuan" for name in _MULTIPLIERS)
SUM_COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(SurveyRow))[-2:]
TOTAL = "total"


def survey_cost(areas: Sequence[SurveyArea], book: PriceBook) -> SurveyCost:
    """Return the cost table of a survey at the typical prices of a book.

    Parameters
    ----------
    areas
        The areas, each with its numbers.
    book
        A price book with the items ``survey.*``.

    Raises
    ------
    InputError
        The book lacks an item.

    Examples
    --------
    >>> from gridcalc.cost import load_price_book
    >>> area = SurveyArea(
    ...     area="吉木萨尔县", n_compounds=8, n_households=1663, n_households_civil=1663, n_rmus=1
    ... )
    >>> survey_cost([area], load_price_book("changji-survey-2026")).rows[0].total_wan_yuan
    Decimal('1644.39')
    """
    prices = {name: exact(book.price(f"survey.{name}").typical_yuan) for name in _MULTIPLIERS}
    rows = tuple(_row(area, prices) for area in areas)
    return SurveyCost(book=book, rows=rows, total=_total(rows))


def _row(area: SurveyArea, prices: dict[str, Decimal]) -> SurveyRow:
    cells = {
        f"{name}_wan_yuan": to_hundredths(getattr(area, counted) * prices[name] / YUAN_PER_WAN)
        for name, counted in _MULTIPLIERS.items()
    }
    return _summed(area.area, area.n_compounds, area.n_households, cells)


def _total(rows: Sequence[SurveyRow]) -> SurveyRow:
    cells = {name: sum((getattr(row, name) for row in rows), Decimal(0)) for name in COST_COLUMNS}
    return _summed(
        TOTAL,
        sum(row.n_compounds for row in rows),
        sum(row.n_households for row in rows),
        cells,
    )


def _summed(area: str, n_compounds: int, n_households: int, cells: dict[str, Decimal]) -> SurveyRow:
    total = sum(cells.values(), Decimal(0))
    return SurveyRow(
        area=area,
        n_compounds=n_compounds,
        n_households=n_households,
        total_wan_yuan=total,
        per_household_wan_yuan=to_hundredths(total / n_households),
        **cells,
    )
