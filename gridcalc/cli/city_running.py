"""A city run from its options to its files: read, compute, finish; progress while it lasts."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from gridcalc.city.engine.crew import Crew, hired
from gridcalc.city.engine.launching import CITY_WORK, Process
from gridcalc.city.engine.task import city_work
from gridcalc.city.engine.worker import Prepare
from gridcalc.city.lines.records import LineTable
from gridcalc.city.records import CityQuestion, CityTable
from gridcalc.city.store import CHUNK_SIZES, Chunk, Done, Job, enter, manifest_of
from gridcalc.city.store.folder import Entry
from gridcalc.city.store.keys import program_identity
from gridcalc.city.table import read_city_table
from gridcalc.cli.city_finishing import Given, Shown, finished
from gridcalc.cli.city_options import Asked, Engine, Tables, Target
from gridcalc.cli.city_reporting import prepare_layers
from gridcalc.cli.options import Rules, template_folder
from gridcalc.cli.said import said, spoken
from gridcalc.compound.reader import is_workbook
from gridcalc.compound.templates import list_templates
from gridcalc.compound.workbook.reading import is_fill_in
from gridcalc.demand.scenario import STANDARD_SCENARIOS, parse_scenario
from gridcalc.errors import GridcalcError, InputError, Problem
from gridcalc.policy import PolicyPack, load_policy
from gridcalc.policy.loading import shipped_ids
from gridcalc.report.city_run_facts import CityRan
from gridcalc.simulation.settings import CHARGING_MODES, SEASONS

OnDone = Callable[[Done], None]


def ran(
    file: str,
    *,
    tables: Tables,
    question: CityQuestion,
    target: Target,
    engine: Engine,
    shown: Shown,
    spare: list[Process],
) -> CityRan:
    """Run a city table and return what came of it.

    ``spare`` are processes that were launched early; those that are needed are taken out.

    Raises
    ------
    InputError
        Everything that is wrong with tables or directory.
    GridcalcError
        The run had to stop; what is done stays.
    """
    table, lines = _read(file, tables, question)
    if lines is not None:
        table = _by_line_id(table, lines)
    question, packs = _for_lines(question, table, lines)
    manifest, chunks = manifest_of(
        table,
        question,
        chunk=target.chunk or CHUNK_SIZES[question.method],
        base=shown.base,
        tables={} if lines is None else {Path(lines.file).name: lines.sha256},
    )
    done = enter(target.folder, manifest, _entry(target, engine))
    job = Job(
        folder=str(target.folder.absolute()),
        question=question,
        compute=city_work,
        modules=(CITY_WORK,),
        base=str(shown.base.absolute()),
        identity=program_identity(),
    )
    with hired(spare, Prepare(prepare_layers)) as crew:
        _compute(job, _open_chunks(chunks, done, engine), engine, crew)
        given = Given(table=table, lines=lines, question=question, packs=packs)
        return finished(target.folder, manifest, given, shown=shown, crew=crew)


def question_of(asked: Asked, rules: Rules, tables: Tables) -> CityQuestion:
    """Return the question that some options ask.

    Raises
    ------
    InputError
        A scenario, pack, price book or table of equipment that cannot be used.
    """
    _check_named(asked, rules)
    chosen = {name: value for name, value in asdict(asked).items() if name != "audit"}
    modes = asked.charging or CHARGING_MODES
    return CityQuestion(
        **{
            **chosen,
            "scenarios": tuple(dict.fromkeys(asked.scenarios)) or STANDARD_SCENARIOS,
            "charging": tuple(mode for mode in CHARGING_MODES if mode in modes),
            "seasons": tuple(season for season in SEASONS if season in asked.seasons),
            "policy": rules.policy,
            "catalogue_dir": _text(rules.catalogue_dir),
            "template_dir": _text(template_folder() if template_folder().is_dir() else None),
            "lines": tables.feeders is not None,
        }
    )


def _check_named(asked: Asked, rules: Rules) -> None:
    """Read what the options name once, so that no compound fails for it."""
    checks: list[Callable[[], object]] = [
        *(lambda name=name: parse_scenario(name) for name in asked.scenarios),
        *_named_files(asked, rules),
    ]
    problems: list[Problem] = []
    for check in checks:
        try:
            check()
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _named_files(asked: Asked, rules: Rules) -> Iterator[Callable[[], object]]:
    """Yield what reads the user's tables, prices and pack; what comes with the program is good."""
    if rules.catalogue_dir is not None:
        from gridcalc.catalogue import load_catalogue

        yield lambda: load_catalogue(rules.catalogue_dir)
    if asked.prices is not None:
        from gridcalc.cost.loading import load_price_book

        prices = asked.prices
        yield lambda: load_price_book(prices)
    if rules.policy is not None:
        policy = rules.policy
        yield lambda: load_policy(policy)


