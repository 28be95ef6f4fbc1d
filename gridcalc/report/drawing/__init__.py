"""Drawings for the design office: single-line diagrams as SVG and DXF, plans as DXF."""
