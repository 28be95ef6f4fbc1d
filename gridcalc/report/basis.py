"""What a number rests on, said no more firmly than it was read."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridcalc.catalogue import Source, load_sources
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Confidence, is_verified
from gridcalc.report.wording import Wording

_USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The document behind a value.

    Parameters
    ----------
    source, clause
        Key of the document, and where it stands there.
    confidence
        The mark of the value.
    """

    source: str
    clause: str
    confidence: Confidence


def title_of(source: str, wording: Wording, pack: PolicyPack | None = None) -> str:
    """Return the title of a source, that of the policy pack in the language of the report.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> title_of("gb-51348-2019", load_wording("en"))
    'GB 51348-2019 Electrical design of civil buildings'
    """
    if pack is not None and source == pack.id:
        return wording.either(zh=pack.title, en=pack.title_en)
    if source in wording.titles:
        return wording.titles[source]
    register: Mapping[str, Source] = load_sources()
    if source in register:
        return register[source].title
    if source == _USER:
        return wording("the user's own policy pack")
    return source


def basis_text(basis: Basis, wording: Wording, pack: PolicyPack | None = None) -> str:
    """Return where a value comes from; only what was read is said to be "per" a clause.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> seen = Basis(source="gb-51348-2019", clause="4.3.2", confidence="seen")
    >>> basis_text(seen, load_wording("en"))
    'per GB 51348-2019 Electrical design of civil buildings, 4.3.2'
    >>> guessed = Basis(source="local-rules", clause="", confidence="recalled")
    >>> basis_text(guessed, load_wording("en")).split("; ")[-1]
    'to be verified (recalled)'
    """
    return _said(title_of(basis.source, wording, pack), basis, wording)


def basis_short(basis: Basis, wording: Wording, pack: PolicyPack) -> str:
    """Return the same with the policy pack named by its id."""
    is_own = basis.source == pack.id
    return _said(pack.id if is_own else title_of(basis.source, wording), basis, wording)


def _said(title: str, basis: Basis, wording: Wording) -> str:
    place = wording("{title}, {clause}", title=title, clause=basis.clause)
    cited = place if basis.clause else title
    if is_verified(basis.confidence):
        return wording("per {cited}", cited=cited)
    mark = wording.term(basis.confidence)
    return wording("{cited}; to be verified ({mark})", cited=cited, mark=mark)
