"""Calculation books of the tiny compound, and a program that computes their formulas again.

The program knows nothing of gridcalc: it reads formulas as text and follows their references from
the cells that hold numbers, as a spreadsheet does.
"""

import io
import json
from copy import deepcopy
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

import numpy as np
import openpyxl
import yaml
from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.reader import parse_compound
from gridcalc.cost import load_price_book
from gridcalc.dossier import Dossier, Wanted, compile_dossier, input_file, with_plans
from gridcalc.policy import load_policy
from gridcalc.question import Question
from gridcalc.report.calculation_book import calculation_book
from gridcalc.report.wording import load_wording
from tests.conftest import SMALL
from tests.unit import plan_cases

HAND = Question(methods=("factor",))


def small():
    return deepcopy(yaml.safe_load(SMALL))


def dossier(file=None, question=HAND, name="small.yaml") -> Dossier:
    """Return the dossier of a file as plain data, without a search for works."""
    catalogue = load_catalogue(None)
    text = json.dumps(file or small(), ensure_ascii=False)
    compound = parse_compound(text, file=name, catalogue=catalogue)
    return compile_dossier(
        compound,
        catalogue=catalogue,
        policy=load_policy(compound.policy),
        inputs=(input_file("compound", name, text.encode()),),
        question=question,
        wanted=Wanted(with_hosting=False),
    )


@cache
def bare() -> Dossier:
    """Return the tiny compound by the factor method."""
    return dossier()


def with_plan(*works, found=None) -> Dossier:
    """Return a dossier whose least-cost plan is made of some works, its bill a real one."""
    found = found or bare()
    prices = load_price_book("national-2025")
    at = (found.compound, found.policy, prices)
    answer = plan_cases.answer(*at, "least_cost", works)
    return with_plans(found, plan_cases.upgrade(*at, answers=(answer,)))


@cache
def planned() -> Dossier:
    """Return the tiny compound with a transformer, a cable and a controller to be built."""
    prices = load_price_book("national-2025")
    works = (plan_cases.transformer(prices), plan_cases.cable(prices), plan_cases.control(prices))
    return with_plan(*works)


@cache
def simulated() -> Dossier:
    """Return the tiny compound with three simulated days beside the factor method."""
    question = Question(n_days=3, charging=("uncontrolled",), scenarios=("ev-100",))
    return dossier(question=question)


def book(found, lang="zh", *, values=True):
    data = calculation_book(found, load_wording(lang))
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def rows(sheet, head):
    """Return the rows below a row of headings that begins with ``head``, by heading."""
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(i for i, row in enumerate(cells) if row[0] == head and row[1] is not None)
    found = []
    for row in cells[start + 1 :]:
        if row[0] is None:
            break
        found.append(dict(zip(cells[start], row, strict=True)))
    return found


class Computed:
    """A workbook whose formulas are computed from its numbers, never from stored results."""

    def __init__(self, formulas):
        self.book = formulas
        self.known = {}

    def cells(self):
        """Yield sheet and place of every formula."""
        for sheet in self.book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        yield sheet.title, cell.coordinate

    def value(self, sheet, place):
        key = sheet, place.replace("$", "")
        if key not in self.known:
            cell = self.book[sheet][key[1]]
            raw = cell.value
            if cell.data_type == "f":
                raw = self._compute(sheet, raw)
            self.known[key] = np.float64(raw) if isinstance(raw, (int, float)) else raw
        return self.known[key]

    def _range(self, sheet, text):
        if "!" in text:
            sheet, _, text = text.rpartition("!")
            sheet = sheet.strip("'")
        text = text.replace("$", "")
        if ":" not in text:
            found = self.value(sheet, text)
            return np.float64(0) if found is None else found
        left, top, right, bottom = range_boundaries(text)
        values = [
            self.value(sheet, self.book[sheet].cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]
        values = [0.0 if value is None else value for value in values]
        has_text = any(isinstance(value, str) for value in values)
        return np.array(values, dtype=object if has_text else float)

    def _compute(self, sheet, text):
        said = []
        ranges = []
        for token in Tokenizer(text).items:
            if token.type == "OPERAND" and token.subtype == "RANGE":
                said.append(f"R[{len(ranges)}]")
                ranges.append(self._range(sheet, token.value))
            elif token.type == "OPERAND" and token.subtype == "NUMBER":
                said.append(f"F({token.value})")
            elif token.type == "OPERATOR-INFIX":
                said.append({"^": "**", "=": "==", "<>": "!="}.get(token.value, token.value))
            elif token.type != "WHITE-SPACE":
                said.append(token.value)
        names = {**FUNCTIONS, "R": ranges, "F": np.float64}
        with np.errstate(all="ignore"):
            return eval("".join(said), {"__builtins__": {}}, names)


def _rounded(value, digits, way):
    exact = Decimal(f"{float(value):.15g}")
    return float(exact.quantize(Decimal(1).scaleb(-int(digits)), rounding=way))


def _sum(*values):
    return float(sum(np.sum(np.asarray(value, dtype=float)) for value in values))


def _exact(values, word):
    return np.array([float(value == word) for value in np.atleast_1d(values)])


FUNCTIONS = {
    "SUM": _sum,
    "SUMPRODUCT": _sum,
    "EXACT": _exact,
    "SQRT": np.sqrt,
    "MIN": lambda *values: min(np.min(np.asarray(value, dtype=float)) for value in values),
    "MAX": lambda *values: max(np.max(np.asarray(value, dtype=float)) for value in values),
    "IF": lambda condition, yes, no: yes if condition else no,
    "ROUND": lambda value, digits: _rounded(value, digits, ROUND_HALF_UP),
    "ROUNDDOWN": lambda value, digits: _rounded(value, digits, ROUND_DOWN),
    "SUMIF": lambda words, word, values: _sum(_exact(words, word) * np.asarray(values, float)),
}
