"""The result directory: keys, manifest, parts, and what is refused.

Expected values are stated by hand; digests are only compared with each other.
"""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gridcalc.city.records import BadRow, CityQuestion, CityTable
from gridcalc.city.store import (
    atomic,
    enter,
    failures,
    keys,
    manifest_of,
    missing_parts,
    read_manifest,
    results_of,
    states_of,
    status_of,
    tally,
    write_compounds,
)
from gridcalc.city.store.keys import chunks_of
from gridcalc.city.store.manifest import differences, manifest_bytes
from gridcalc.city.store.parts import keep_files, part_files, read_part
from gridcalc.errors import InputError, Problem
from tests.unit import city_toys

TOYS = city_toys.rows(10, broken=3)
BAD = (
    BadRow(
        row=99,
        id="X",
        name="=cmd",
        problems=(Problem("t.csv", 99, "户数", "write a number"), Problem("t.csv", 99, "", "bad")),
    ),
)


def _table(rows=TOYS, **changes):
    table = CityTable(file="t.csv", sha256="aa", rows=rows, bad=BAD, columns={}, ignored=())
    return replace(table, **changes)


def _run(folder, entry="new", *, table=None, question=city_toys.QUESTION, leave=()):
    """Compute all chunks but some in this process; 10 rows in chunks of 4 make 3 of them."""
    manifest, chunks = manifest_of(table or _table(), question, chunk=4)
    done = enter(folder, manifest, entry)
    for chunk in chunks:
        if chunk.no not in done and chunk.no not in leave:
            files = part_files(city_toys.toy(chunk.rows, question), chunk, question)
            keep_files(files, folder)
    return manifest, done


def _problems(folder, entry, **kwargs):
    with pytest.raises(InputError) as caught:
        _run(folder, entry, **kwargs)
    return [str(problem) for problem in caught.value.problems]


def test_chunks_keep_the_order_of_the_table_and_number_from_0():
    chunks = chunks_of(TOYS, city_toys.QUESTION, size=4)

    assert [chunk.no for chunk in chunks] == [0, 1, 2]
    assert [len(chunk.rows) for chunk in chunks] == [4, 4, 2]
    assert tuple(row for chunk in chunks for row in chunk.rows) == TOYS


def test_a_changed_row_changes_the_key_of_its_chunk_only():
    changed = (*TOYS[:5], replace(TOYS[5], n_households=7), *TOYS[6:])

    before = [c.key for c in chunks_of(TOYS, city_toys.QUESTION, size=4)]
    after = [c.key for c in chunks_of(changed, city_toys.QUESTION, size=4)]

    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True]


@pytest.mark.parametrize(
    "change",
    [{"seed": 2}, {"scenarios": ("today",)}, {"plan": "none"}, {"policy": "national"}],
    ids=str,
)
def test_a_changed_question_changes_every_key(change):
    before = chunks_of(TOYS, city_toys.QUESTION, size=4)
    after = chunks_of(TOYS, replace(city_toys.QUESTION, **change), size=4)

    assert {c.key for c in before} & {c.key for c in after} == set()


def test_contents_of_named_files_count_and_their_place_does_not(tmp_path):
    def key(folder: Path, price: str, pack: str) -> str:
        folder.mkdir()
        (folder / "prices.yaml").write_text(price, encoding="utf-8")
        (folder / "own.yaml").write_text(pack, encoding="utf-8")
        (folder / "a.yaml").write_text("policy: own.yaml\n", encoding="utf-8")
        question = replace(city_toys.QUESTION, prices=str(folder / "prices.yaml"))
        rows = (replace(TOYS[0], template=None, file="a.yaml"),)
        return chunks_of(rows, question, base=folder)[0].key

    found = [
        key(tmp_path / "a", "1", "x"),
        key(tmp_path / "b", "1", "x"),
        key(tmp_path / "c", "2", "x"),
        key(tmp_path / "d", "1", "y"),
    ]

    assert found[0] == found[1]
    assert len(set(found)) == 3


