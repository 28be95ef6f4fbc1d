"""Amounts of money with a low, a typical and a high estimate; exact, in whole fen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gridcalc.units import FEN_PER_YUAN, PERCENT

_HUNDREDTH = 1 / Decimal(FEN_PER_YUAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in yuan: the low, the typical and the high estimate, each in whole fen.

    Amounts add and split exactly, so parts always sum to the whole.
    """

    low: Decimal
    typical: Decimal
    high: Decimal

    def __add__(self, other: "Money") -> "Money":
        """Return the sum of two amounts, estimate by estimate."""
        return Money(
            low=self.low + other.low,
            typical=self.typical + other.typical,
            high=self.high + other.high,
        )

    def __sub__(self, other: "Money") -> "Money":
        """Return the difference of two amounts, estimate by estimate."""
        return Money(
            low=self.low - other.low,
            typical=self.typical - other.typical,
            high=self.high - other.high,
        )


NOTHING = Money(low=Decimal(0), typical=Decimal(0), high=Decimal(0))


def exact(value: float) -> Decimal:
    """Return a number exactly as it is written.

    Examples
    --------
    >>> exact(288.5), exact(3)
    (Decimal('288.5'), Decimal('3'))
    """
    return Decimal(repr(value))


def to_hundredths(value: Decimal) -> Decimal:
    """Return a number rounded half up to two decimals: yuan to fen, or 万元 as tables print it.

    Examples
    --------
    >>> to_hundredths(Decimal("62.405")), to_hundredths(Decimal("5077.1925"))
    (Decimal('62.41'), Decimal('5077.19'))
    """
    return value.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Money]) -> Money:
    """Return the sum of some amounts; nothing for none.

    Examples
    --------
    >>> total([]) == NOTHING
    True
    """
    return sum(amounts, start=NOTHING)


def percent_of(base: Money, percents: Sequence[float]) -> Money:
    """Return shares of an amount: the low one of its low estimate, and so on.

    Parameters
    ----------
    base
        The amount. [yuan]
    percents
        Low, typical and high share. [%]

    Examples
    --------
    >>> base = Money(low=Decimal(100), typical=Decimal(200), high=Decimal(400))
    >>> percent_of(base, (5, 10, 15)).high
    Decimal('60.00')
    """
    low, typical, high = (exact(percent) / Decimal(PERCENT) for percent in percents)
    return Money(
        low=to_hundredths(base.low * low),
        typical=to_hundredths(base.typical * typical),
        high=to_hundredths(base.high * high),
    )


def split(amount: Money, percents: Sequence[float]) -> tuple[Money, ...]:
    """Return an amount in parts by percent; fen that do not divide go to the first parts.

    Parameters
    ----------
    amount
        The amount. [yuan]
    percents
        Share of each part, together 100; equal shares may be given as equal numbers. [%]

    Examples
    --------
    >>> whole = Money(low=Decimal("0.01"), typical=Decimal("0.02"), high=Decimal("100.01"))
    >>> first, second = split(whole, (50, 50))
    >>> first.high, second.high, first.low, second.low
    (Decimal('50.01'), Decimal('50.00'), Decimal('0.01'), Decimal('0.00'))
    """
    lows = _split_one(amount.low, percents)
    typicals = _split_one(amount.typical, percents)
    highs = _split_one(amount.high, percents)
    return tuple(
        Money(low=low, typical=typical, high=high)
        for low, typical, high in zip(lows, typicals, highs, strict=True)
    )


def _split_one(yuan: Decimal, percents: Sequence[float]) -> tuple[Decimal, ...]:
    fen = int(yuan * FEN_PER_YUAN)
    weights = [exact(percent) for percent in percents]
    parts = [int(fen * weight / sum(weights)) for weight in weights]
    rest = fen - sum(parts)
    parts = [part + (i < rest) for i, part in enumerate(parts)]
    return tuple(part * _HUNDREDTH for part in parts)
