"""Inputs of the short-circuit sheet: voltage factors, sources and transformers in milliohms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import short_circuit_rules
from gridcalc.dossier import Dossier
from gridcalc.powerflow.impedance import source_ohm, transformer_ohm
from gridcalc.powerflow.short_circuit import corrected_transformer_ohm
from gridcalc.report.basis import basis_short
from gridcalc.report.calculation_book.cells import Put, formula, given, name, sentence
from gridcalc.report.calculation_book.page import Head, Page
from gridcalc.report.cost_report import basis_of_rule
from gridcalc.report.wording import Wording
from gridcalc.units import KW_PER_MW, MOHM_PER_OHM, V_PER_KV

_FACTORS = (
    "short_circuit.c_max_mv",
    "short_circuit.c_max_lv",
    "short_circuit.c_min_mv",
    "short_circuit.c_min_lv",
    "short_circuit.end_temperature_factor",
)

_BASIS_END = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Ohms:
    """Cells of the impedances of a source or a transformer, for formulas of the nodes.

    ``turns`` is the cell of LV over HV voltage; empty for a source.
    """

    r_max: str
    x_max: str
    r_min: str
    x_min: str
    turns: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultInputs:
    """Where the inputs stand, and the first row below them, counted from 0."""

    factor: Mapping[str, str]
    sources: tuple[Ohms, ...]
    transformers: tuple[Ohms, ...]
    end: int


def write_fault_inputs(page: Page, dossier: Dossier, row: int) -> FaultInputs:
    """Write voltage factors, sources and transformers from a row on."""
    factor = {}
    wording = page.wording
    page.section(row, wording("Voltage factors and temperature"))
    for k, rule_name in enumerate(_FACTORS, row + 1):
        rule = dossier.policy.rule(rule_name)
        number = dossier.policy.number(rule_name)
        title = wording.either(zh=rule.title_zh, en=rule.title_en)
        page.row(k, (sentence(title), given(number, "general", rule.confidence)))
        page.across(k, (2, _BASIS_END), basis_short(basis_of_rule(rule), wording, dossier.policy))
        factor[rule_name.removeprefix("short_circuit.")] = f"$B${k + 1}"
    row += len(_FACTORS) + 2
    sources = tuple(_sources(page, dossier, row, factor))
    row += len(sources) + 3
    transformers = tuple(_transformers(page, dossier, row, factor))
    return FaultInputs(
        factor=factor,
        sources=sources,
        transformers=transformers,
        end=row + len(transformers) + 3,
    )


def _captions(page: Page, row: int, titles: tuple[str, ...]) -> None:
    page.heads(row, [Head("", title, 0) for title in titles])


def _source_titles(wording: Wording) -> tuple[str, ...]:
    return (
        wording("Source"),
        wording("Un [V]"),
        wording("Ssc max [MVA]"),
        wording("Ssc min [MVA]"),
        wording("R/X [-]"),
        wording("R max [mΩ]"),
        wording("X max [mΩ]"),
        wording("R min [mΩ]"),
        wording("X min [mΩ]"),
    )


def _sources(page: Page, dossier: Dossier, row: int, factor: Mapping[str, str]) -> Iterator[Ohms]:
    wording, network = page.wording, dossier.case.site.network
    page.section(row, wording("Sources of supply"))
    _captions(page, row + 1, _source_titles(wording))
    rules, rows = short_circuit_rules(dossier.policy), network.sources
    vn_kv = network.vn_kv[rows.node]
    largest = source_ohm(rows, c_factor=rules.c_max_mv, s_sc_mva=rows.s_sc_max_mva, vn_kv=vn_kv)
    smallest = source_ohm(rows, c_factor=rules.c_min_mv, s_sc_mva=rows.s_sc_min_mva, vn_kv=vn_kv)
    mark = dossier.policy.rule("mv.source_r_over_x").confidence
    for k, source in enumerate(rows.ids):
        r = row + 3 + k
        cells = (
            name(source),
            given(float(vn_kv[k]) * V_PER_KV, "whole"),
            given(float(rows.s_sc_max_mva[k]), "d2"),
            given(float(rows.s_sc_min_mva[k]), "d2"),
            given(float(rows.r_over_x[k]), "general", mark),
            *_source_cells((factor["c_max_mv"], "C"), r, complex(largest[k])),
            *_source_cells((factor["c_min_mv"], "D"), r, complex(smallest[k])),
        )
        page.row(r - 1, cells)
        yield Ohms(r_max=f"$F${r}", x_max=f"$G${r}", r_min=f"$H${r}", x_min=f"$I${r}")


def _source_cells(of: tuple[str, str], r: int, z_ohm: complex) -> Iterator[Put]:
    """Yield resistance and reactance of a source; V² over kVA are milliohms.

    ``of`` is the cell of the voltage factor and the column of the fault level; B is the voltage,
    E is R/X.
    """
    factor, level = of
    x_text = f"{factor}*B{r}^2/({level}{r}*{KW_PER_MW:g})/SQRT(1+E{r}^2)"
    yield formula(f"={x_text}*E{r}", z_ohm.real * MOHM_PER_OHM, "d3")
    yield formula(f"={x_text}", z_ohm.imag * MOHM_PER_OHM, "d3")


def _transformer_titles(wording: Wording) -> tuple[str, ...]:
    return (
        wording("Transformer"),
        wording("Sn [kVA]"),
        wording("Un2 [V]"),
        wording("uk [%]"),
        wording("ur [%]"),
        wording("R [mΩ]"),
        wording("X [mΩ]"),
        wording("K_T [-]"),
        wording("Un2/Un1 [-]"),
        wording("Type"),
    )


def _transformers(
    page: Page, dossier: Dossier, row: int, factor: Mapping[str, str]
) -> Iterator[Ohms]:
    wording, network = page.wording, dossier.case.site.network
    page.section(row, wording("Transformers"))
    _captions(page, row + 1, _transformer_titles(wording))
    rules = short_circuit_rules(dossier.policy)
    z = transformer_ohm(network.transformers) * MOHM_PER_OHM
    k_t = corrected_transformer_ohm(network, rules) * MOHM_PER_OHM / z
    for k in range(len(network.transformers.ids)):
        r = row + 3 + k
        numbers = complex(z[k]), float(np.real(k_t[k]))
        page.row(r - 1, tuple(_transformer_cells(dossier, k, r, numbers, factor["c_max_lv"])))
        yield Ohms(
            r_max=f"$H${r}*$F${r}",
            x_max=f"$H${r}*$G${r}",
            r_min=f"$F${r}",
            x_min=f"$G${r}",
            turns=f"$I${r}",
        )


def _transformer_cells(
    dossier: Dossier, k: int, r: int, numbers: tuple[complex, float], c_max: str
) -> Iterator[Put]:
    """Yield a transformer; ``numbers`` are its impedance in milliohms and its correction K_T."""
    trafos, (z_mohm, k_t) = dossier.case.site.network.transformers, numbers
    mark = dossier.catalogue.transformers[trafos.types[k]].confidence
    reactance = f"SQRT(D{r}^2-E{r}^2)/100"
    yield name(trafos.ids[k])
    yield given(float(trafos.sn_kva[k]), "whole")
    yield given(float(trafos.vn_lv_kv[k]) * V_PER_KV, "whole")
    yield given(float(trafos.vk_percent[k]), "general", mark)
    yield given(float(trafos.vkr_percent[k]), "d4", mark)
    yield formula(f"=E{r}/100*C{r}^2/B{r}", z_mohm.real, "d3")
    yield formula(f"={reactance}*C{r}^2/B{r}", z_mohm.imag, "d3")
    yield formula(f"=0.95*{c_max}/(1+0.6*{reactance})", k_t, "d4")
    yield given(float(trafos.vn_lv_kv[k] / trafos.vn_hv_kv[k]), "d4")
    yield name(trafos.types[k])
