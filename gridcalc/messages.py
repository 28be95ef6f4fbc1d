"""The gettext catalogues of a language: every text that users read, by its key."""

import gettext
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")
OF_CLICK = "messages.mo"
"""Catalogue of the words of click, which asks for its own by this name."""
CONTEXT_END = "\x04"
"""Stands between context and key in a compiled catalogue, as gettext does it."""


class _Messages(gettext.GNUTranslations):
    """A compiled catalogue that can be listed."""

    _catalog: dict[str, str]

    def entries(self) -> dict[str, str]:
        """Return text by key, the key with its context before it."""
        return {key: text for key, text in self._catalog.items() if isinstance(key, str) and key}


@cache
def messages(lang: Lang) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of a language by context, then by key; plain phrases have no context.

    All domains of ``gridcalc/locale`` are read: a domain is a file of its own for translators.
    Only that of click's own words is left to click.

    Examples
    --------
    >>> messages("zh")["term"]["transformer.loading"], messages("zh")[""]["Verdict"]
    ('变压器负载率', '结论')
    """
    found: dict[str, dict[str, str]] = {"": {}, "term": {}, "source": {}}
    folder = files("gridcalc") / "locale" / lang / "LC_MESSAGES"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".mo") or entry.name == OF_CLICK:
            continue
        for key, text in _Messages(io.BytesIO(entry.read_bytes())).entries().items():
            context, end, name = key.partition(CONTEXT_END)
            found.setdefault(context if end else "", {})[name if end else key] = text
    return found


def translated(phrase: str, lang: Lang) -> str:
    """Return a phrase in a language; a phrase without translation stands for itself.

    Examples
    --------
    >>> translated("Verdict", "zh"), translated("Verdict", "en")
    ('结论', 'Verdict')
    """
    return messages(lang)[""].get(phrase, phrase)