def test_another_program_changes_every_key(monkeypatch):
    before = chunks_of(TOYS, city_toys.QUESTION)[0].key
    monkeypatch.setattr(keys, "program_digest", lambda: "another")

    assert chunks_of(TOYS, city_toys.QUESTION)[0].key != before


def test_the_manifest_tells_no_machine_and_no_time(tmp_path):
    own = tmp_path / "catalogue"
    own.mkdir()
    (own / "transformers.csv").write_text("x", encoding="utf-8")
    question = replace(city_toys.QUESTION, catalogue_dir=str(own))

    manifest, _ = manifest_of(_table(), question, chunk=4)
    text = manifest_bytes(manifest).decode()

    assert str(tmp_path) not in text
    assert os.uname().nodename not in text
    assert list(manifest.files) == ["catalogue_dir: transformers.csv"]
    assert json.loads(text)["n_rows"] == 10
    assert json.loads(text)["n_bad"] == 1


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    manifest, _ = _run(tmp_path / "r")

    assert manifest_bytes(read_manifest(tmp_path / "r")) == manifest_bytes(manifest)
    assert differences(read_manifest(tmp_path / "r"), manifest) == ()


def test_every_chunk_has_a_part_and_the_whole_is_in_the_order_of_the_table(tmp_path):
    manifest, done = _run(tmp_path / "r")

    path = write_compounds(tmp_path / "r", manifest, city_toys.QUESTION)

    assert done == frozenset()
    assert tuple(results_of(path)) == city_toys.toy(TOYS, city_toys.QUESTION)


def test_the_same_run_gives_the_same_bytes(tmp_path):
    paths = []
    for name in ("a", "b"):
        manifest, _ = _run(tmp_path / name)
        paths.append(write_compounds(tmp_path / name, manifest, city_toys.QUESTION))

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert (tmp_path / "a/manifest.json").read_bytes() == (
        tmp_path / "b/manifest.json"
    ).read_bytes()


def test_counts_follow_the_rows(tmp_path):
    """Row numbers 2..11: even ones say upgrade, odd ones ready; number 5 (the 4th) is broken."""
    manifest, _ = _run(tmp_path / "r")

    found = tally(write_compounds(tmp_path / "r", manifest, city_toys.QUESTION), city_toys.QUESTION)

    assert found.n_rows == 10
    assert found.by_status == {"ok": 9, "failed": 1}
    assert found.by_verdict == {"upgrade": 5, "ready": 4}


def test_every_row_without_a_result_is_listed_with_each_problem(tmp_path):
    manifest, _ = _run(tmp_path / "r")
    write_compounds(tmp_path / "r", manifest, city_toys.QUESTION)

    found = [(f.row, f.status, f.column, f.problem) for f in failures(tmp_path / "r", BAD)]

    assert found == [
        (99, "bad", "户数", "write a number"),
        (99, "bad", "", "bad"),
        (5, "failed", "", "=no such template"),
    ]


def test_without_its_parts_nothing_is_finished_and_the_missing_are_named(tmp_path):
    manifest, _ = _run(tmp_path / "r", leave={1})

    with pytest.raises(InputError, match="--resume") as caught:
        write_compounds(tmp_path / "r", manifest, city_toys.QUESTION)

    assert [Path(p.file).name for p in caught.value.problems] == list(
        missing_parts(tmp_path / "r", manifest)
    )
    assert missing_parts(tmp_path / "r", manifest)[0].startswith("part-00001-")
    assert not (tmp_path / "r/compounds.parquet").exists()


def test_a_second_run_without_resume_is_refused(tmp_path):
    _run(tmp_path / "r")

    (message,) = _problems(tmp_path / "r", "new")

    assert "--resume" in message
    assert "--force" in message


def test_resume_computes_only_what_is_missing(tmp_path):
    _run(tmp_path / "r", leave={1})

    _, done = _run(tmp_path / "r", "resume")

    assert done == {0, 2}


