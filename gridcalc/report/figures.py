"""Numbers as people read them; rounding happens in this room and nowhere else."""

from gridcalc.provenance import Value
from gridcalc.report.wording import Wording

_DECIMALS = {"%": 1, "kVA": 0, "kW": 0, "A": 0, "mm2": 1, "kA": 1, "-": 2, "bays": 0, "floor": 0}
_MOST_DECIMALS = 6
_GENERAL = 2
_MISSING = "-"


def number(value: float, decimals: int) -> str:
    """Return a rounded number without a negative zero.

    Examples
    --------
    >>> number(131.24, 1), number(-0.04, 1)
    ('131.2', '0.0')
    """
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text


def signed(value: float, decimals: int) -> str:
    """Return a rounded number with its sign; nothing and more have a plus.

    Examples
    --------
    >>> signed(2.06, 1), signed(-3.24, 1), signed(-0.04, 1)
    ('+2.1', '-3.2', '+0.0')
    """
    text = number(value, decimals)
    return text if text.startswith("-") else f"+{text}"


def with_unit(text: str, unit: str, wording: Wording) -> str:
    """Return a number with its unit; ratios and counts have none."""
    return f"{text} {wording.term(unit)}".rstrip()


def quantity(value: float | None, unit: str, wording: Wording) -> str:
    """Return a value with its unit, or a dash where there is none.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> quantity(61.869, "mm2", load_wording("en"))
    '61.9 mm²'
    """
    if value is None:
        return _MISSING
    return with_unit(number(value, _DECIMALS.get(unit, _GENERAL)), unit, wording)


def comparison(value: float, limit: float, unit: str, wording: Wording) -> tuple[str, str]:
    """Return value and limit of a broken limit, precise enough to see that it is broken.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> comparison(85.04, 85.0, "%", load_wording("en"))
    ('85.04 %', '> 85 %')
    >>> comparison(1.1, 1.3, "-", load_wording("en"))
    ('1.10', '< 1.3')
    """
    decimals = _DECIMALS.get(unit, _GENERAL)
    while decimals < _MOST_DECIMALS and float(number(value, decimals)) == limit:
        decimals += 1
    sign = ">" if value > limit else "<"
    return (
        with_unit(number(value, decimals), unit, wording),
        f"{sign} {with_unit(f'{limit:g}', unit, wording)}",
    )


def value_text(value: Value, wording: Wording) -> str:
    """Return the value of a rule or an assumption in one line.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> value_text(({"n_sockets": 10, "factor": 0.8},), load_wording("en"))
    'sockets 10, factor 0.8'
    """
    if value is None:
        return _MISSING
    if isinstance(value, bool):
        return wording("yes") if value else wording("no")
    if isinstance(value, (int, float)):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return wording.words(
            f"{wording.terms.get(f'key.{key}', key)} {value_text(item, wording)}"
            for key, item in value.items()
        )
    if isinstance(value, tuple):
        said = [value_text(item, wording) for item in value]
        has_groups = any(isinstance(item, dict) for item in value)
        return wording.clauses(said) if has_groups else wording.words(said)
    return wording.term(value)
