"""The calculation book of a compound: a workbook whose numbers can be traced cell by cell."""

from gridcalc.report.calculation_book.book import calculation_book

__all__ = ["calculation_book"]
