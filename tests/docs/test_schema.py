"""The JSON Schema in the documents is the one the records give."""

from pathlib import Path

from gridcalc.cli.exporting import schema_text

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "compound.schema.json"


def test_the_schema_of_compound_files_is_current():
    # gridcalc export --to schema -o docs/schema/compound.schema.json --force
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()
