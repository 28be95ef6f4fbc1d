"""What a city run says when it ends, and how far one is."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, get_args

import gridcalc
from gridcalc.city.records import Status
from gridcalc.city.store import Failure, RunStatus
from gridcalc.report.blocks import (
    Block,
    Column,
    FactSheet,
    Heading,
    Output,
    Paragraph,
    Table,
    Text,
    Tone,
)
from gridcalc.report.city_run_facts import CityRan, run_facts
from gridcalc.report.plaintext import guarded
from gridcalc.report.wording import Wording
from gridcalc.verdict import Verdict

if TYPE_CHECKING:
    from gridcalc.city.audit import Audit

STATUSES: tuple[str, ...] = get_args(Status)
_SHOWN = 10
_PROBLEM_ZH = "problem_zh"


def failed_text(failures: Sequence[Failure], in_words: Mapping[str, str] | None = None) -> str:
    r"""Return rows without a result as CSV; nothing in it is computed by a spreadsheet.

    Parameters
    ----------
    failures
        With their problems in English.
    in_words
        What their problems are called in Chinese, for a last column of that; programs read the
        English one.

    Examples
    --------
    >>> failed_text([])
    'row,id,name,status,column,problem\n'
    >>> failed_text([], {})
    'row,id,name,status,column,problem,problem_zh\n'
    """
    names = [field.name for field in fields(Failure)]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names if in_words is None else [*names, _PROBLEM_ZH])
    for failure in failures:
        cells = [str(getattr(failure, name)) for name in names]
        if in_words is not None:
            cells.append(in_words.get(failure.problem, failure.problem))
        writer.writerow(map(guarded, cells))
    return stream.getvalue()


def city_run_output(ran: CityRan, wording: Wording) -> Output:
    """Return what came of a city run."""
    tally = ran.tally
    return Output(
        tree=_run_tree(ran),
        rows=[_run_row(ran)],
        blocks=tuple(_run_blocks(ran, wording) if tally else _partial_blocks(ran, wording)),
    )


def city_status_output(status: RunStatus, wording: Wording) -> Output:
    """Return how far a city run is."""
    return Output(
        tree=_status_tree(status),
        rows=[
            {"part": part.name, "state": part.state, "n_rows": part.n_rows, "problem": part.problem}
            for part in status.parts
        ],
        blocks=tuple(_status_blocks(status, wording)),
    )


def _run_tree(ran: CityRan) -> dict[str, Any]:
    manifest = ran.manifest
    return {
        "gridcalc": gridcalc.__version__,
        "command": "city run",
        "input": manifest.input,
        "n_rows": manifest.n_rows + manifest.n_bad,
        "n_bad": manifest.n_bad,
        "statuses": _counts(ran.tally.by_status if ran.tally else {}, STATUSES),
        "verdicts": _counts(ran.tally.by_verdict if ran.tally else {}, get_args(Verdict)),
        "rules_of_templates": dict(sorted(ran.tally.by_template.items())) if ran.tally else {},
        "audit": _audit_tree(ran.audit),
        "unknown_lines": {name: list(ids) for name, ids in sorted(ran.unknown_lines.items())},
        "compounds_without_line": list(ran.without_line),
        "files": list(ran.files),
        "missing_parts": list(ran.missing),
        "ignored_columns": list(manifest.ignored),
    }


def _run_row(ran: CityRan) -> dict[str, str | int]:
    tree = _run_tree(ran)
    return {
        "input": tree["input"],
        "n_rows": tree["n_rows"],
        "n_bad": tree["n_bad"],
        **{f"n_{name}": n for name, n in tree["statuses"].items()},
        **{f"n_{name}": n for name, n in tree["verdicts"].items()},
        "n_missing_parts": len(ran.missing),
    }


def _counts(found: Any, names: Sequence[str]) -> dict[str, int]:
    return {name: found.get(name, 0) for name in names}


def _run_blocks(ran: CityRan, wording: Wording) -> Iterator[Block]:
    yield Heading(text=wording("City run of {file}", file=ran.manifest.input), level=1)
    yield _count_table(ran, wording)
    if ran.failures:
        yield _failure_table(ran.failures, wording)
    yield FactSheet(rows=tuple(run_facts(ran, wording)))


def _count_table(ran: CityRan, wording: Wording) -> Table:
    tally = ran.tally
    by_verdict = tally.by_verdict if tally else {}
    by_status = tally.by_status if tally else {}
    tones: dict[str, Tone] = {
        "ready": "good",
        "ready_managed": "good",
        "upgrade": "warn",
        "no_solution": "bad",
    }
    rows = [
        (Text(wording.term(f"short.{name}"), tones[name]), Text(str(by_verdict.get(name, 0))))
        for name in get_args(Verdict)
    ]
    others = [(name, by_status.get(name, 0)) for name in STATUSES if name != "ok"]
    others.append(("bad", ran.manifest.n_bad))
    n_bad_lines = len({row.row for row in ran.failures if row.status == "bad_line"})
    rows += [(Text(wording.term(f"status.{name}"), "bad"), Text(str(n))) for name, n in others if n]
    total = ran.manifest.n_rows + ran.manifest.n_bad
    rows.append((Text(wording("Total"), "strong"), Text(str(total), "strong")))
    if n_bad_lines:
        rows.append((Text(wording.term("status.bad_line"), "bad"), Text(str(n_bad_lines))))
    columns = (
        Column(title=wording("Verdict")),
        Column(title=wording("Compounds"), align="right"),
    )
    return Table(columns=columns, rows=tuple(rows))


def _failure_table(failures: Sequence[Failure], wording: Wording) -> Table:
    columns = (
        Column(title=wording("Row"), align="right"),
        Column(title=wording("Compound")),
        Column(title=wording("Column")),
        Column(title=wording("Problem"), wraps=True),
    )
    rows = tuple(
        (Text(str(row.row)), Text(row.id), Text(row.column), Text(row.problem, "bad"))
        for row in failures[:_SHOWN]
    )
    left = len(failures) - len(rows)
    note = wording("and {n} more", n=left) if left else ""
    return Table(columns=columns, rows=rows, caption=wording("Rows without a result"), note=note)


def _audit_tree(audit: "Audit | None") -> dict[str, Any] | None:
    if audit is None:
        return None
    return {
        "scenario": audit.scenario,
        "max_vm_pu": audit.max_vm_pu,
        "max_loading_percent": audit.max_loading_percent,
        "compounds": [asdict(row) for row in audit.rows],
    }


def _partial_blocks(ran: CityRan, wording: Wording) -> Iterator[Block]:
    yield Heading(text=wording("City run of {file}", file=ran.manifest.input), level=1)
    said = wording(
        "{n} of {total} chunks are not done yet; the last shard writes the final files, or"
        " 'gridcalc city run … --resume' does",
        n=len(ran.missing),
        total=len(ran.manifest.keys),
    )
    yield Paragraph(text=Text(said, "warn"))
    yield FactSheet(rows=((wording("Directory"), Text(ran.folder)),))


def _status_tree(status: RunStatus) -> dict[str, Any]:
    manifest = status.manifest
    states = [part.state for part in status.parts]
    return {
        "gridcalc": gridcalc.__version__,
        "command": "city status",
        "input": manifest.input,
        "is_finished": status.is_finished,
        "n_rows": manifest.n_rows,
        "n_bad": manifest.n_bad,
        "n_rows_done": sum(status.n_by_status.values()),
        "statuses": _counts(status.n_by_status, STATUSES),
        "crashed": list(status.crashed),
        "n_parts": len(states),
        "n_parts_done": states.count("done"),
        "missing_parts": [part.name for part in status.parts if part.state == "missing"],
        "damaged_parts": [
            {"name": part.name, "problem": part.problem}
            for part in status.parts
            if part.state == "damaged"
        ],
        "remaining_s": status.remaining_s,
        "files": list(status.files),
    }


def _status_blocks(status: RunStatus, wording: Wording) -> Iterator[Block]:
    yield Heading(text=wording("City run of {file}", file=status.manifest.input), level=1)
    yield FactSheet(rows=tuple(_status_facts(status, wording)))
    if status.open_parts:
        columns = (
            Column(title=wording("Part")),
            Column(title=wording("State")),
            Column(title=wording("Problem"), wraps=True),
        )
        rows = tuple(
            (
                Text(part.name),
                Text(wording.term(f"part.{part.state}"), "warn"),
                Text(part.problem, "bad"),
            )
            for part in status.open_parts[:_SHOWN]
        )
        left = len(status.open_parts) - len(rows)
        note = wording("and {n} more", n=left) if left else ""
        yield Table(columns=columns, rows=rows, note=note)


def _status_facts(status: RunStatus, wording: Wording) -> Iterator[tuple[str, Text]]:
    tree = _status_tree(status)
    n_done, n_rows = tree["n_rows_done"], tree["n_rows"]
    share = wording("{n} of {total} compounds", n=n_done, total=n_rows)
    yield wording("Done"), Text(share, "good" if status.is_finished else "plain")
    counted = [(name, n) for name, n in tree["statuses"].items() if n and name != "ok"]
    if counted:
        said = (f"{wording.term(f'status.{name}')} {n}" for name, n in counted)
        yield wording("Without a result"), Text(wording.words(said), "bad")
    if status.crashed:
        yield wording("Crashed"), Text(wording.words(status.crashed[:_SHOWN]), "bad")
    if status.manifest.n_bad:
        yield wording("Unreadable rows"), Text(str(status.manifest.n_bad), "bad")
    if status.remaining_s is not None:
        left = wording("about {s} s at the pace of the parts", s=round(status.remaining_s))
        yield wording("Remaining"), Text(left)
    elif not status.is_finished:
        yield wording("Remaining"), Text(wording("not known yet"))
    yield wording("Files"), Text(wording.words(status.files) or "–")