def test_resume_in_an_empty_or_new_directory_begins(tmp_path):
    assert _run(tmp_path / "r", "resume")[1] == frozenset()


@pytest.mark.parametrize(
    ("kwargs", "said"),
    [
        ({"table": _table(sha256="bb")}, "the table t.csv"),
        ({"table": _table(file="u.csv", sha256="bb")}, "the table: t.csv then, u.csv now"),
        (
            {"question": replace(city_toys.QUESTION, seed=2)},
            "the setting seed: 1 then, 2 now",
        ),
        (
            {"question": replace(city_toys.QUESTION, scenarios=("today",))},
            "the setting scenarios: today, ev-100 then, today now",
        ),
        ({"table": _table(columns={"户数": "n_households"})}, "--columns"),
    ],
    ids=["input", "other-input", "seed", "scenarios", "columns"],
)
def test_resume_refuses_another_run_and_names_what_changed(tmp_path, kwargs, said):
    _run(tmp_path / "r")

    messages = _problems(tmp_path / "r", "resume", **kwargs)

    assert len(messages) == 1
    assert said in messages[0]


def test_resume_refuses_another_version_library_or_chunk(tmp_path):
    manifest, _ = manifest_of(_table(), city_toys.QUESTION, chunk=4)
    now = replace(
        manifest, gridcalc="9.9", libraries={**manifest.libraries, "numpy": "9.9"}, chunk=5
    )

    found = differences(manifest, now)

    assert found == (
        f"the version of gridcalc: {manifest.gridcalc} then, 9.9 now",
        f"the library numpy: {manifest.libraries['numpy']} then, 9.9 now",
        "--chunk: 4 then, 5 now",
    )


def test_resume_names_a_file_of_the_user_that_changed(tmp_path):
    own = tmp_path / "prices.yaml"
    own.write_text("1", encoding="utf-8")
    question = replace(city_toys.QUESTION, prices=str(own))
    _run(tmp_path / "r", question=question)
    own.write_text("2", encoding="utf-8")

    (message,) = _problems(tmp_path / "r", "resume", question=question)

    assert message.endswith("the file prices: prices.yaml has changed")


def test_resume_names_the_chunk_of_a_compound_file_that_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("id: a", encoding="utf-8")
    table = _table((*TOYS[:4], replace(TOYS[4], template=None, file="a.yaml")))
    _run(tmp_path / "r", table=table)
    Path("a.yaml").write_text("id: b", encoding="utf-8")

    (message,) = _problems(tmp_path / "r", "resume", table=table)

    assert message.endswith("a file that the table names, in its chunk no. 2 of 4 rows each")


def test_force_starts_anew_and_removes_old_parts(tmp_path):
    _run(tmp_path / "r")

    other = replace(city_toys.QUESTION, seed=2)
    _, done = _run(tmp_path / "r", "anew", question=other)

    assert done == frozenset()
    assert len(list((tmp_path / "r/parts").iterdir())) == 3


def test_resume_with_force_takes_changes_over_and_keeps_untouched_chunks(tmp_path):
    _run(tmp_path / "r")
    changed = _table((*TOYS[:5], replace(TOYS[5], n_households=7), *TOYS[6:]), sha256="bb")

    _, done = _run(tmp_path / "r", "update", table=changed)

    assert done == {0, 2}
    assert len(list((tmp_path / "r/parts").iterdir())) == 3


def test_what_a_kill_left_half_written_is_swept_but_not_by_a_shard(tmp_path):
    _run(tmp_path / "r")
    left = [tmp_path / "r" / name for name in (".tmp-1-0-map.html", "parts/.tmp-1-1-part-x")]
    for path in left:
        path.write_bytes(b"half")

    _run(tmp_path / "r", "join")
    assert [path.exists() for path in left] == [True, True]

    _run(tmp_path / "r", "resume")
    assert [path.exists() for path in left] == [False, False]


