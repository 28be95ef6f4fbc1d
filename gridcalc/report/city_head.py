"""What a page, a workbook and a map layer say about the run that they show."""

from dataclasses import dataclass

from gridcalc.city.records import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class CityHead:
    """The run behind the results of a city.

    Attributes
    ----------
    title
        Heading of page and workbook.
    table, sha256
        Name of the city table without its folder, and the hash of its bytes.
    version
        Of gridcalc.
    method, seed
        As in the question.
    n_bad
        Rows of the table that could not be read.
    audit
        What the second solution of the worst compounds found; empty without one.
    policies
        Ids of the policy packs that judged.
    notes
        Further sentences, such as assumptions that matter.
    """

    title: str
    table: str
    sha256: str
    version: str
    method: Method
    seed: int
    n_bad: int = 0
    audit: str = ""
    policies: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
