"""List the templates of every message that an error can carry, as the source has them.

Texts are followed back from where they become an error or a line on standard error; how, see
tools/texts.py.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.source_index import PLACEHOLDER, Scope, Source, given, index, name_of
from tools.texts import texts

PACKAGE = Path(__file__).parents[1] / "gridcalc"
NEVER_SEEN = {
    "standards": "arguments that the records of compounds and packs have checked already",
    "powerflow": "arrays that the network has built",
    "demand/charging": "arrays that the simulation has built",
    "routing/trench": "arrays that the layout has built",
    "report": "what is drawn comes from results, not from the user",
    "city/engine/task.py": "what the program hands itself",
    "city/lines/totals.py": "what the program hands itself",
    "city/lean.py": "what the program hands itself",
    "upgrade": "plans that the search has built",
}
"""Places whose bare ValueError is a mistake of the program, each with the reason."""
FROM_LIBRARIES = (
    "file exists",
    "file name too long",
    "is a directory",
    "no space left on device",
    "no such file or directory",
    "not a directory",
    "permission denied",
    "read-only file system",
    "unknown reason",
    "but found another document",
    "found a tab character that violates indentation",
    "node content",
    "string should have at least {min_length} character",
    "value should have at most {max_length} items after validation",
    "expected ',' or ']', but got {token}",
    "expected ',' or '}}', but got {token}",
    "expected <block end>, but found {token}",
    "did not find expected {token}",
    "mapping values are not allowed in this context",
    "could not find expected ':'",
    "found unexpected end of stream",
    "found unexpected document indicator",
    "found character that cannot start any token",
    "found character {sign} that cannot start any token",
    "block sequence entries are not allowed in this context",
    "mapping keys are not allowed in this context",
    "control characters are not allowed",
    "expecting value",
    "extra data",
    "expecting property name enclosed in double quotes",
    "expecting ':' delimiter",
    "expecting ',' delimiter",
    "unterminated string starting at",
    "invalid control character at",
    "line contains nul",
    "field larger than field limit ({n})",
)
"""Texts of the operating system and of libraries that stand inside messages."""
BEYOND = (
    "a cell has no proper address; save the workbook anew as .xlsx",
    "a row has no proper number; save the workbook anew as .xlsx",
    "file",
    "has links to other files; break them (Data, Edit Links) and save anew",
    "has macro sheets; save it as a workbook without macros (.xlsx)",
    "has macros; save it as a workbook without macros (.xlsx)",
    "holds an Excel error such as #N/A; correct the formula",
    "hosting",
    "is a Word document; save the tables in a workbook (.xlsx)",
    "is a binary workbook (.xlsb); save it as .xlsx",
    "is a formula that was never computed; open the workbook in Excel or WPS and save it",
    "is a number of more than 15 digits, which Excel cuts; format the column as text",
    "is a {geom_type}; a compound is one point or an area",
    "is an OpenDocument file; save it as .xlsx",
    "library",
    "longitude and latitude (or easting and northing) look exchanged; correct the columns",
    "setting",
    "study",
    "table",
    "values reach to row {last_row} and column {last_column}; at most {rows} rows and {columns}"
    " columns are read, delete what lies outside",
    "{cell} is no quantity of a network",
    "{cell} is not a whole number from 1",
    "{id} is {least_m} m from the nearest candidate",
    "Excel workbook (.xlsx)",
    "lv breaker",
    "lv cable",
    "mv cable",
    "ownership category",
    "direct current lines",
    "extended ward equivalents",
    "generators that hold a voltage",
    "impedances",
    "motors",
    "shunts",
    "storage units",
    "three-winding transformers",
    "ward equivalents",
    "round_robin, three or [n_a, n_b, n_c]",
    "{text} is not a known {what}; did you mean {near}?",
    "{text} is not a known {what}; there are {known}",
    "the site file",
    "{text} does not exist or is no file; paths start at {start}",
    "a name with spaces stands in quotes: {name}",
    "this is a compound file; it is read by 'gridcalc check' and the like",
    "this is a plan of works; it is read by 'gridcalc cost'",
    "this is a site file; it is read by 'gridcalc route' or 'gridcalc design'",
    "all prices high",
    "all prices low",
    "no control of charging",
    "orderly charging",
    "stage {name}",
    "stage {name} alone",
)
"""Messages and words in them that are handed on in ways tools/texts.py does not follow."""
_RAISED = {
    "GridcalcError",
    "NoSolutionError",
    "ConvergenceError",
    "UsageError",
    "BadParameter",
    "ValueError",
}
_CALLED = {
    "fail": "",
    "announce": "",
    "progress": "planning/",
    "said": "cli/",
    "waiting": "",
    "Stopped": "",
}
"""What is called with a message as its first argument, and the room in which that is so."""
_DOUBT = "Doubt"
"""Kind of a pair of a column and a message, in what functions say they return."""
_NAMED = "{}: "
"""Begins a message that is another one with what it is about; the parts are found on their own."""
_PROBLEM_PLACE = 3
"""Place of the message among the arguments of ``Problem``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template, and where it stands."""

    text: str
    place: str


def templates(package: Path = PACKAGE) -> list[Template]:
    """Return the templates of all messages, each once, in the order of their texts."""
    source = Source(package=package)
    for path in sorted(package.rglob("*.py")):
        index(source, ast.parse(path.read_text(encoding="utf-8")), Scope(path, None))
    for scope, node in _shown(source):
        for text in texts(source, node, scope):
            if text is not None:
                source.note(text, scope, node)
    alike = {shape(text): text for text in sorted(source.found, reverse=True)}
    kept = [
        text for key, text in alike.items() if key.removeprefix(_NAMED) not in alike.keys() - {key}
    ]
    return [Template(text=text, place=source.found[text]) for text in sorted(kept)]


def shape(text: str) -> str:
    """Return a template without the names of its placeholders.

    Examples
    --------
    >>> shape("{name} has {n} cores")
    '{} has {} cores'
    """
    return PLACEHOLDER.sub("{}", text)


def _shown(source: Source) -> Iterator[tuple[Scope, ast.AST]]:
    """Yield the expressions that become messages."""
    for scope, call in source.raised:
        is_mistake = name_of(call.func) == "ValueError"
        is_mistake = is_mistake and source.place(scope).startswith(tuple(NEVER_SEEN))
        if name_of(call.func) in _RAISED and not is_mistake:
            yield from ((scope, argument) for argument in call.args[:1])
    for scope, node in source.calls["Problem"]:
        yield from ((scope, found) for found in given(node, _PROBLEM_PLACE, "message"))
    for name, room in _CALLED.items():
        for scope, node in source.calls[name]:
            if source.place(scope).startswith(room):
                yield from ((scope, found) for found in given(node, 0, "text"))
    for scope, node in source.calls["append"]:
        if ast.unparse(node.func).endswith("reasons.append"):
            yield from ((scope, found) for found in node.args)
    yield from _doubts(source)


def _doubts(source: Source) -> Iterator[tuple[Scope, ast.AST]]:
    for rows in source.functions.values():
        for scope, function in rows:
            if function.returns is None or _DOUBT not in ast.unparse(function.returns):
                continue
            for row in ast.walk(function):
                if isinstance(row, ast.Tuple) and len(row.elts) == 2:
                    yield scope, row.elts[1]


if __name__ == "__main__":
    for row in templates():
        print(f"{row.place}\t{row.text}")  # noqa: T201  this is what it is for