@pytest.mark.parametrize("entry", ["new", "resume", "anew", "update", "join"])
def test_a_directory_with_something_else_is_never_touched(tmp_path, entry):
    (tmp_path / "r").mkdir()
    (tmp_path / "r/thesis.docx").write_text("years of work", encoding="utf-8")

    (message,) = _problems(tmp_path / "r", entry)

    assert "thesis.docx" in message
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["thesis.docx"]


def test_a_file_in_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "r").write_text("", encoding="utf-8")

    assert _problems(tmp_path / "r", "new") == ["is a file; -o names a directory"]


def test_a_damaged_manifest_is_refused_and_force_goes_on(tmp_path):
    _run(tmp_path / "r")
    (tmp_path / "r/manifest.json").write_text('{"format": 1', encoding="utf-8")

    (message,) = _problems(tmp_path / "r", "resume")

    assert "damaged" in message
    assert _run(tmp_path / "r", "anew")[1] == frozenset()


def test_results_without_a_manifest_are_not_taken_for_an_empty_directory(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r/compounds.parquet").write_bytes(b"x")

    assert "no manifest.json" in _problems(tmp_path / "r", "new")[0]


@pytest.mark.parametrize("damage", ["short", "empty", "flipped", "other"])
def test_a_damaged_part_is_computed_again(tmp_path, damage):
    manifest, _ = _run(tmp_path / "r")
    undisturbed = write_compounds(tmp_path / "r", manifest, city_toys.QUESTION).read_bytes()
    first, second, _ = sorted((tmp_path / "r/parts").iterdir())
    data = second.read_bytes()
    at = len(data) // 4
    second.write_bytes(
        {
            "short": data[:-100],
            "empty": b"",
            "flipped": data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :],
            "other": first.read_bytes(),
        }[damage]
    )

    states = [state.state for state in states_of(tmp_path / "r", manifest, thorough=True)]
    _, done = _run(tmp_path / "r", "resume")
    again = write_compounds(tmp_path / "r", manifest, city_toys.QUESTION)

    assert states == ["done", "damaged", "done"]
    assert done == {0, 2}
    assert again.read_bytes() == undisturbed


def test_every_changed_byte_of_the_results_is_seen(tmp_path):
    """All before the footer; its length stands in the 8 bytes at the end, as Parquet says."""
    _run(tmp_path / "r")
    part = min((tmp_path / "r/parts").iterdir())
    data = part.read_bytes()
    n_body = len(data) - 8 - int.from_bytes(data[-8:-4], "little")

    for at in range(0, n_body, 101):
        part.write_bytes(data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])
        with pytest.raises(OSError, match=part.name):
            read_part(part.name, tmp_path / "r")


def test_a_part_damaged_while_a_run_lasts_is_named(tmp_path):
    manifest, _ = _run(tmp_path / "r")
    second = sorted((tmp_path / "r/parts").iterdir())[1]
    second.write_bytes(second.read_bytes()[:-100])

    with pytest.raises(InputError) as caught:
        write_compounds(tmp_path / "r", manifest, city_toys.QUESTION)

    assert second.name in str(caught.value)


def test_a_table_without_a_good_row_still_gives_all_files(tmp_path):
    manifest, _ = _run(tmp_path / "r", table=_table(()))

    path = write_compounds(tmp_path / "r", manifest, city_toys.QUESTION)

    assert list(results_of(path)) == []
    assert tally(path, city_toys.QUESTION).n_rows == 0


