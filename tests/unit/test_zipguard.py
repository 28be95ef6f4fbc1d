"""The door of workbooks: what unpacks to too much or is damaged, and where its sheets are."""

import io
import zipfile

import pytest

from gridcalc.errors import InputError
from gridcalc.zipguard import BOOK, DAMAGED, LINKS, Room, guarded_zip, parts_of_sheets

ROOM = Room(max_bytes=100, max_parts=2)
BOOK_XML = (
    '<workbook xmlns="urn:a" xmlns:x="urn:b"><sheets>'
    '<sheet name="A &amp; B" x:id="r1"/><sheet name="二" x:id="r2"/></sheets></workbook>'
)
LINKS_XML = (
    '<Relationships xmlns="urn:c"><Relationship Id="r1" Target="/xl/worksheets/one.xml"/>'
    '<Relationship Id="r2" Target="worksheets/two.xml"/></Relationships>'
)


def _zip(parts: dict[str, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream


def _refused(source: io.BytesIO, part: str = "a") -> str:
    with (
        pytest.raises(InputError) as caught,
        guarded_zip(source, "a.xlsx", room=ROOM, hint="make it smaller") as archive,
    ):
        archive.read(part)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == ("a.xlsx", 0, "")
    return problem.message


def test_a_file_that_just_fits_is_read():
    with guarded_zip(_zip({"a": b"x" * 99, "b": b"y"}), "a", room=ROOM, hint="") as archive:
        assert archive.read("b") == b"y"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"a": b"x" * 101}, "unpacks to 101 bytes in 1 parts, too much to read; make it smaller"),
        (
            {"a": b"", "b": b"", "c": b""},
            "unpacks to 0 bytes in 3 parts, too much to read; make it smaller",
        ),
    ],
)
def test_what_unpacks_to_too_much_is_refused(parts, message):
    assert _refused(_zip(parts)) == message


def test_what_is_damaged_or_incomplete_is_refused():
    whole = _zip({"a": b"text of this part", "ü": b""}).getvalue()
    # the flag of names in UTF-8 stays, but the name is no UTF-8 any more
    no_name = whole.replace("ü".encode(), b"\xff\xff")

    assert _refused(io.BytesIO(whole[:-40])) == DAMAGED
    assert _refused(io.BytesIO(b"text")) == DAMAGED
    assert _refused(io.BytesIO(whole), part="missing") == DAMAGED
    assert _refused(io.BytesIO(no_name)) == DAMAGED


def test_a_part_that_is_longer_than_it_says_is_damaged():
    whole = _zip({"a": b"x" * 99}).getvalue()
    # the size unpacked, 99 = 0x63, in the list of parts and before the part
    small = whole.replace(b"\x63\x00\x00\x00", b"\x09\x00\x00\x00")

    assert whole.count(b"\x63\x00\x00\x00") == 2
    assert _refused(io.BytesIO(small)) == DAMAGED


def test_sheets_are_found_whatever_their_names_and_paths_look_like():
    parts = {BOOK: BOOK_XML.encode(), LINKS: LINKS_XML.encode()}

    assert parts_of_sheets(parts.__getitem__, "a.xlsx") == {
        "A & B": "xl/worksheets/one.xml",
        "二": "xl/worksheets/two.xml",
    }


@pytest.mark.parametrize(
    ("book", "message"),
    [
        ('<!DOCTYPE a [<!ENTITY e "x">]><a/>', f"part {BOOK} declares XML entities"),
        ("<a>", f"part {BOOK} is damaged"),
        ("<a><sheet/></a>", DAMAGED),
    ],
)
def test_a_list_of_sheets_that_is_no_plain_xml_is_refused(book, message):
    parts = {BOOK: book.encode(), LINKS: LINKS_XML.encode()}

    with pytest.raises(InputError, match=message):
        parts_of_sheets(parts.__getitem__, "a.xlsx")
