"""Every phrase and term of the reports in English and Chinese."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from gridcalc.messages import Lang, messages
from gridcalc.notes import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How one language says things.

    Phrases are keyed by their English template, terms by an id of the results, such as a check,
    titles by the key of a source.
    """

    lang: Lang
    phrases: Mapping[str, str] = field(repr=False)
    terms: Mapping[str, str] = field(repr=False)
    titles: Mapping[str, str] = field(repr=False)

    def __call__(self, phrase: str, **values: object) -> str:
        """Return a phrase with its values filled in.

        Examples
        --------
        >>> load_wording("en")("and {n} more", n=3)
        'and 3 more'
        >>> load_wording("zh")("and {n} more", n=3)
        '另有 3 项'
        """
        return self.phrases.get(phrase, phrase).format(**values)

    def term(self, name: str) -> str:
        """Return the word for an id; an unknown id stands for itself.

        Examples
        --------
        >>> load_wording("zh").term("transformer.loading"), load_wording("en").term("T1")
        ('变压器负载率', 'T1')
        """
        return self.terms.get(name, name)

    def with_named_checks(self) -> "Wording":
        """Return the wording for pages and books, whose readers do not know the ids of checks.

        Consoles keep the ids in English, because options and JSON have them.

        Examples
        --------
        >>> load_wording("en").term("cable.loading")
        'cable.loading'
        >>> load_wording("en").with_named_checks().term("cable.loading")
        'cable loading'
        """
        names = messages(self.lang).get("check", {})
        return replace(self, terms={**self.terms, **names}) if names else self

    def note(self, note: Note) -> str:
        """Return the sentence of a finding; keys of sources and of ways in it become words."""
        values = tuple((name, self._said(value)) for name, value in note.values)
        return Note(note.template, values).said(self.phrases.get(note.template, note.template))

    def _said(self, value: float | str) -> float | str:
        if not isinstance(value, str):
            return value
        return self.titles.get(value, self.terms.get(f"way.{value}", value))

    def scenario(self, name: str) -> str:
        """Return the words for a scenario; English keeps the name that ``--scenario`` takes.

        Examples
        --------
        >>> load_wording("zh").scenario("ev-100+ebike-50")
        '汽车100%+电动自行车50%'
        """
        if self.lang == "en":
            return name
        parts = [part.split("-") for part in name.split("+")]
        return "+".join(self.term(word) + "".join(f"{n}%" for n in share) for word, *share in parts)

    def words(self, words: Iterable[str]) -> str:
        """Return words as a list.

        Examples
        --------
        >>> load_wording("zh").words(["a", "b"])
        'a、b'
        """
        return self.term("between.words").join(words)

    def clauses(self, clauses: Iterable[str]) -> str:
        """Return half sentences as one; empty ones are left out."""
        return self.term("between.clauses").join(clause for clause in clauses if clause)

    def either(self, *, zh: str, en: str) -> str:
        """Return the text that a record holds in this language."""
        return zh if self.lang == "zh" else en


@cache
def load_wording(lang: Lang) -> Wording:
    """Return the wording of a language."""
    found = messages(lang)
    return Wording(lang=lang, phrases=found[""], terms=found["term"], titles=found["source"])
