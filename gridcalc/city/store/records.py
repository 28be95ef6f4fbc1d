"""A piece of a city run, and what one process needs to compute it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gridcalc.city.records import CityQuestion, CityResult, CityRow

Compute: TypeAlias = Callable[[Sequence[CityRow], CityQuestion], tuple[CityResult, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Rows that are computed together.

    Attributes
    ----------
    no
        Place in the table, counted from 0.
    key
        Of everything its results depend on.
    rows
        The rows, in the order of the table.
    """

    no: int
    key: str
    rows: tuple[CityRow, ...]

    @property
    def part(self) -> str:
        """Name of the file that holds its results."""
        return f"part-{self.no:05d}-{self.key}.parquet"

    @property
    def curves(self) -> str:
        """Name of the file that holds the load curves of its compounds."""
        return f"curves-{self.no:05d}-{self.key}.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What every chunk of a run shares; it travels to other processes.

    Attributes
    ----------
    folder
        The result directory.
    question
        What is asked of every compound.
    compute
        The work; a function of a module, so that other processes find it.
    base
        Folder of the table, from which the files that rows name are seen.
    identity
        Digest of program and libraries; a process with another one must not take part.
    modules
        What the work brings in where it is first done; loaded before the time of a row is taken.
    """

    folder: str
    question: CityQuestion
    compute: Compute
    base: str = ""
    identity: str = ""
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A chunk whose part is written: how many of its rows have which status."""

    no: int
    n_by_status: Mapping[str, int]
