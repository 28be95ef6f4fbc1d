"""Sentences with values, kept apart so that they can be said in another language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence with values.

    Parameters
    ----------
    template
        The sentence in English with the names of values in braces: the key of its translation.
    values
        Name and value of each.

    Examples
    --------
    >>> str(note("{sockets} sockets for {bikes} e-bikes", sockets=3, bikes=9))
    '3 sockets for 9 e-bikes'
    """

    template: str = ""
    values: tuple[tuple[str, float | int | str], ...] = ()

    def said(self, template: str) -> str:
        """Return another wording of the sentence with the same values."""
        return template.format(**dict(self.values))

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.said(self.template)

    def __bool__(self) -> bool:
        """Return whether there is anything to say."""
        return bool(self.template)


def note(template: str, **values: float | str) -> Note:
    """Return a note; the template is the key of its translation.

    Examples
    --------
    >>> note("{n} more", n=3).values
    (('n', 3),)
    """
    return Note(template, tuple(values.items()))


NO_NOTE = Note()
