"""What a compound file says about ids and links, readable even where other values are wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gridcalc.compound.model import lv_board
from gridcalc.errors import Problem
from gridcalc.yamlfile import Document, Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a list of the file, with the path it stands at."""

    section: str
    path: Path
    values: dict[str, Any]

    def text(self, key: str) -> str:
        """Return a value if it is a non-empty text, else an empty text."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def flag(self, key: str) -> bool:
        """Return whether a value is true."""
        return self.values.get(key) is True

    @property
    def id(self) -> str:
        """The entry's id, or an empty text."""
        return self.text("id")


SECTIONS = (
    "sources",
    "rmus",
    "mv_cables",
    "substations",
    "lv_nodes",
    "lv_cables",
    "households",
    "private_bays",
    "public_bays",
    "ebikes",
    "public_loads",
    "metered",
    "protection",
    "routes",
)
LOAD_SECTIONS = ("households", "private_bays", "public_bays", "ebikes", "public_loads")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All entries of a compound file by section."""

    document: Document
    sections: dict[str, tuple[Item, ...]]

    def items(self, *sections: str) -> Iterator[Item]:
        """Return the entries of some sections in file order."""
        for section in sections:
            yield from self.sections[section]

    def at(self, item: Item, key: str, message: str) -> Problem:
        """Return a problem at a key of an entry, or at the entry where the key is missing."""
        path = (*item.path, key) if key in item.values else item.path
        return self.document.problem(path, message)

    @property
    def transformers(self) -> tuple[Item, ...]:
        """All transformers of all substations."""
        return self.sections["transformers"]

    @property
    def mv_nodes(self) -> set[str]:
        """Ids a 10 kV cable may end at."""
        named = {item.id for item in self.items("sources", "rmus", "substations")}
        return (named | {item.id for item in self.transformers}) - {""}

    @property
    def lv_nodes(self) -> set[str]:
        """Ids an LV cable or a load may use."""
        boards = {lv_board(item.id) for item in self.transformers if item.id}
        return boards | ({item.id for item in self.items("lv_nodes")} - {""})


def outline(document: Document) -> Outline:
    """Return the outline of a document; entries that are not mappings are left out."""
    top: dict[str, Any] = document.value
    sections = {name: _items(name, top.get(name), (name,)) for name in SECTIONS}
    transformers: list[Item] = []
    for station in sections["substations"]:
        path = (*station.path, "transformers")
        transformers += _items("transformers", station.values.get("transformers"), path)
    sections["transformers"] = tuple(transformers)
    return Outline(document=document, sections=sections)


def _items(section: str, value: Any, path: Path) -> tuple[Item, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        Item(section=section, path=(*path, i), values=entry)
        for i, entry in enumerate(value)
        if isinstance(entry, dict)
    )
