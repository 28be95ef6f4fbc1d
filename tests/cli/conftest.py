"""A small compound, and the program to run on it."""

from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result

from gridcalc.cli.main import cli

HAMLET = """\
gridcalc: 1
id: hamlet
name: 小河村
policy: ningxia-2025
build: {kind: new, year: 2025}
sources:
  - {id: SRC1, kind: rmu_bay, line: L1, i_sc_max_ka: 10, i_sc_min_ka: 6,
     open_capacity_kva: 2000, spare_bays: 1, line_installed_kva: 6000}
mv_cables:
  - {id: MC1, from: SRC1, to: PD1, type: YJV22-8.7/15-3x150, length_m: 200}
substations:
  - {id: PD1, kind: prefabricated, transformers: [{id: T1, type: S20-160}]}
lv_nodes:
  - {id: BB1, kind: branch_box}
  - {id: MB1, kind: meter_box}
  - {id: CB1, kind: charger_box}
  - {id: ES1, kind: ebike_shed}
lv_cables:
  - {id: T1-F1, from: T1.LV, to: BB1, type: YJV22-0.6/1-4x240, length_m: 100}
  - {id: C2, from: BB1, to: MB1, type: YJV22-0.6/1-4x70, length_m: 30}
  - {id: T1-F2, from: T1.LV, to: CB1, type: YJV22-0.6/1-4x240, length_m: 80}
  - {id: T1-F3, from: T1.LV, to: ES1, type: YJV22-0.6/1-4x35, length_m: 60}
households:
  - {node: MB1, count: 16, area_m2: 110}
private_bays:
  - {node: CB1, count: 40, reserved_share: 1}
public_bays:
  - {node: CB1, count: 4}
ebikes:
  - {node: ES1, bikes: 40, sockets: 8}
public_loads:
  - {node: T1.LV, kind: passenger_lift, kw: 22, grade: 2, demand_factor: 0.8, power_factor: 0.85}
"""


class Run(Protocol):
    """Run gridcalc with some arguments; ``text`` is what stands on standard input."""

    def __call__(self, *args: str, text: str | None = None) -> Result: ...


@pytest.fixture(scope="session")
def run() -> Run:
    def invoke(*args: str, text: str | None = None) -> Result:
        return CliRunner().invoke(cli, list(args), input=text, prog_name="gridcalc")

    return invoke


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GRIDCALC_LANG", "LC_ALL", "LC_MESSAGES", "GRIDCALC_CATALOGUE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("GRIDCALC_TEMPLATE_DIR", str(tmp_path / "my-templates"))


@pytest.fixture
def hamlet(tmp_path: Path) -> str:
    path = tmp_path / "hamlet.yaml"
    path.write_text(HAMLET, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="session")
def hamlet_text() -> str:
    return HAMLET
