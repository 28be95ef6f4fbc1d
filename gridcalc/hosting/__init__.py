"""How many chargers fit: by the design factor, by simulated days, and under orderly control."""

from gridcalc.hosting.deterministic import Sensitivity, private_share_that_fits

__all__ = ["Sensitivity", "private_share_that_fits"]
