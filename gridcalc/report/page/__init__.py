"""One page about a compound, for screen and A4: verdict first, every number with its basis."""

from gridcalc.report.page.page import report_page

__all__ = ["report_page"]
