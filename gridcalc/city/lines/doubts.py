"""Values of the table of lines that hardly go together: a wrong unit, a meter of something else."""

from collections.abc import Iterator

from gridcalc.catalogue.plausibility import equipment_bound
from gridcalc.city.lines.records import Line
from gridcalc.notes import Note, note
from gridcalc.units import PERCENT


def line_doubts(
    line: Line, *, n_compounds: int, compounds_kva: float, scale_factor: float
) -> Iterator[Note]:
    """Yield what is doubtful about a line; the bounds are those of ``equipment_bounds.csv``.

    Parameters
    ----------
    line
        As its table tells it.
    n_compounds
        Compounds with curves on the line.
    compounds_kva
        Transformers of its compounds. [kVA]
    scale_factor
        By what their load of today was multiplied to agree with the metered peak. [-]
    """
    peak_kva = line.peak_kva
    draws = bool(line.installed_kva) or (line.includes_compounds and n_compounds > 0)
    if peak_kva == 0 and draws:
        yield note(
            "a metered peak of 0 with transformers on the line cannot be;"
            " leave the cell empty if it is not known"
        )
    elif peak_kva and _is_low(scale_factor):
        yield note(
            "the metered peak of {peak_kva:.10g} kVA is {percent:.3g} % of what its compounds"
            " draw today; check its unit, and whether it contains them",
            peak_kva=_short(peak_kva),
            percent=PERCENT * scale_factor,
        )
    elif peak_kva:
        yield from _peak_doubts(line, peak_kva)
    installed_kva = line.installed_kva
    most = equipment_bound("line_compounds_kva_doubt_percent").value_max
    if installed_kva is not None and PERCENT * compounds_kva > most * installed_kva:
        yield note(
            "the transformers on the line, {installed_kva:.10g} kVA, are less than the"
            " {compounds_kva:.10g} kVA of its compounds; check the unit",
            installed_kva=_short(installed_kva),
            compounds_kva=_short(compounds_kva),
        )


def main_transformer_doubts(line: Line, *, scale_factor: float) -> Iterator[Note]:
    """Yield what is doubtful about the main transformer of a line.

    Parameters
    ----------
    line
        One of its lines.
    scale_factor
        By what the load of its lines was multiplied to agree with its metered peak. [-]
    """
    peak_kva, sn_kva = line.main_transformer_peak_kva, line.main_transformer_kva
    if peak_kva is None or not sn_kva:
        return
    if _is_low(scale_factor):
        yield note(
            "the metered peak of {transformer}, {peak_kva:.10g} kVA, is {percent:.3g} % of what its"
            " lines carry today; check the unit of both",
            transformer=line.main_transformer,
            peak_kva=_short(peak_kva),
            percent=PERCENT * scale_factor,
        )
    elif not _is_usual("line_peak_doubt_percent", peak_kva, sn_kva):
        yield note(
            "the metered peak of {transformer}, {peak_kva:.10g} kVA, is {percent:.3g} % of its"
            " {sn_kva:.10g} kVA; check the unit of both",
            transformer=line.main_transformer,
            peak_kva=_short(peak_kva),
            percent=PERCENT * peak_kva / sn_kva,
            sn_kva=_short(sn_kva),
        )


def _peak_doubts(line: Line, peak_kva: float) -> Iterator[Note]:
    capacity_kva, installed_kva = line.capacity_kva, line.installed_kva
    if capacity_kva and not _is_usual("line_peak_doubt_percent", peak_kva, capacity_kva):
        yield note(
            "the metered peak of {peak_kva:.10g} kVA is {percent:.3g} % of the {capacity_kva:.10g}"
            " kVA that the line carries; check the unit of both",
            peak_kva=_short(peak_kva),
            percent=PERCENT * peak_kva / capacity_kva,
            capacity_kva=_short(capacity_kva),
        )
    elif installed_kva and not _is_usual(
        "line_peak_installed_doubt_percent", peak_kva, installed_kva
    ):
        yield note(
            "the metered peak of {peak_kva:.10g} kVA is {percent:.3g} % of the"
            " {installed_kva:.10g} kVA of transformers on the line; check the unit of both",
            peak_kva=_short(peak_kva),
            percent=PERCENT * peak_kva / installed_kva,
            installed_kva=_short(installed_kva),
        )


def _is_low(scale_factor: float) -> bool:
    return scale_factor * PERCENT < equipment_bound("line_scale_doubt_percent").value_min


def _is_usual(bound: str, value: float, of: float) -> bool:
    usual = equipment_bound(bound)
    return usual.value_min <= PERCENT * value / of <= usual.value_max


def _short(kva: float) -> float:
    """Return a load as it is shown, with the decimals of a small one."""
    return round(kva, 0 if kva >= PERCENT else 2)
