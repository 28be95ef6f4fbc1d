"""``gridcalc city``: all compounds of a city table."""

from dataclasses import replace
from pathlib import Path

import click

from gridcalc.city.engine.launching import launched
from gridcalc.cli.city_options import (
    Asked,
    Engine,
    Tables,
    Target,
    asked_options,
    check_usage,
    engine_options,
    table_options,
    target_options,
)
from gridcalc.cli.city_reading import report, summary
from gridcalc.cli.idle import tell_idle
from gridcalc.cli.options import Display, Rules, display_options, example

NOT_ALL = 1
_LEAST_BYTES = 20
"""Of a row in a table of any format."""
_LEAST_ROWS = 10
"""Of a chunk, by whatever method."""


@click.group(epilog=example("gridcalc city run compounds.csv -o result --lang zh"))
def city() -> None:
    """Many compounds at once: run a table, look at the result, rank, report."""


@city.command(
    short_help="Compute every compound of a table.",
    epilog=example(
        "gridcalc city run compounds.xlsx -o result --workers 2",
        "gridcalc city run compounds.csv -o result --feeders lines.csv --method stochastic",
        "gridcalc city run compounds.csv -o result --resume",
        "gridcalc city run compounds.csv -o /share/result --shard 2/5",
        "gridcalc city run compounds.csv -o /share/result --scheduler tcp://10.0.0.5:8786",
    ),
)
@click.argument("table", metavar="TABLE")
@target_options
@table_options
@asked_options
@engine_options
@display_options
def run(
    *,
    table: str,
    tables: Tables,
    asked: Asked,
    rules: Rules,
    target: Target,
    engine: Engine,
    display: Display,
) -> None:
    """Compute every compound of a city table and write the result directory.

    TABLE is CSV, XLSX, GeoPackage, GeoJSON or Parquet with one row per compound. Rows that
    cannot be computed are listed in failed.csv, the others run; the exit code is then 1. What is
    done survives a kill at any moment; --resume goes on, and the final files are the same.
    """
    check_usage(target, engine, asked)
    if tables.feeders is None:
        tell_idle(asked.method, asked)
    with launched(_n_early(Path(table), target, engine)) as spare:
        from gridcalc.cli.city_finishing import Shown
        from gridcalc.cli.city_reporting import told
        from gridcalc.cli.city_running import question_of, ran
        from gridcalc.cli.output import show
        from gridcalc.report.city_run_report import city_run_output
        from gridcalc.report.wording import load_wording

        found = ran(
            table,
            tables=tables,
            question=question_of(asked, rules, tables),
            target=target,
            engine=engine,
            shown=Shown(lang=display.lang, n_audited=asked.audit, base=Path(table).parent),
            spare=spare,
        )
    if display.fmt in {"table", "md"}:
        found = replace(found, failures=told(found.failures, display.lang))
    show(city_run_output(found, load_wording(display.lang)), display)
    if found.n_without_result:
        click.get_current_context().exit(NOT_ALL)


def _n_early(table: Path, target: Target, engine: Engine) -> int:
    """Return how many processes are launched before the table is read; none that it cannot need."""
    if engine.scheduler is not None or not table.is_file():
        return 0
    n_rows = table.stat().st_size // _LEAST_BYTES
    return min(engine.workers, 1 + n_rows // (target.chunk or _LEAST_ROWS))


@city.command(
    short_help="What of a run is done?",
    epilog=example("gridcalc city status result", "gridcalc city status result --format json"),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@display_options
def status(*, folder: Path, display: Display) -> None:
    """Say how far a run in DIR is, what is missing and what is damaged; it may be going on."""
    from gridcalc.city.store import status_of
    from gridcalc.cli.output import show
    from gridcalc.report.city_run_report import city_status_output
    from gridcalc.report.wording import load_wording

    show(city_status_output(status_of(folder), load_wording(display.lang)), display)


city.add_command(summary)
city.add_command(report)
