"""City tables in every format, written by libraries that the reader does not share code with."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import shapely
import xlsxwriter

from gridcalc.city.table import read_city_table

TEMPLATES = {
    "walk-up": frozenset({"households", "floors", "box_m", "mv_cable"}),
    "high-rise": frozenset({"households", "floors"}),
    "mixed-use": frozenset({"households", "floors", "commerce_m2"}),
}
POLICIES = ("national", "changji-2026")
FORMATS = (
    *("csv", "csv-bom", "csv-gb18030", "csv-semicolon", "tsv", "csv-utf16", "xlsx"),
    *("parquet", "geoparquet", "gpkg", "gpkg-table", "geojson"),
)


def read(path, **options):
    """Read a table with the templates and packs of these tests."""
    return read_city_table(path, known_templates=TEMPLATES, known_policies=POLICIES, **options)


def text_table(folder, *lines, name="city.csv", encoding="utf-8", **options):
    """Write lines as a CSV file and read it."""
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return read(path, **options)


def write_table(folder: Path, form: str, rows: list[dict], outlines: list | None = None) -> Path:
    """Write rows in a format; cells of text formats are what ``str`` makes of them."""
    kind, _, variant = form.partition("-")
    path = folder / f"city-{variant or kind}.{kind.replace('geoparquet', 'parquet')}"
    names = list(rows[0])
    if kind in ("csv", "tsv"):
        _write_text(path, variant or kind, names, rows)
    elif kind == "xlsx":
        _write_xlsx(path, names, rows)
    elif kind in ("parquet", "geoparquet"):
        _write_parquet(path, names, rows, outlines, is_geo=kind == "geoparquet")
    elif kind == "gpkg":
        _write_gpkg(path, names, rows, outlines, is_table=variant == "table")
    else:
        _write_geojson(path, names, rows, outlines)
    return path


def _write_text(path, variant, names, rows):
    encoding = {"bom": "utf-8-sig", "gb18030": "gb18030", "utf16": "utf-16"}.get(variant, "utf-8")
    delimiter = {"semicolon": ";", "tsv": "\t"}.get(variant, ",")
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(names)
        writer.writerows(["" if row[n] is None else row[n] for n in names] for row in rows)


def _write_xlsx(path, names, rows):
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, names)
        for place, row in enumerate(rows, start=1):
            for column, name in enumerate(names):
                if row[name] is not None:
                    sheet.write(place, column, row[name])


def _shapes(rows, outlines):
    if outlines is not None:
        return outlines
    return [None if r["lon"] is None else shapely.Point(r["lon"], r["lat"]) for r in rows]


def _without_place(names):
    return [name for name in names if name not in ("lon", "lat")]


def _write_parquet(path, names, rows, outlines, *, is_geo):
    kept = _without_place(names) if is_geo else names
    table = pa.table({name: pa.array([row[name] for row in rows]) for name in kept})
    if is_geo:
        wkb = [None if s is None else shapely.to_wkb(s) for s in _shapes(rows, outlines)]
        table = table.append_column("geometry", pa.array(wkb, type=pa.binary()))
        crs = {"id": {"authority": "EPSG", "code": 4490}}
        about = {"encoding": "WKB", "geometry_types": [], "crs": crs}
        geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": about}}
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, path)


def _write_gpkg(path, names, rows, outlines, *, is_table):
    kept = names if is_table else _without_place(names)
    columns = [_gpkg_column([row[name] for row in rows]) for name in kept]
    options = {"fields": np.array(kept, dtype=object), "field_data": [c[0] for c in columns]}
    options |= {"field_mask": [c[1] for c in columns], "driver": "GPKG", "layer": "compounds"}
    if is_table:
        pyogrio.raw.write(path, None, geometry_type=None, crs=None, **options)
        return
    wkb = [None if s is None else shapely.to_wkb(s) for s in _shapes(rows, outlines)]
    kinds = {s.geom_type for s in _shapes(rows, outlines) if s is not None}
    kind = kinds.pop() if len(kinds) == 1 else "Unknown"
    geometry = np.array(wkb, dtype=object)
    pyogrio.raw.write(path, geometry, geometry_type=kind, crs="EPSG:4490", **options)


def _gpkg_column(values):
    mask = np.array([value is None for value in values])
    held = {type(value) for value in values if value is not None}
    if held <= {int, float} and held:
        kind = np.int64 if held == {int} else np.float64
        return np.array([0 if value is None else value for value in values], dtype=kind), mask
    return np.array(["" if value is None else str(value) for value in values], object), mask


def _write_geojson(path, names, rows, outlines):
    features = [
        {
            "type": "Feature",
            "properties": {name: row[name] for name in _without_place(names)},
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in zip(rows, _shapes(rows, outlines), strict=True)
    ]
    value = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def many_rows(n_rows: int) -> list[dict]:
    """Return rows of a plain city, all good."""
    return [
        {
            "id": f"XJ-{row:05}",
            "小区名称": f"第{row}小区",
            "template": ("walk-up", "high-rise", "mixed-use")[row % 3],
            "policy": ("national", "changji-2026")[row % 2],
            "区县": ("昌吉市", "阜康市", "呼图壁县")[row % 3],
            "10kV线路": f"L{row % 97:03}",
            "产权类别": ("合表", "绕越产权", "老旧院落")[row % 3],
            "建成年份": 1980 + row % 45,
            "户数": 40 + row % 2000,
            "固定车位": row % 900,
            "公共车位": row % 50,
            "电动自行车": row % 700,
            "变压器": ("2x800+1x630", "1x400", "2×1000")[row % 3],
            "最高负荷(kW)": 100.5 + row % 1500,
            "lon": 86.5 + (row % 1000) / 500.0,
            "lat": 43.5 + (row % 777) / 500.0,
            "floors": 4 + row % 20,
            "备注": "无" if row % 2 else None,
        }
        for row in range(n_rows)
    ]
