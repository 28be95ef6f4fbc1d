"""A transformer's day in bands."""

from dataclasses import dataclass

BAND_PERCENTILES = (5, 50, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBand:
    """A transformer's load over the day: for each slot the percentiles of all days.

    ``s_kva`` has one tuple for each of ``BAND_PERCENTILES``, with one value for each slot from
    midnight. [kVA]
    """

    id: str
    sn_kva: float
    s_kva: tuple[tuple[float, ...], ...]
