"""Workbooks of a small compound, changed by openpyxl as a person changes them, and read back."""

import io
import zipfile

import openpyxl

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.reader import compound_of
from gridcalc.compound.workbook.reading import read_workbook
from gridcalc.compound.workbook.writing import compound_workbook
from gridcalc.errors import InputError
from gridcalc.policy import list_policies

CATALOGUE = load_catalogue()
POLICIES = tuple(pack.id for pack in list_policies())
FILE = "x.xlsx"


def workbook(compound, lang="zh"):
    """Return the bytes of a compound's workbook."""
    return compound_workbook(compound, catalogue=CATALOGUE, lang=lang)


def read_back(data):
    """Return the compound of a workbook."""
    document = read_workbook(data, file=FILE)
    return compound_of(document, catalogue=CATALOGUE, policies=POLICIES)


def changed(data, change):
    """Return a workbook after a change to the object openpyxl makes of it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_parts(data, change):
    """Return a workbook whose parts, bytes by name, were changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def told(data):
    """Return what is wrong with a workbook, as lines of its message; empty for nothing."""
    try:
        read_back(data)
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return []
