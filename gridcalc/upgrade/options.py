"""What could be built within a catalogue and a policy pack, and what is not possible."""

from gridcalc.upgrade.candidates import Candidate, new_unit_candidates
from gridcalc.upgrade.line_options import (
    cable_options,
    move_feeder_options,
    rebalance_options,
    source_options,
    split_options,
)
from gridcalc.upgrade.rejected import Rejected, not_possible
from gridcalc.upgrade.unit_options import (
    breaker_options,
    capacitor_options,
    max_unit_kva,
    new_substation_options,
    second_transformer_options,
    tap_options,
    transformer_options,
)

__all__ = [
    "Candidate",
    "Rejected",
    "breaker_options",
    "cable_options",
    "capacitor_options",
    "max_unit_kva",
    "move_feeder_options",
    "new_substation_options",
    "new_unit_candidates",
    "not_possible",
    "rebalance_options",
    "second_transformer_options",
    "source_options",
    "split_options",
    "tap_options",
    "transformer_options",
]
