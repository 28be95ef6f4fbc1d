"""A small set of works whose cost is summed by hand.

Typical prices of ``national-2025``, no surcharges: LV cable 100 m at 836, duct 100 m at 300, four
meter boxes at 2 500, a transformer at 85 000, 10 m of 10 kV cable at 830, 20 m of trench at 1 500,
60 m of tray at 180, a controller at 15 000.
"""

from dataclasses import replace

from gridcalc.cost import PriceBook, Quantity, load_price_book

WORKS = (  # item, element, quantity, unit, part of the works, typical cost
    ("cable_lv.YJV22-0.6/1-4x240", "T1-F2", 100, "m", "lv_before_meter", 83_600),
    ("laying.duct", "T1-F2", 100, "m", "lv_civil", 30_000),
    ("meter_box", "CB1", 4, "piece", "meter_and_box", 10_000),
    ("transformer.S20-630", "T1", 1, "piece", "mv_inside_red_line", 85_000),
    ("cable_mv.YJV22-8.7/15-3x300", "MC1", 10, "m", "mv_outside_red_line", 8_300),
    ("laying.trench", "MC1", 20, "m", "mv_civil_outside_red_line", 30_000),
    ("laying.tray", "CB1", 60, "m", "charging_civil", 10_800),
    ("orderly.controller", "T1", 1, "piece", "orderly_control", 15_000),
)
TYPICAL_YUAN = 272_700


def works() -> tuple[Quantity, ...]:
    return tuple(
        Quantity(
            item=item,
            element=element,
            measure="works",
            quantity=quantity,
            unit=unit,
            payer_subject=subject,
        )
        for item, element, quantity, unit, subject, _ in WORKS
    )


def plain_book() -> PriceBook:
    """Return the national book without surcharges."""
    return replace(load_price_book("national-2025"), surcharges=())
