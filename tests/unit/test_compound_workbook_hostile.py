"""Workbooks that are made to do harm, or are damaged: one clear error, little memory and time."""

import io
import resource
import zipfile

import pytest

from gridcalc.compound.workbook.parts import checked_parts
from gridcalc.compound.workbook.reading import read_workbook
from gridcalc.errors import InputError
from tests.unit.workbook_cases import FILE, told, with_parts, workbook

CELLS = "xl/worksheets/sheet9.xml"  # the ninth sheet, LV cables
MIB = 1024  # in KiB, which is what ru_maxrss counts
HEAD = b'<?xml version="1.0"?><worksheet><sheetData>'
TAIL = b"</sheetData></worksheet>"


@pytest.fixture
def data(read, small):
    """Return the workbook of the small compound."""
    return workbook(read(small))


def refused(data):
    """Return the one line that is said of a file that is not read at all."""
    with pytest.raises(InputError) as error:
        read_workbook(data, file=FILE)
    (problem,) = error.value.problems
    assert problem.file == FILE
    return str(problem)


def replaced(data, name, content):
    """Return a workbook with another content of a part."""
    return with_parts(data, lambda found: found.update({name: content}))


def zipped(**contents):
    """Return a ZIP file; double underscores in names stand for slashes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


# ------------------------------------------------------------------ no workbook at all


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no Excel workbook (.xlsx), whatever its name says"),
        (b"gridcalc: 1\nid: x\n", "is no Excel workbook (.xlsx), whatever its name says"),
        (b"\x00" * 100, "is no Excel workbook (.xlsx), whatever its name says"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
            "is protected by a password or an old .xls; save it as plain .xlsx",
        ),
        (b"PK\x03\x04" + b"x" * 90, "is damaged or protected; open it, save it anew as .xlsx"),
        (zipped(a="b"), "is damaged or protected; open it, save it anew as .xlsx"),
        (zipped(xl__workbook="", **{"xl/workbook.bin": "x"}), "is a binary workbook (.xlsb)"),
        (zipped(mimetype="x", **{"content.xml": "<x/>"}), "is an OpenDocument file"),
        (zipped(**{"word/document.xml": "<x/>"}), "is a Word document"),
    ],
)
def test_what_is_no_workbook_is_told_by_its_content(content, message):
    assert refused(content).startswith(message)


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(InputError, match="cannot be read: no such file or directory"):
        read_workbook(tmp_path / "nowhere.xlsx", file=FILE)


def test_a_truncated_workbook_is_damaged(data):
    assert "damaged" in refused(data[: len(data) // 2])


def test_a_part_that_does_not_match_its_checksum_is_damaged(data):
    at = data.index(b"xl/styles.xml") + 40
    assert "damaged" in refused(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])


def test_a_protected_zip_is_refused(data):
    # Bit 0 of the general purpose flags, offset 6 of a local and 8 of a central header
    flagged = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = flagged.find(mark)
        while at >= 0:
            flagged[at + offset] |= 1
            at = flagged.find(mark, at + 1)
    assert "damaged or protected" in refused(bytes(flagged))


# ------------------------------------------------------------------ too much


def test_a_zip_bomb_is_refused_before_it_unpacks(data):
    bomb = replaced(data, "xl/media/x.bin", b"\x00" * 250_000_000)
    assert len(bomb) < 1_000_000
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    message = refused(bomb)

    assert message.startswith("unpacks to 25")
    assert "too much to read; delete empty" in message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 32 * MIB


def test_a_bomb_that_lies_about_its_size_is_damaged(data):
    content = b"\x00" * 50_000_000
    bomb = bytearray(replaced(data, "xl/media/x.bin", content))
    # The size before compression stands at offset 22 of a local and 24 of a central header
    size = len(content).to_bytes(4, "little")
    lie = bomb.replace(size, (1000).to_bytes(4, "little"))
    assert lie != bomb

    assert "damaged" in refused(bytes(lie))


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("gridcalc.compound.workbook.reading.MAX_BYTES", 10)
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"x" * 11)

    with pytest.raises(InputError, match="has 11 bytes, too much for one compound; at most 10"):
        read_workbook(path, file=FILE)


def test_too_many_parts_are_refused(data):
    def change(found):
        found.update({f"xl/media/{n}.bin": b"" for n in range(2_001)})

    assert "parts, too much to read; delete empty" in refused(with_parts(data, change))


def test_a_million_rows_are_refused_where_the_limit_is_passed(data):
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 10**6))

    message = refused(replaced(data, CELLS, HEAD + rows + TAIL))

    assert message.startswith(
        "低压电缆: values reach to row 50001 and column 1; at most 50000 rows"
    )


def test_a_cell_in_the_last_corner_takes_no_memory(data):
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    message = refused(replaced(data, CELLS, HEAD + cell + TAIL))

    assert message.startswith("低压电缆: values reach to row 1048576 and column 16384")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 32 * MIB


def test_formatted_cells_without_values_do_not_count(data):
    def change(found):
        far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
        found[CELLS] = found[CELLS].replace(b"</sheetData>", far)

    assert told(with_parts(data, change)) == []


def test_very_many_shared_strings_are_read_or_refused(data):
    def change(found):
        many = b"<si><t>%s</t></si>" % (b"x" * 1000) * 100_000
        found["xl/sharedStrings.xml"] = found["xl/sharedStrings.xml"].replace(
            b"</sst>", many + b"</sst>"
        )

    assert told(with_parts(data, change)) == []


# ------------------------------------------------------------------ outside things


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("xl/vbaProject.bin", "has macros; save it as a workbook without macros (.xlsx)"),
        ("xl/macrosheets/sheet1.xml", "has macro sheets; save it as a workbook without macros"),
        ("xl/externalLinks/externalLink1.xml", "has links to other files; break them"),
    ],
)
def test_macros_and_links_are_refused(data, part, message):
    assert refused(replaced(data, part, b"<x/>")).startswith(message)


@pytest.mark.parametrize("part", [CELLS, "xl/sharedStrings.xml", "xl/workbook.xml"])
@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_are_refused_wherever_they_stand(data, part, declared):
    def change(found):
        head, _, rest = found[part].partition(b"?>")
        found[part] = head + b"?>" + declared + rest

    message = refused(with_parts(data, change))

    assert message == f"part {part} declares XML entities; save it anew as .xlsx"


def test_entities_in_another_encoding_are_refused_too(data):
    def change(found):
        text = found[CELLS].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
        head, _, rest = text.partition("?>")
        found[CELLS] = f'{head}?><!DOCTYPE x [<!ENTITY a "b">]>{rest}'.encode("utf-16")

    assert "declares XML entities" in refused(with_parts(data, change))


def test_xml_that_is_broken_is_damaged(data):
    broken = replaced(data, CELLS, b"<worksheet><sheetData>")
    assert refused(broken) == f"part {CELLS} is damaged; save it anew as .xlsx"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (b'<row r="x"><c r="A1"><v>1</v></c></row>', "a row has no proper number"),
        (b'<row r="1"><c r="A0"><v>1</v></c></row>', "a cell has no proper address"),
        (b'<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', "a cell has no proper address"),
    ],
)
def test_cells_without_a_proper_address_are_damaged(data, cell, message):
    assert refused(replaced(data, CELLS, HEAD + cell + TAIL)).startswith(f"低压电缆: {message}")


def test_cells_without_addresses_are_counted(data):
    # A program may leave addresses out; the cells then follow each other
    rows = b"<row><c><v>1</v></c></row>" * 3 + b'<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row>'

    facts = checked_parts(replaced(data, CELLS, HEAD + rows + TAIL), FILE)

    assert facts["低压电缆"].errors == {(3, 1): "#N/A"}


def test_a_formula_that_calls_a_program_is_a_problem_of_its_cell(data):
    def change(found):
        cell = b"<f>cmd|'/C calc'!A0</f><v>100</v></c>"
        found[CELLS] = found[CELLS].replace(b"<v>100</v></c>", cell, 1)

    assert told(with_parts(data, change)) == [
        "低压电缆!E5 length_m: holds a formula that calls another program; write the value"
    ]


def test_a_bar_inside_a_text_of_a_formula_calls_nothing(data):
    def change(found):
        cell = b'<f>IF("a|b"="",0,100)</f><v>100</v></c>'
        found[CELLS] = found[CELLS].replace(b"<v>100</v></c>", cell, 1)

    assert told(with_parts(data, change)) == []


@pytest.mark.parametrize(("code", "sign"), [("_x0000_", r"\x00"), ("_x001B_", r"\x1b")])
def test_a_text_that_xml_cannot_hold_is_a_problem_of_its_cell(data, code, sign):
    # ECMA-376, 22.9.2.19: _xHHHH_ stands for a sign that XML has no place for
    def change(parts):
        shared = parts["xl/sharedStrings.xml"].decode("utf-8")
        parts["xl/sharedStrings.xml"] = shared.replace("小样小区", f"小样{code}小区").encode()

    assert told(with_parts(data, change)) == [
        f"总体!B7 name: '小样{sign}小区' holds signs that cannot be shown; write it anew"
    ]


def test_two_parts_of_one_name_are_damaged(data):
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<x/>")

    assert "damaged" in refused(stream.getvalue())


def test_a_sheet_that_points_to_no_part_is_damaged(data):
    def change(found):
        del found[CELLS]

    assert "damaged" in refused(with_parts(data, change))


def test_names_that_are_long_or_strange_are_shown_not_run(data):
    def change(found):
        found["xl/workbook.xml"] = found["xl/workbook.xml"].replace(
            "低压电缆".encode(), b"&lt;script&gt;=cmd|x"
        )

    assert any(
        "is no sheet of a fill-in workbook" in line for line in told(with_parts(data, change))
    )