class TestDisk:
    """Nothing is half written: a full or read-only disk leaves the old file or none."""

    @pytest.fixture
    def folder(self, tmp_path):
        (tmp_path / "f").write_bytes(b"old")
        return tmp_path

    @pytest.mark.parametrize("where", ["fsync", "write"])
    def test_a_full_disk_is_one_clear_error(self, folder, monkeypatch, where):
        def full(*_args):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(*((os, "fsync") if where == "fsync" else (Path, "write_bytes")), full)

        with pytest.raises(InputError, match=r"no space left on device.*--resume"):
            atomic.write_bytes(folder / "f", b"new")

        monkeypatch.undo()
        assert [path.name for path in folder.iterdir()] == ["f"]
        assert (folder / "f").read_bytes() == b"old"

    def test_a_read_only_directory_is_one_clear_error(self, tmp_path, monkeypatch):
        def no_rights(*_args, **_kwargs):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        monkeypatch.setattr(Path, "mkdir", no_rights)

        (message,) = _problems(tmp_path / "r", "new")

        assert message.startswith("cannot be written: permission denied")

    def test_a_file_that_a_spreadsheet_holds_open_is_waited_for(self, folder, monkeypatch):
        calls = []
        replace_file = Path.replace

        def busy(self, target):
            calls.append(target)
            if len(calls) < 3:
                raise PermissionError
            return replace_file(self, target)

        monkeypatch.setattr(atomic, "_WAITS_S", (0.001, 0.001, 0.001, 0.0))
        monkeypatch.setattr(Path, "replace", busy)

        atomic.write_bytes(folder / "f", b"new")

        assert len(calls) == 3
        assert (folder / "f").read_bytes() == b"new"

    @pytest.mark.skipif(os.name != "posix", reason="limits of a process")
    def test_a_real_limit_on_file_size_leaves_the_old_file(self, folder):
        """The kernel refuses the write in the middle: 100 bytes fit, 10 000 do not."""
        code = (
            "import resource, sys\nfrom pathlib import Path\n"
            "from gridcalc.city.store.atomic import write_bytes\n"
            "from gridcalc.errors import InputError\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
            "try:\n    write_bytes(Path(sys.argv[1]), b'x' * 10_000)\n"
            "except InputError as error:\n    sys.exit(str(error))\n"
        )

        done = subprocess.run(
            [sys.executable, "-c", code, str(folder / "f")],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert "file too large" in done.stderr
        assert [path.name for path in folder.iterdir()] == ["f"]
        assert (folder / "f").read_bytes() == b"old"


class TestStatus:
    def test_of_a_finished_run(self, tmp_path):
        manifest, _ = _run(tmp_path / "r")
        write_compounds(tmp_path / "r", manifest, city_toys.QUESTION)
        (tmp_path / "r/failed.csv").write_bytes(b"")

        found = status_of(tmp_path / "r")

        assert found.is_finished
        assert found.n_by_status == {"ok": 9, "failed": 1}
        assert found.files == ("compounds.parquet", "failed.csv")
        assert found.remaining_s is None

    def test_of_a_run_that_goes_on_estimates_from_the_times_of_the_parts(self, tmp_path):
        """Parts written 10 s apart and one missing: 10 s are left."""
        _run(tmp_path / "r", leave={1})
        for i, path in enumerate(sorted((tmp_path / "r/parts").iterdir())):
            os.utime(path, (0, 10 * i))

        found = status_of(tmp_path / "r")

        assert not found.is_finished
        assert [part.state for part in found.parts] == ["done", "missing", "done"]
        assert found.remaining_s == 10.0

    def test_of_a_damaged_directory_says_what(self, tmp_path):
        _run(tmp_path / "r")
        part = sorted((tmp_path / "r/parts").iterdir())[2]
        part.write_bytes(b"PAR1")

        (found,) = status_of(tmp_path / "r").open_parts

        assert (found.state, found.name) == ("damaged", part.name)
        assert found.problem

    def test_of_no_result_directory(self, tmp_path):
        with pytest.raises(InputError, match="no directory of 'gridcalc city run'"):
            status_of(tmp_path)


def test_a_part_of_the_same_name_with_other_contents_is_refused(tmp_path):
    _run(tmp_path / "r")
    first, second, _ = sorted((tmp_path / "r/parts").iterdir())
    second.write_bytes(first.read_bytes())

    with pytest.raises(OSError, match="another chunk"):
        read_part(second.name, tmp_path / "r")


def test_a_question_without_files_names_none():
    assert keys.file_digests(CityQuestion()) == {}