def _read(file: str, tables: Tables, question: CityQuestion) -> tuple[CityTable, LineTable | None]:
    """Return the tables; what is wrong with either is told at once."""
    problems: list[Problem] = []
    compounds, lines = None, None
    try:
        compounds = _compounds(file, tables, question)
    except InputError as error:
        problems += _of_one_compound(file) or error.problems
    try:
        lines = _lines(tables, question, compounds) if tables.feeders else None
    except InputError as error:
        problems += error.problems
    if compounds is None or problems:
        raise InputError(problems)
    return compounds, lines


def _compounds(file: str, tables: Tables, question: CityQuestion) -> CityTable:
    folder = Path(question.template_dir) if question.template_dir else None
    templates = list_templates(folder)
    return read_city_table(
        Path(file),
        columns=Path(tables.columns) if tables.columns else None,
        crs=tables.crs,
        known_templates={
            template.name: frozenset(row.name for row in template.parameters)
            for template in templates
        },
        known_policies=shipped_ids(),
        template_titles={
            title: template.name
            for template in templates
            for title in (template.title.zh, template.title.en)
        },
    )


def _of_one_compound(file: str) -> tuple[Problem, ...]:
    """Return that a file holds one compound; nothing where it is no such file."""
    path = Path(file)
    is_text = path.suffix.lower() in {".yaml", ".yml"} and path.is_file()
    if not is_text and not (is_workbook(file) and is_fill_in(path)):
        return ()
    message = "holds one compound; 'gridcalc check' reads it, a city table has a row for each"
    return (Problem(file, 0, "", message),)


def _lines(tables: Tables, question: CityQuestion, compounds: CityTable | None) -> LineTable:
    from gridcalc.city.lines.line_table import read_line_table
    from gridcalc.city.lines.packs import compound_packs, lines_power_factor

    packs = compound_packs(compounds.rows, question) if compounds else {}
    return read_line_table(
        Path(tables.feeders or ""),
        columns=None,
        power_factor=lines_power_factor(packs, question),
    )


def _by_line_id(table: CityTable, lines: LineTable) -> CityTable:
    """Return a table whose rows name each line that is known by its id."""
    from gridcalc.city.lines.placing import line_ids

    ids = line_ids(lines.lines)
    rows = (replace(row, line=ids.get(row.line, row.line)) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _for_lines(
    question: CityQuestion, table: CityTable, lines: LineTable | None
) -> tuple[CityQuestion, Mapping[str, PolicyPack]]:
    """Return a question with what lines ask of all compounds, and the packs of those on lines."""
    if lines is None:
        return question, {}
    from gridcalc.city.lines.packs import compound_packs, question_of_lines
    from gridcalc.city.lines.placing import line_ids

    packs = compound_packs(table.rows, question, line_ids(lines.lines))
    return question_of_lines(question, packs), packs


def _entry(target: Target, engine: Engine) -> Entry:
    if target.force:
        return "update" if target.resume else "anew"
    if engine.shard is not None:
        return "join"
    return "resume" if target.resume else "new"


def _open_chunks(
    chunks: Sequence[Chunk], done: frozenset[int], engine: Engine
) -> tuple[Chunk, ...]:
    shard = engine.shard
    mine = [c for c in chunks if shard is None or c.no % shard.n == shard.no - 1]
    return tuple(chunk for chunk in mine if chunk.no not in done)


def _compute(job: Job, chunks: Sequence[Chunk], engine: Engine, crew: Crew) -> None:
    if not chunks:
        return
    n_done = 0

    def count(_: Done) -> None:
        nonlocal n_done
        n_done += 1

    try:
        with _progress(sum(len(chunk.rows) for chunk in chunks), count) as on_done:
            _on_engine(job, chunks, engine, on_done, crew)
    except KeyboardInterrupt:
        message = f"stopped; {n_done} of {len(chunks)} chunks were done; go on with --resume"
        raise GridcalcError(message) from None


def _on_engine(
    job: Job, chunks: Sequence[Chunk], engine: Engine, on_done: OnDone, crew: Crew
) -> None:
    if engine.scheduler is None:
        from gridcalc.city.engine.pool import run_local

        run_local(
            job,
            chunks,
            n_workers=engine.workers,
            on_done=on_done,
            item_timeout_s=engine.item_timeout_s,
            crew=crew,
        )
        return
    from gridcalc.city.engine.cluster import Access, run_on_cluster

    access = Access(
        address=engine.scheduler,
        tls_ca=_text(engine.tls_ca),
        tls_cert=_text(engine.tls_cert),
        tls_key=_text(engine.tls_key),
        gather=engine.gather,
    )
    run_on_cluster(job, chunks, access=access, on_done=on_done)


@contextmanager
def _progress(n_rows: int, count: OnDone) -> Iterator[OnDone]:
    """Show on standard error how many compounds are done, and when all will be, if one looks."""
    if not sys.stderr.isatty():
        yield count
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(said("compounds", spoken()), total=n_rows)

        def on_done(done: Done) -> None:
            count(done)
            progress.advance(bar, sum(done.n_by_status.values()))

        yield on_done


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
