"""Texts that many compounds share, written once; a row holds their places."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Lists:
    """Texts by the name of their list, in the order in which they were first met.

    Examples
    --------
    >>> lists = Lists()
    >>> lists.place("area", "A"), lists.place("area", "B"), lists.place("area", "A")
    (0, 1, 0)
    >>> lists.texts
    {'area': ['A', 'B']}
    """

    texts: dict[str, list[Any]] = field(default_factory=dict)
    _places: dict[str, dict[Hashable, int]] = field(default_factory=dict)

    def place(self, name: str, key: Hashable, say: Callable[[Any], Any] | None = None) -> int:
        """Return the place of a text in its list; a new one is said and stands at the end.

        Parameters
        ----------
        name
            Of the list.
        key
            What tells the text from others.
        say
            How the key is said; the key itself without it.
        """
        places = self._places.setdefault(name, {})
        place = places.get(key)
        if place is None:
            place = places[key] = len(places)
            self.texts.setdefault(name, []).append(say(key) if say else key)
        return place
