"""The calculation book: its sheets in the order of an engineer's calculation."""

import io
from typing import Any

from gridcalc.demand.levels import FEEDER, STATION
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.dossier import Dossier
from gridcalc.report.calculation_book.assumption_sheet import assumption_sheet
from gridcalc.report.calculation_book.cells import Looks, looks_of
from gridcalc.report.calculation_book.cost_sheet import cost_sheet
from gridcalc.report.calculation_book.cover import cover
from gridcalc.report.calculation_book.day_sheet import day_sheet, simulated_runs
from gridcalc.report.calculation_book.device_sheet import device_sheet
from gridcalc.report.calculation_book.equipment_sheet import equipment_sheet
from gridcalc.report.calculation_book.fault_sheet import fault_sheet
from gridcalc.report.calculation_book.finding_sheet import finding_sheet
from gridcalc.report.calculation_book.load_rows import load_sets
from gridcalc.report.calculation_book.load_sheets import cables_sheet, loads_sheet
from gridcalc.report.calculation_book.page import Page
from gridcalc.report.calculation_book.transformer_sheet import transformer_sheet
from gridcalc.report.calculation_book.voltage_sheet import voltage_sheet
from gridcalc.report.city_sheets import properties
from gridcalc.report.wording import Wording


def calculation_book(dossier: Dossier, wording: Wording) -> bytes:
    """Return the calculation book of a compound; the same dossier gives the same bytes.

    Every number that an engineer would check by hand is a formula over the cells it comes from,
    and carries its result for programs that do not compute.

    Parameters
    ----------
    dossier
        Study, fault levels and, where there is one, the plan of works.
    wording
        Language of the sheets.

    Returns
    -------
    bytes
        A workbook (xlsx).
    """
    import xlsxwriter  # noqa: PLC0415  only this door needs it

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    title = wording("Calculation book")
    book.set_properties(properties(title))
    _write(book, dossier, wording.with_named_checks())
    book.close()
    return stream.getvalue()


def _write(book: Any, dossier: Dossier, wording: Wording) -> None:
    contents = _contents(dossier, wording)
    names = (wording("Cover"), *(title for title, _ in contents))
    looks = looks_of(book, wording)
    pages = [_page(book, title, dossier, looks, wording) for title in names]
    first, transformers, *rest = pages
    if simulated_runs(dossier):
        days, *rest = rest
        day_sheet(days, dossier)
    stations, feeders, boxes, *rest = rest
    faults, devices, voltages, checks, equipment, estimate, assumptions = rest
    scenarios = scenarios_in_order(dict.fromkeys(run.scenario for run in dossier.study.runs))
    levels = [name for name in dossier.case.model.level_names if name not in {STATION, FEEDER}]
    of_station = load_sets(dossier, scenarios, [STATION])
    remark = wording(
        "Pe = n x each; P = Pe x Kx x factor to the meter; Q = P x tanφ. The demand factor is that"
        " of all units of the kind that count together here."
    )
    cover(first, dossier, contents)
    spots = loads_sheet(stations, dossier, of_station, remark)
    transformer_sheet(transformers, dossier, of_station, spots)
    cables_sheet(feeders, dossier, load_sets(dossier, scenarios, [FEEDER]), remark)
    cables_sheet(boxes, dossier, load_sets(dossier, scenarios, levels), remark)
    device_sheet(devices, dossier, fault_sheet(faults, dossier))
    voltage_sheet(voltages, dossier)
    finding_sheet(checks, dossier)
    equipment_sheet(equipment, dossier)
    cost_sheet(estimate, dossier)
    assumption_sheet(assumptions, dossier)


def _contents(dossier: Dossier, wording: Wording) -> tuple[tuple[str, str], ...]:
    """Return the sheets after the cover, and what each holds."""
    days = (
        wording("Peaks of simulated days"),
        wording("peak of every transformer in every scenario and charging mode"),
    )
    return (
        (
            wording("Load calculation"),
            wording("loading of every transformer in every scenario, by hand and by power flow"),
        ),
        *((days,) if simulated_runs(dossier) else ()),
        (wording("Loads of stations"), wording("kinds of load under each transformer")),
        (wording("Loads of feeders"), wording("kinds of load behind each feeder trunk")),
        (wording("Loads of branches"), wording("kinds of load behind each further LV cable")),
        (
            wording("Short circuit"),
            wording("impedances and fault currents at every node, step by step"),
        ),
        (
            wording("Protection"),
            wording("breaking capacity and sensitivity of every device"),
        ),
        (wording("Voltage drop"), wording("voltage drop by hand beside the power flow")),
        (wording("Checks"), wording("every finding with value, limit, clause and mark")),
        (
            wording("Equipment and materials"),
            wording("existing equipment by type and by piece, and what the works need"),
        ),
        (wording("Estimate"), wording("bill of quantities and who pays")),
        (wording("To be verified"), wording("assumed values and prices, for the reviewer")),
    )


def _page(book: Any, title: str, dossier: Dossier, looks: Looks, wording: Wording) -> Page:
    policy = dossier.policy
    said = f"{wording.either(zh=policy.title, en=policy.title_en)} [{policy.id}]"
    return Page(
        sheet=book.add_worksheet(title),
        name=title,
        subject=wording.clauses([f"{dossier.compound.name} [{dossier.compound.id}]", said]),
        looks=looks,
        wording=wording,
    )
