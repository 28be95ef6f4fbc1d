"""The wheel holds what a checkout holds: the program, the tables and the templates."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_templates_and_tables_work_from_a_wheel(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = tmp_path / "inside"
    zipfile.ZipFile(wheel).extractall(inside)

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
    assert counts == ["8", "6", "118"]
