"""Results of two 10 kV lines of one main transformer, as a run would write them."""

from typing import Any

from gridcalc.city.lines.records import CompoundFit, Line, LineResult, LineState, ModeFits

MODES = ("uncontrolled", "tou", "managed")
SCENARIO = "ev-100"


def state(name: str, percent: float, **more: Any) -> LineState:
    """Return a state of a line of 1000 kVA with a limit of 80 %: 10 kVA are a percent."""
    facts: dict[str, Any] = {
        "state": name,
        "s_peak_kva": percent * 10,
        "s_peak_low_kva": percent * 10,
        "s_peak_high_kva": None,
        "loading_percent": percent,
        "s_compounds_kva": percent * 5,
        "coincidence_factor": 0.9,
        "main_transformer_percent": None,
        "n_minus_1_percent": None,
        "relief_kva": max(0.0, percent - 80) * 10,
        "peak_time": "20:00",
        "day_kva": (percent * 10,) * 96,
        **more,
    }
    return LineState(**facts)


def states(
    percents: tuple[float, ...], mains: tuple[float, ...] = (), ties: tuple[float, ...] = ()
) -> tuple[LineState, ...]:
    """Return the states today and in each mode with what is given for them."""
    names = ("today/uncontrolled", *(f"{SCENARIO}/{mode}" for mode in MODES))
    return tuple(
        state(
            name,
            percent,
            main_transformer_percent=mains[k] if mains else None,
            n_minus_1_percent=ties[k] if ties else None,
        )
        for k, (name, percent) in enumerate(zip(names, percents, strict=True))
    )


def fits(**by_compound: str) -> tuple[ModeFits, ...]:
    """Return who fits: what stops a compound, ``l``, ``m`` or ``-``, in each mode in turn."""
    words = {"l": "line", "m": "main_transformer", "-": "", "?": ""}
    return tuple(
        ModeFits(
            charging=mode,
            fits=tuple(
                CompoundFit(
                    id=name,
                    fits=None if signs[k] == "?" else signs[k] == "-",
                    limited_by=words[signs[k]],
                    margin_kva=0.0,
                )
                for name, signs in by_compound.items()
            ),
            n_fit=sum(signs[k] == "-" for signs in by_compound.values()),
            n_chargers_fit=0,
            n_fit_smallest_first=0,
            first_over_id="",
            first_over_year=None,
        )
        for k, mode in enumerate(MODES)
    )


def a_result(line_id: str, **more: Any) -> LineResult:
    """Return a line of 1000 kVA; what belongs to its row of the table is given with it."""
    of_line = {"capacity_kva", "main_transformer", "main_transformer_kva", "tie", "name"}
    own = {name: value for name, value in more.items() if name in of_line}
    rest = {name: value for name, value in more.items() if name not in of_line}
    facts: dict[str, Any] = {
        "line": Line(
            **{"row": 2, "id": line_id, "name": f"{line_id}线", "capacity_kva": 1000.0, **own}
        ),
        "n_compounds": 2,
        "n_chargers": 100,
        "without_curves": (),
        "season": "summer",
        "limit_percent": 80.0,
        "scale_factor": 1.0,
        "other_kva": 0.0,
        "installed_kva": 9000.0,
        "max_installed_kva": 12000.0,
        "max_main_transformer_percent": 80.0,
        "max_n_minus_1_percent": 100.0,
        "states": states((50.0, 60.0, 70.0, 55.0)),
        "fits": (),
        **rest,
    }
    return LineResult(**facts)


def two_lines() -> tuple[LineResult, ...]:
    """Return two tied lines of the main transformer T1; the compounds are those of ``city()``.

    ====  =====  ============  ===  =======  ==========================================
    line  today  uncontrolled  tou  managed  compounds: what stops them in each mode
    ====  =====  ============  ===  =======  ==========================================
    L1    50     70            95   60       c2 nothing; c3 the line under tou
    L2    40     45            50   45       c4 the transformer always; c5 it, not managed
    ====  =====  ============  ===  =======  ==========================================

    The transformer is at 81 % today and at 90, 99 and 85 %; each tie at 90 and 120, 140, 110 %.
    L2 has 13 000 kVA of transformers where 12 000 are allowed, and c8 on it has no result.
    """
    mains, ties = (81.0, 90.0, 99.0, 85.0), (90.0, 120.0, 140.0, 110.0)
    usual = {"main_transformer": "T1", "main_transformer_kva": 5000.0}
    return (
        a_result(
            "L1",
            states=states((50.0, 70.0, 95.0, 60.0), mains, ties),
            fits=fits(c2="---", c3="-l-"),
            tie="L2",
            relief_order=1,
            **usual,
        ),
        a_result(
            "L2",
            states=states((40.0, 45.0, 50.0, 45.0), mains, ties),
            fits=fits(c4="mmm", c5="mm-"),
            tie="L1线",
            installed_kva=13000.0,
            without_curves=("c8",),
            **usual,
        ),
    )
