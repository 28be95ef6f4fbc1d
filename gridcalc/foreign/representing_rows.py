"""Equipment of a foreign network as rows of a catalogue folder."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from math import log
from typing import Any, Literal

from gridcalc.catalogue import Cable, Catalogue, Transformer
from gridcalc.catalogue.records import ConductorMaterial
from gridcalc.compound.model import Laying
from gridcalc.tables import read_data_table
from gridcalc.units import VN_MV_KV

_SECTION = re.compile(r"\d\s*[xX×]\s*(\d+(?:[.,]\d+)?)")
_PVC = re.compile(r"^(?:N?A?YY|VV|VLV)", re.IGNORECASE)
_ODD = re.compile(r"[^\w.\-/+ ]+")
_LONGEST = 60
_SOURCE = "imported"
IN_SOIL: frozenset[Laying] = frozenset({"buried", "duct", "trench"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineData:
    """What a foreign line says of its conductors.

    ``kind`` is ``None`` where the file does not say it, ``max_i_a`` where there is no rating.
    """

    type_name: str
    is_mv: bool
    kind: Literal["cable", "overhead"] | None
    r_ohm_per_km: float
    x_ohm_per_km: float
    c_nf_per_km: float
    max_i_a: float | None

    @property
    def is_overhead(self) -> bool:
        """Whether it is an overhead line."""
        return self.kind == "overhead"

    def may_lie(self, laying: Laying) -> bool:
        """Return whether its kind goes with a laying: overhead lines hang, cables lie in soil."""
        if self.kind is None:
            return True
        return laying == "air" if self.is_overhead else laying in IN_SOIL


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerData:
    """What a foreign transformer says of itself."""

    type_name: str
    sn_kva: float
    vn_hv_kv: float
    vn_lv_kv: float
    p0_w: float
    pk_w: float
    uk_percent: float
    i0_percent: float
    n_tap_steps: int | None
    tap_step_percent: float | None


def own_cable(data: LineData, name: str, catalogue: Catalogue, max_i_a: float) -> Cable:
    """Return the row of a cable that the catalogue does not have.

    The resistance counts as that at 20 °C, the rating as that in air and in soil. Section and
    conductor are those of the type's name where they go with the resistance, else those of an
    aluminium conductor with it. Rated voltages are those of the nearest shipped cable.
    """
    conductor, area, is_computed = _conductor(data)
    like = min(
        (c for c in catalogue.cables.values() if (c.vn_kv >= VN_MV_KV) is data.is_mv),
        key=lambda c: (c.conductor != conductor, abs(log(c.area_mm2 / area)), c.name),
    )
    blank: dict[str, Any] = {
        field.name: None for field in fields(Cable) if field.name.startswith("max_i_")
    }
    size = "section and conductor from the resistance" if is_computed else "section from the name"
    kept = {
        "name": name,
        "conductor": conductor,
        "insulation": "PVC" if _PVC.match(data.type_name) else "XLPE",
        "area_mm2": area,
        "r20_ohm_per_km": data.r_ohm_per_km,
        "r80_ohm_per_km": None,
        "r90_ohm_per_km": None,
        "x_ohm_per_km": data.x_ohm_per_km,
        "c_nf_per_km": data.c_nf_per_km if data.is_mv else None,
        "max_i_air40_a": max_i_a,
        "max_i_soil25_rho2_a": max_i_a,
        "column_confidence": "",
        "note": f"{size}; rating as in the file for air and soil",
        "source": _SOURCE,
        "confidence": "assumed",
    }
    return replace(like, **{**blank, **kept})


def _conductor(data: LineData) -> tuple[str, float, bool]:
    """Return metal and section, and whether both were computed from the resistance."""
    materials = read_data_table(ConductorMaterial, "conductor_materials.csv")
    section = _SECTION.search(data.type_name)
    if section:
        area = float(section[1].replace(",", "."))
        for row in materials:
            factor = data.r_ohm_per_km * area / row.rho20_ohm_mm2_per_km
            if row.min_r20_factor <= factor <= row.max_r20_factor:
                return row.conductor, area, False
    (al,) = (row for row in materials if row.conductor == "Al")
    middle = (al.min_r20_factor + al.max_r20_factor) / 2
    return "Al", round(middle * al.rho20_ohm_mm2_per_km / data.r_ohm_per_km, 1), True


def own_transformer(data: TransformerData, name: str, catalogue: Catalogue) -> Transformer:
    """Return the row of a transformer that the catalogue does not have.

    What a pandapower file does not say is that of the shipped oil transformer nearest in size.
    """
    like = min(
        (t for t in catalogue.transformers.values() if t.kind == "oil"),
        key=lambda t: (abs(log(t.sn_kva / data.sn_kva)), t.name),
    )
    steps, size = data.n_tap_steps, data.tap_step_percent
    return replace(
        like,
        name=name,
        series=_SOURCE,
        gb20052_grade=None,
        sn_kva=data.sn_kva,
        vn_hv_kv=data.vn_hv_kv,
        vn_lv_kv=data.vn_lv_kv,
        p0_w=data.p0_w,
        pk_w=data.pk_w,
        uk_percent=data.uk_percent,
        i0_percent=data.i0_percent,
        n_tap_steps_each_side=like.n_tap_steps_each_side if steps is None else steps,
        tap_step_percent=like.tap_step_percent if size is None else size,
        note="oil type and Dyn11 assumed",
        source=_SOURCE,
        confidence="assumed",
    )


def row_name(type_name: str, fallback: str, taken: Iterable[str]) -> str:
    """Return the name of a row of one's own: that of the type, plain, and not taken yet.

    Examples
    --------
    >>> row_name("NAYY 4x50 SE", "cable", []), row_name("=cmd|A1", "cable", ["cmd A1"])
    ('NAYY 4x50 SE', 'cmd A1-2')
    """
    plain = " ".join(_ODD.sub(" ", type_name).split()).strip(" +-.")[:_LONGEST].strip() or fallback
    known, n, name = set(taken), 1, plain
    while name in known:
        n += 1
        name = f"{plain}-{n}"
    return name


def catalogue_tables(
    transformers: Iterable[Transformer], cables: Iterable[Cable]
) -> Mapping[str, str]:
    """Return the CSV texts of a catalogue folder by file name; without rows there is no file."""
    rows = sorted(cables, key=lambda row: row.name)
    tables: dict[str, list[Any]] = {
        "transformers.csv": sorted(transformers, key=lambda row: row.name),
        "cables_mv.csv": [row for row in rows if row.vn_kv >= VN_MV_KV],
        "cables_lv.csv": [row for row in rows if row.vn_kv < VN_MV_KV],
    }
    return {name: _csv(rows) for name, rows in tables.items() if rows}


def _csv(rows: list[Any]) -> str:
    names = [field.name for field in fields(rows[0])]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(_cell(getattr(row, name)) for name in names)
    return out.getvalue()


def _cell(value: float | str | None) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
