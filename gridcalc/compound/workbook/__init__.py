"""The compound file as an Excel workbook: the same fields, a sheet for each list."""
