"""10 kV lines, the compounds on them, and what is found out about a line."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridcalc.errors import Problem
from gridcalc.notes import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A 10 kV line as its table tells it; ``None`` and nothing where it is silent.

    Attributes
    ----------
    row
        Number of the row in its file.
    id, name
        Of the line; ids are unique in a table.
    capacity_kva
        What the line carries at nominal voltage. [kVA]
    peak_kva
        Metered annual peak. [kVA]
    includes_compounds
        Whether the metered peak contains the compounds as they are today.
    curve_kva
        Metered day over 96 quarter hours from midnight; its highest value is the peak. [kVA]
    installed_kva
        Transformers on the line today, all together. [kVA]
    main_transformer, main_transformer_kva, main_transformer_peak_kva
        The main transformer that feeds the line, its rated power and its metered peak. [kVA]
    tie
        Line that takes over when this one loses its supply.
    namesakes
        Ids of other rows with the same name, those that cannot be used included.
    """

    row: int
    id: str
    name: str
    capacity_kva: float | None = None
    peak_kva: float | None = None
    includes_compounds: bool = True
    curve_kva: tuple[float, ...] = ()
    installed_kva: float | None = None
    main_transformer: str = ""
    main_transformer_kva: float | None = None
    main_transformer_peak_kva: float | None = None
    tie: str = ""
    namesakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A row of the table of lines that cannot be used, and everything that is wrong with it."""

    row: int
    id: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTable:
    """A table of 10 kV lines: its good rows and its bad ones, both in the order of the file.

    ``columns`` tells which heading of the file was read as what; ``ignored`` names headings that
    mean nothing here. ``sha256`` is of the file's bytes.
    """

    file: str
    sha256: str
    lines: tuple[Line, ...]
    bad: tuple[BadLine, ...]
    columns: Mapping[str, str]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCompound:
    """A compound on a line, in the order in which compounds are connected.

    Attributes
    ----------
    id, name, line
        Of the compound, and the id of its line.
    n_chargers
        Private chargers it gets. [-]
    installed_kva
        Its transformers today. [kVA]
    year
        In which it is connected, where a plan by years tells.
    """

    id: str
    name: str
    line: str
    n_chargers: int = 0
    installed_kva: float = 0.0
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """A line in one state of its compounds, all values at the percentile of the days.

    Attributes
    ----------
    state
        ``scenario/charging``; all compounds of the line are in it.
    s_peak_kva
        Peak of the line, its other customers included. [kVA]
    s_peak_low_kva, s_peak_high_kva
        95 % interval of the peak from the number of simulated days; no upper end where the days
        are too few for one. [kVA]
    loading_percent
        Over the capacity of the line. [%]
    s_compounds_kva
        Peak of the compounds alone, all together. [kVA]
    coincidence_factor
        That peak over the sum of the compounds' own peaks; ``None`` without compounds. [-]
    main_transformer_percent
        Loading of the main transformer with all its lines in this state. [%]
    n_minus_1_percent
        Loading of the tie line when it carries both lines. [%]
    relief_kva
        By how much the peak passes what the line takes; 0 where it fits. [kVA]
    peak_time
        Clock time of the peak on the day that is reported.
    day_kva
        Load of the line on that day, 96 values from midnight. [kVA]
    """

    state: str
    s_peak_kva: float
    s_peak_low_kva: float
    s_peak_high_kva: float | None
    loading_percent: float | None
    s_compounds_kva: float
    coincidence_factor: float | None
    main_transformer_percent: float | None
    n_minus_1_percent: float | None
    relief_kva: float | None
    peak_time: str
    day_kva: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundFit:
    """Whether a compound still fits when it is its turn.

    Attributes
    ----------
    id
        Of the compound.
    fits
        Whether it is connected; ``None`` where its line has no known capacity and nothing else is
        in its way, so that nobody can say.
    limited_by
        ``line`` or ``main_transformer`` where it does not fit.
    margin_kva
        What is left on the tighter of the two with it connected; negative: what is missing.
        ``None`` where neither has a known capacity. [kVA]
    """

    id: str
    fits: bool | None
    limited_by: str
    margin_kva: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeFits:
    """Which compounds of a line fit in one charging mode.

    Attributes
    ----------
    charging
        Mode of those that are connected; the others stay as they are today.
    fits
        Every compound of the line, in ranked order.
    n_fit
        Compounds that fit in ranked order; this and the next two are ``None`` where it is not
        known of each.
    n_chargers_fit
        Private chargers of the compounds that fit in ranked order.
    n_fit_smallest_first
        Compounds that the line alone takes when those that add least go first.
    first_over_id, first_over_year
        If all are connected in ranked order, the compound with which the line passes its limit,
        and its year; empty and ``None`` if never, or if it does so today.
    """

    charging: str
    fits: tuple[CompoundFit, ...]
    n_fit: int | None
    n_chargers_fit: int | None
    n_fit_smallest_first: int | None
    first_over_id: str
    first_over_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """What was found out about a 10 kV line.

    Attributes
    ----------
    line
        As the table tells it.
    n_compounds, n_chargers
        Compounds with curves on the line, and private chargers they get.
    without_curves, not_read
        Ids of compounds that name the line but have no result, and of those whose rows cannot be
        read; of the latter the number of the row where the id is missing.
    season
        Of the days; empty without compounds.
    policy
        Ids of the packs of its compounds, with blanks between them; of several the strictest
        limit counts.
    limit_percent
        Loading at which the line takes no more. [%]
    doubts
        What the table says of the line and hardly can be, such as a load in another unit.
    scale_factor
        By what the compounds' load of today was multiplied so that it does not pass what was
        metered; 1 where it does not. [-]
    other_kva
        Peak of the customers that are no compounds of the table. [kVA]
    installed_kva, max_installed_kva
        Transformers on the line and what the pack allows. [kVA]
    max_main_transformer_percent, max_n_minus_1_percent
        Loading at which the main transformer takes no more, and that of the tie with both lines
        on it; ``None`` in results of earlier versions. [%]
    states
        Today, then all compounds converted in each charging mode.
    fits
        Which compounds fit, by charging mode.
    relief_order
        Place among the lines that need relief, 1 for the first; ``None`` where none is needed.
    orderly_gain_kva
        By how much orderly charging lowers the relief against uncontrolled charging; ``None``
        where one of the two was not asked for. [kVA]
    """

    line: Line
    n_compounds: int
    n_chargers: int
    without_curves: tuple[str, ...]
    season: str
    limit_percent: float
    scale_factor: float
    other_kva: float
    installed_kva: float
    max_installed_kva: float
    states: tuple[LineState, ...]
    fits: tuple[ModeFits, ...]
    max_main_transformer_percent: float | None = None
    max_n_minus_1_percent: float | None = None
    relief_order: int | None = None
    orderly_gain_kva: float | None = None
    policy: str = ""
    not_read: tuple[str, ...] = ()
    doubts: tuple[Note, ...] = ()

    @property
    def n_not_counted(self) -> int:
        """Compounds that name the line and are not in its loads. [-]."""
        return len(self.without_curves) + len(self.not_read)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedName:
    """A name that several lines have, so that compounds that use it are on none of them."""

    name: str
    line_ids: tuple[str, ...]
    compound_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesResult:
    """All lines of a city, in the order of their table.

    ``unknown_lines`` has the ids of compounds by the line they name that the table lacks;
    ``shared_names`` what compounds call a line by that several lines are called;
    ``without_line`` the ids of compounds that name none.
    """

    lines: tuple[LineResult, ...]
    unknown_lines: Mapping[str, tuple[str, ...]]
    without_line: tuple[str, ...]
    shared_names: tuple[SharedName, ...] = ()
