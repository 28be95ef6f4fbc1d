"""The wheel holds what a checkout holds: the program, the tables and the templates."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def inside(tmp_path_factory) -> Path:
    """What is in the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "inside")
    return folder / "inside"


def files_of(folder: Path) -> set[str]:
    """The files below a folder, by their path from there; not what Python compiled."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_package(inside):
    # a line of .gitignore takes files out of the wheel, too: "site/" took gridcalc/routing/site
    missing = files_of(ROOT / "gridcalc") - files_of(inside / "gridcalc")
    assert missing == set()


def test_templates_and_tables_work_from_a_wheel(inside, tmp_path):
    script = (
        "import gridcalc; from gridcalc.compound.templates import list_templates, template_dir;"
        "from gridcalc.catalogue import load_catalogue; from gridcalc.policy import list_policies;"
        "print(gridcalc.__file__, template_dir(), len(list_templates()), len(list_policies()),"
        " len(load_catalogue().transformers))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(inside)},
        check=True,
        capture_output=True,
        text=True,
    )

    program, templates, *counts = run.stdout.split()
    assert program.startswith(str(inside))
    assert templates.startswith(str(inside))
    # eight templates, six policy packs, 118 transformers: the numbers of the shipped files
    assert counts == ["8", "6", "171"]
