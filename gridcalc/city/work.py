"""The work of a city run: rows in, results out; the same on every machine and in any order."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol, TypeVar

from gridcalc.city.batch.parts import NotRadialError
from gridcalc.city.batch.results import designed, drawn, factor_results
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.lean import load_compiler
from gridcalc.city.records import CityQuestion, CityResult, CityRow, without_result
from gridcalc.errors import ConvergenceError, InputError, Problem


class HasRow(Protocol):
    """A compound made ready, which knows its row."""

    @property
    def row(self) -> CityRow:
        """Its row of the city table."""


Member = TypeVar("Member", bound=HasRow)


def prepare() -> None:
    """Load what a process of our own needs beside this module."""
    load_compiler()


def compute_chunk(rows: Sequence[CityRow], question: CityQuestion) -> tuple[CityResult, ...]:
    """Return the results of some rows, in their order.

    A row that cannot be computed has the status ``failed`` and says why; the others are not
    affected.
    """
    find = _by_design_loads if question.method == "factor" else _by_days
    with _no_collection():
        found = find(rows, question)
        return tuple(_completed(found[row.row], question) for row in rows)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector of cycles from walking over a chunk's many small records.

    They hold no cycles and go when nobody names them; so what is there at the end, results and
    what is remembered for the next chunk, need not be walked over either.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()


def _by_design_loads(rows: Sequence[CityRow], question: CityQuestion) -> Mapping[int, CityResult]:
    found, members = _prepared(rows, question, lambda row: designed(row, question))
    more = _together(members, lambda some: factor_results(drawn(some), question))
    return {**found, **more}


def _by_days(rows: Sequence[CityRow], question: CityQuestion) -> Mapping[int, CityResult]:
    from gridcalc.city.batch.simulated_results import (  # noqa: PLC0415  brings the simulation
        asked_of_study,
        simulated,
        simulated_results,
    )

    asked = asked_of_study(question)
    found, members = _prepared(
        rows, question, lambda row: simulated(describe(row, question), asked, question)
    )
    more = _together(members, lambda some: simulated_results(some, asked, question))
    return {**found, **more}


def _prepared(
    rows: Sequence[CityRow], question: CityQuestion, prepare: Callable[[CityRow], Member]
) -> tuple[dict[int, CityResult], list[Member]]:
    """Return what is known already, by the number of the row, and what is made ready."""
    found: dict[int, CityResult] = {}
    members: list[Member] = []
    for row in rows:
        try:
            members.append(prepare(row))
        except NotRadialError:
            found[row.row] = _alone(row, question)
        except Exception as error:  # noqa: BLE001  one row must not take the others with it
            found[row.row] = _failed(row, error)
    return found, members


def _completed(result: CityResult, question: CityQuestion) -> CityResult:
    """Return a result with what is found compound by compound, where it is asked for."""
    try:
        if question.plan == "full":
            from gridcalc.city.full_plan import (  # noqa: PLC0415  brings the search
                with_full_plan,
            )

            result = with_full_plan(result, question)
        return _with_curves(result, question)
    except Exception as error:  # noqa: BLE001  one row must not take the others with it
        return _failed(result.row, error)


def _together(
    members: Sequence[Member], work: Callable[[Sequence[Member]], Mapping[int, CityResult]]
) -> Mapping[int, CityResult]:
    """Return the results of many at once; when that fails, those of each half, down to one."""
    if not members:
        return {}
    try:
        return work(members)
    except Exception as error:  # noqa: BLE001  one row must not take the others with it
        if len(members) == 1:
            row = members[0].row
            return {row.row: _failed(row, error)}
    half = len(members) // 2
    return {**_together(members[:half], work), **_together(members[half:], work)}


def _alone(row: CityRow, question: CityQuestion) -> CityResult:
    from gridcalc.city.alone import studied  # noqa: PLC0415  brings the simulation

    try:
        return studied(row, question)
    except Exception as error:  # noqa: BLE001  one row must not take the others with it
        return _failed(row, error)


def _with_curves(result: CityResult, question: CityQuestion) -> CityResult:
    """Return a result with the curves for its 10 kV line, where they are asked for."""
    if not question.lines or not result.row.line or result.status != "ok":
        return result
    from gridcalc.city.lines.asking import (  # noqa: PLC0415  brings the simulation
        compound_curves,
    )

    described = describe(result.row, question)
    curves = compound_curves(
        described.compound,
        catalogue=catalogue_of(question),
        policy=described.policy,
        question=question,
    )
    return replace(result, curves=tuple(replace(one, id=result.row.id) for one in curves))


def _failed(row: CityRow, error: Exception) -> CityResult:
    if isinstance(error, InputError):
        text = "; ".join(_told(problem) for problem in error.problems)
    elif isinstance(error, ConvergenceError):
        text = str(error)
    else:
        text = f"a mistake of the program: {type(error).__name__}: {error}"
    return without_result(row, "failed", text)


def _told(problem: Problem) -> str:
    """Return a problem for a row of a table, in whose columns the user can mend it."""
    of_units = problem.key.startswith("layout.substations.units_kva")
    return f"transformers: {problem.message}" if of_units else str(problem)
