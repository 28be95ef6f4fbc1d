"""Results and limits in, findings out."""

from gridcalc.checks.facts import Facts, Site
from gridcalc.checks.finding import Finding
from gridcalc.checks.run import check, condensed

__all__ = ["Facts", "Finding", "Site", "check", "condensed"]
