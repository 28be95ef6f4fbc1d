"""Conventions that every command keeps, present and future."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gridcalc.cli.language import default_lang
from gridcalc.cli.main import cli

ROOT = Path(__file__).parents[2]


def _commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in sorted(group.commands.items()):
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


COMMANDS = dict(_commands(cli))
LEAVES = {path: c for path, c in COMMANDS.items() if not isinstance(c, click.Group)}
RESULTS = {path: c for path, c in LEAVES.items() if any(p.name == "fmt" for p in c.params)}


def _id(path: tuple[str, ...]) -> str:
    return "-".join(path)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "stopped by the user before the result was complete"), ("zh", "用户已停止计算")],
)
def test_ctrl_c_ends_any_command_with_one_line_and_its_own_exit_code(run, monkeypatch, lang, said):
    # 130 is what shells return for a program that SIGINT ended: 128 + 2
    def pressed(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "lang", lang)
    monkeypatch.setattr(cli.commands["timeline"], "invoke", pressed)

    result = run("timeline", "x.yaml", "--start", "2026-12-01")

    assert (result.exit_code, result.stdout) == (130, "")
    (line,) = result.stderr.splitlines()
    assert said in line


def test_the_commands_of_this_version_are_registered_and_no_others():
    assert {_id(path) for path in LEAVES} == {
        "template-list",
        "template-show",
        "template-new",
        "template-import",
        "validate",
        "check",
        "city-run",
        "city-status",
        "city-summary",
        "city-report",
        "hosting",
        "cost",
        "design",
        "route",
        "timeline",
        "report",
        "upgrade",
        "policy-list",
        "policy-show",
        "policy-compare",
        "catalogue-list",
        "export",
    }


@pytest.mark.parametrize("path", COMMANDS, ids=_id)
def test_every_command_has_help_with_an_example(run, path):
    result = run(*path, "--help")

    assert result.exit_code == 0
    assert "Example:\n" in result.stdout
    assert f"gridcalc {' '.join(path)}" in result.stdout
    assert COMMANDS[path].help


@pytest.mark.parametrize("path", LEAVES, ids=_id)
def test_every_option_has_help(path):
    options = [p for p in LEAVES[path].params if isinstance(p, click.Option)]

    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("path", LEAVES, ids=_id)
def test_every_number_option_states_its_unit(path):
    numbers = [
        param
        for param in LEAVES[path].params
        if isinstance(param, click.Option)
        and isinstance(param.type, (click.types.IntParamType, click.types.FloatParamType))
        and not param.is_flag
    ]

    assert [p.name for p in numbers if not re.search(r"\[.+\]", p.help or "")] == []


@pytest.mark.parametrize("path", RESULTS, ids=_id)
def test_results_come_in_the_same_forms_and_languages(path):
    options = {p.name: p.type for p in RESULTS[path].params}

    assert list(options["fmt"].choices) == ["table", "json", "csv", "md"]
    assert list(options["lang"].choices) == ["zh", "en"]


SIMULATED = ("--method", "stochastic")


@pytest.mark.parametrize(
    "args",
    [
        ("check", "nowhere.yaml"),
        ("city", "run", "nowhere.csv", "-o", "nowhere"),
        ("city", "status", "nowhere"),
        ("city", "summary", "nowhere"),
        ("city", "report", "nowhere"),
        ("hosting", "nowhere.yaml"),
        ("cost", "nowhere.yaml"),
        ("design", "nowhere.yaml"),
        ("route", "nowhere.yaml"),
        ("timeline", "nowhere.yaml", "--start", "2026-03-02"),
        ("upgrade", "nowhere.yaml"),
        ("cost", "--survey", "nowhere.csv"),
        ("validate", "nowhere.yaml"),
        ("template", "show", "no-such-template"),
        ("template", "new", "no-such-template", "-o", "-"),
        ("template", "import", "nowhere.yaml", "--name", "x"),
        ("policy", "show", "no-such-policy"),
        ("policy", "compare", "national", "no-such-policy"),
        ("catalogue", "list", "no-such-table"),
        ("export", "nowhere.yaml", "--to", "pandapower", "-o", "-"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_computed_exits_with_1_and_leaves_standard_output_empty(run, args):
    result = run(*args)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize(
    "args",
    [
        ("check",),
        ("city", "run"),
        ("city", "run", "x.csv"),
        ("city", "run", "x.csv", "-o", "x", "--shard", "2/1"),
        ("city", "run", "x.csv", "-o", "x", "--tls-key", "key.pem"),
        ("city", "status"),
        ("hosting",),
        ("hosting", "x.yaml", "y.yaml"),
        ("hosting", "x.yaml", "--risk", "1"),
        ("hosting", "x.yaml", "--draws", "0"),
        ("cost",),
        ("cost", "x.yaml", "--survey", "x.csv"),
        ("design",),
        ("design", "x.yaml", "-o", "x.xlsx"),
        ("design", "x.yaml", "--households", "0"),
        ("design", "x.yaml", "--plot", "x.pdf"),
        ("route",),
        ("route", "x.txt"),
        ("route", "x.yaml", "--routes", "0"),
        ("route", "x.yaml", "--plot", "x.pdf"),
        ("timeline",),
        ("timeline", "x.yaml"),
        ("timeline", "x.yaml", "--start", "today"),
        ("upgrade",),
        ("check", "x.yaml", "--format", "xml"),
        ("check", "x.yaml", "--percentile", "100"),
        ("check", "x.yaml", "--percentile", "nan"),
        ("check", "x.yaml", "--participation", "nan"),
        ("check", "x.yaml", "--participation", "0.8"),
        ("hosting", "x.yaml", "--risk", "nan"),
        ("export", "x.yaml", "--to", "pandapower", "-o", "-", *SIMULATED, "--level", "box"),
        ("check", "x.yaml", "--plot", "x.pdf"),
        ("check", "x.yaml", "--plot", "-"),
        ("check", "x.yaml", "y.yaml", "--plot", "x.svg"),
        ("check", "x.yaml", "--method", "factor", "--plot", "x.svg"),
        ("check", "-", "-"),
        ("export", "--to", "pandapower", "-o", "-"),
        ("template", "new", "high-rise"),
        ("template", "new", "high-rise", "-o", "-", "--set", "households"),
        ("template", "new", "high-rise", "-o", "-", "--set", "floors=9", "--set", "floors=8"),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(run, args):
    result = run(*args, text="")

    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_workbook_with_macros_is_refused_with_its_reason(run):
    result = run("template", "new", "villa", "-o", "x.xlsm")

    assert result.exit_code == 2
    assert "are written as .xlsx only" in result.stderr


def test_the_version_is_that_of_the_package(run):
    import gridcalc

    assert run("--version").stdout.split()[-1] == gridcalc.__version__


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_CN.GBK", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "GRIDCALC_LANG": "en"}, "en"),
    ],
)
def test_the_language_comes_from_the_environment(monkeypatch, environment, lang):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert default_lang() == lang


def _launched(*args: str, code: str = "") -> subprocess.CompletedProcess[bytes]:
    start = ["-c", code] if code else [str(ROOT / "cli.py")]
    return subprocess.run(
        [sys.executable, *start, *args], cwd=ROOT, capture_output=True, check=False, timeout=120
    )


def test_the_launcher_in_the_checkout_speaks_utf_8_whatever_the_locale():
    result = _launched("policy", "list", "--lang", "zh")

    assert result.returncode == 0
    assert "全国通用默认值" in result.stdout.decode("utf-8")


def test_the_launcher_passes_exit_codes_on():
    result = _launched("check", "nowhere.yaml")

    assert result.returncode == 1
    assert result.stdout == b""
    assert b"nowhere.yaml" in result.stderr


def test_help_loads_no_calculation():
    heavy = (
        "pandapower",
        "pandas",
        "numpy",
        "numba",
        "scipy",
        "matplotlib",
        "pydantic",
        "networkx",
        "rich",
        "yaml",
    )
    code = (
        "import sys\nfrom gridcalc.cli.main import cli\n"
        "cli(['--help'], standalone_mode=False)\n"
        f"sys.exit(' '.join(n for n in {heavy!r} if n in sys.modules) or 0)"
    )

    result = _launched(code=code)

    assert result.stderr.decode().strip() == ""
    assert result.returncode == 0


def test_a_closed_pipe_ends_the_program_without_a_traceback():
    command = f'"{sys.executable}" cli.py catalogue list transformers --format json | head -1'

    result = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, check=False, timeout=120
    )

    assert result.stdout == b"{\n"
    assert b"Traceback" not in result.stderr
