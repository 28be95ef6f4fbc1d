"""Find and read policy packs: shipped ones by id, a user's by path or from a folder."""

import difflib
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from gridcalc.errors import InputError, Problem
from gridcalc.policy.door import nearest, parse_document, read_document, read_entries
from gridcalc.policy.merging import merged_rules, rule_problems
from gridcalc.policy.records import PolicyPack
from gridcalc.policy.schema import PolicyFile, RuleEntry
from gridcalc.tables import data_text
from gridcalc.yamlfile import Document

BASE_PACK = "national"
_SUFFIXES = (".yaml", ".yml")


def load_policy(ref: str, user_dir: Path | None = None) -> PolicyPack:
    """Return a policy pack with the rules it inherits.

    Parameters
    ----------
    ref
        Id or whole title of a shipped pack, id of a pack in ``user_dir``, or path of a YAML file.
    user_dir
        Folder with a user's own packs, one file ``<id>.yaml`` each.

    Raises
    ------
    InputError
        There is no such pack, or its file is wrong; every problem found is listed.

    Examples
    --------
    >>> load_policy("ningxia-2025").number("supply.max_lv_kw")
    160.0
    """
    if ref.endswith(_SUFFIXES) or "/" in ref or "\\" in ref:
        return _user_pack(Path(ref))
    own = _user_files(user_dir)
    if ref in own:
        return _user_pack(own[ref])
    if ref in shipped_ids():
        return _shipped(ref)
    titled = ids_of_title(ref)
    if len(titled) == 1:
        return _shipped(titled[0])
    raise InputError([Problem(ref, 0, "", _unknown_message(ref, [*shipped_ids(), *own]))])


def list_policies(user_dir: Path | None = None) -> tuple[PolicyPack, ...]:
    """Return all shipped packs and those of a user's folder, each sorted by id."""
    shipped = tuple(_shipped(pack_id) for pack_id in shipped_ids())
    return shipped + tuple(_user_pack(path) for path in _user_files(user_dir).values())


@lru_cache(maxsize=1)
def shipped_ids() -> tuple[str, ...]:
    """Return the ids of the packs that come with gridcalc, sorted.

    Examples
    --------
    >>> "national" in shipped_ids()
    True
    """
    folder = files("gridcalc") / "data" / "policies"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name[: -len(".yaml")] for name in names if name.endswith(".yaml")))


@lru_cache(maxsize=64)
def _shipped(pack_id: str) -> PolicyPack:
    name = f"policies/{pack_id}.yaml"
    return _pack(parse_document(data_text(name), file=name))


def _user_pack(path: Path) -> PolicyPack:
    document = read_document(path)
    problems = []
    pack_id = document.value.get("id")
    if pack_id in shipped_ids():
        message = f"{pack_id!r} is the id of a shipped pack; choose another and extend it"
        problems.append(document.problem(("id",), message))
    elif isinstance(pack_id, str) and pack_id != path.stem:
        message = f"the id {pack_id!r} differs from the file name {path.stem!r}; make them equal"
        problems.append(document.problem(("id",), message))
    if "extends" in document.value and document.value["extends"] is None:
        message = f"only the base pack extends nothing; write {BASE_PACK!r}"
        problems.append(document.problem(("extends",), message))
    return _pack(document, problems)


def _user_files(user_dir: Path | None) -> dict[str, Path]:
    if user_dir is None or not user_dir.is_dir():
        return {}
    found = sorted(path for path in user_dir.iterdir() if path.suffix in _SUFFIXES)
    return {path.stem: path for path in found}


def ids_of_title(title: str) -> tuple[str, ...]:
    """Return the ids of the shipped packs of a title, in either language; spaces do not count.

    A part of a title is not enough: the rules of a district would judge its whole province.

    Examples
    --------
    >>> ids_of_title("全国通用默认值"), ids_of_title("national  Defaults"), ids_of_title("全国")
    (('national',), ('national',), ())
    """
    wanted = _plain(title)
    packs = [_shipped(pack_id) for pack_id in shipped_ids()] if wanted else []
    return tuple(pack.id for pack in packs if wanted in {_plain(pack.title), _plain(pack.title_en)})


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def ids_meant(ref: str, known: Collection[str]) -> list[str]:
    """Return the ids that a wrong one may stand for: the nearest, else those with such words.

    Examples
    --------
    >>> ids_meant("nationl", ["national"]), ids_meant("电力", [])
    (['national'], ['jiangxi-2025', 'ningxia-2025'])
    """
    return difflib.get_close_matches(ref, list(known), n=1, cutoff=0.6) or _with_words(ref)


def _unknown_message(ref: str, known: list[str]) -> str:
    found = ids_meant(ref, known)
    guess = f"did you mean {' or '.join(map(repr, found))}? " if found else ""
    names = ", ".join(sorted(known))
    return (
        f"there is no policy pack of this id; {guess}known are {names}, see 'gridcalc policy list'"
    )


def _with_words(words: str) -> list[str]:
    """Return the ids of the shipped packs with such words in their title, issuer or region."""
    wanted = words.strip().casefold()
    packs = [_shipped(pack_id) for pack_id in shipped_ids()] if wanted else []
    return [
        pack.id
        for pack in packs
        if any(
            wanted in text.casefold()
            for text in (pack.title, pack.title_en, pack.issuer, pack.region)
        )
    ]


def _pack(document: Document, problems: list[Problem] | None = None) -> PolicyPack:
    file, entries, found = read_entries(document)
    found += problems or []
    base, base_problems = _base_pack(document)
    found += base_problems
    found += rule_problems(document, entries, base.rules if base else {})
    if file is None or found:
        raise InputError(found)
    return _assembled(file, entries, base)


def _base_pack(document: Document) -> tuple[PolicyPack | None, list[Problem]]:
    pack_id = document.value.get("extends", BASE_PACK)
    if pack_id is None:
        return None, []
    if pack_id in shipped_ids():
        return _shipped(pack_id), []
    guess = nearest(str(pack_id), shipped_ids()) or f"; write {BASE_PACK!r}"
    problem = document.problem(("extends",), f"{pack_id!r} is not a shipped pack{guess}")
    return _shipped(BASE_PACK), [problem]


def _assembled(
    file: PolicyFile, entries: Mapping[str, RuleEntry], base: PolicyPack | None
) -> PolicyPack:
    return PolicyPack(
        id=file.id,
        title=file.title,
        title_en=file.title_en or file.title,
        issuer=file.issuer,
        date=file.date,
        status=file.status,
        valid_from=file.valid_from,
        region=file.region,
        extends=file.extends,
        rules=merged_rules(entries, base.rules if base else {}, pack_id=file.id),
        note=file.note,
        base=base,
    )
