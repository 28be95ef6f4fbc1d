"""Which files hold a foreign network, told by their content, and their tables."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from gridcalc.compound.workbook.parts import checked_parts
from gridcalc.errors import InputError, Problem
from gridcalc.foreign.checking import checked
from gridcalc.foreign.json_file import read_json
from gridcalc.foreign.raw import MAX_BYTES
from gridcalc.foreign.xlsx_file import read_xlsx
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.userfile import refuse_devices

_HEAD_BYTES = 4_096
_WORKBOOK_BYTES = 1_000_000
_SHEETS = (b'name="bus"', b'name="ext_grid"')
_ZIP = b"PK\x03\x04"


def is_foreign(path: Path) -> bool:
    """Return whether a file holds a network of another program: by its content, not its name.

    A JSON text that is signed as a pandapower object counts, whatever it names, so that a
    doubtful one is refused by the reader with its reasons; of workbooks those with a sheet of
    buses and one of sources.
    """
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    if head.startswith(_ZIP):
        return _is_workbook_of_tables(path)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"{") and (b'"_module"' in text or path.suffix.lower() == ".json")


def _is_workbook_of_tables(path: Path) -> bool:
    try:
        with ZipFile(path) as parts, parts.open("xl/workbook.xml") as part:
            sheets = part.read(_WORKBOOK_BYTES)
    except (BadZipFile, OSError, KeyError, NotImplementedError, RuntimeError):
        return False
    return all(name in sheets for name in _SHEETS)


def read_foreign(path: Path) -> ForeignTables:
    """Return the checked tables of a pandapower network in a JSON file or a workbook.

    Raises
    ------
    InputError
        The file cannot be read, and everything that is wrong with it.
    """
    file = str(path)
    try:
        refuse_devices(path, file=file)
        if path.stat().st_size > MAX_BYTES:
            message = f"is larger than {MAX_BYTES} bytes, too large for a network"
            raise InputError([Problem(file, 0, "", message)])
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError([Problem(file, 0, "", f"cannot be read: {reason}")]) from None
    if data.startswith(_ZIP):
        checked_parts(data, file)
        return checked(read_xlsx(data, file), file)
    return checked(read_json(_text(data, file), file), file)


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "is not text in UTF-8; write it with pandapower.to_json"
        raise InputError([Problem(file, 0, "", message)]) from None
