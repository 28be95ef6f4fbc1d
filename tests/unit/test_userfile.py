"""What a user names is read as a file: no devices, no pipes, and never more than is allowed."""

import io
import os
import sys
from pathlib import Path

import pytest

from gridcalc.city.table.opening import open_table
from gridcalc.compound.door import read_text
from gridcalc.compound.reader import stdin_text
from gridcalc.compound.workbook.reading import read_workbook
from gridcalc.errors import InputError
from gridcalc.foreign.opening import is_foreign, read_foreign
from gridcalc.policy.door import read_document
from gridcalc.routing.site.layer_files import checked_suffix
from gridcalc.tables import read_user_table
from gridcalc.userfile import user_bytes

PIPE = "is a device or a pipe; name a file"
WITH_PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes as files here")


def message_of(read, *arguments, **named):
    with pytest.raises(InputError) as caught:
        read(*arguments, **named)
    return caught.value.problems[0].message


@pytest.fixture
def pipe(tmp_path):
    """Return what makes a pipe that nobody writes to; who opens it waits without end."""

    def made(name: str) -> Path:
        os.mkfifo(tmp_path / name)
        return tmp_path / name

    return made


@WITH_PIPES
def test_every_door_refuses_a_pipe_that_nobody_writes_to(pipe):
    assert message_of(read_text, pipe("a.yaml")) == PIPE
    assert message_of(read_document, pipe("pack.yaml")) == PIPE
    assert message_of(read_user_table, object, pipe("cables_lv.csv")) == PIPE
    assert message_of(read_workbook, pipe("a.xlsx"), file="a.xlsx") == PIPE
    assert message_of(read_foreign, pipe("net.json")) == PIPE
    assert message_of(checked_suffix, pipe("a.gpkg"), "a.gpkg") == PIPE
    assert message_of(open_table, pipe("city.csv"), sheet=None, is_heading=bool) == PIPE
    assert not is_foreign(pipe("other.json"))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices as files here")
def test_a_device_without_end_is_refused():
    assert message_of(read_text, Path("/dev/zero")) == PIPE


def test_of_a_file_that_is_too_large_no_more_than_the_limit_is_read(tmp_path, monkeypatch):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"x" * 3_000_000)
    asked = []

    class Watched(io.FileIO):
        def read(self, size=-1):
            asked.append(size)
            return super().read(size)

    def watched(self, mode):
        return Watched(self, mode)

    monkeypatch.setattr(Path, "open", watched)

    message = message_of(user_bytes, path, file="a.yaml", max_mb=2)

    # 2 MB of 10^6 bytes, and one byte that tells that there are more
    assert asked == [2_000_001]
    assert message == "is larger than 2 MB; is it the right file?"


def test_a_file_of_the_largest_size_is_read(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"x" * 1_000_000)

    assert len(user_bytes(path, file="a.yaml", max_mb=1)) == 1_000_000


def test_standard_input_without_end_is_refused(monkeypatch):
    class Endless(io.StringIO):
        def read(self, size=-1):
            assert size > 0
            return "x" * size

    monkeypatch.setattr(sys, "stdin", Endless())

    assert message_of(stdin_text) == "is larger than 50 MB; is it the right file?"


def test_a_folder_and_a_missing_file_say_why(tmp_path):
    assert message_of(user_bytes, tmp_path / "none", file="none") == (
        "cannot be read: no such file or directory"
    )
    with pytest.raises(InputError, match="cannot be read"):
        user_bytes(tmp_path, file="folder")
