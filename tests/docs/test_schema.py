"""The schemas in the documents are those the program writes."""

from pathlib import Path

import pytest

from gridcalc.cli.exporting import schema_text

FOLDER = Path(__file__).parents[2] / "docs" / "schema"


@pytest.mark.parametrize("kind", ["compound", "site", "design"])
def test_the_schema_of_a_kind_of_files_is_current(kind):
    # gridcalc export --to schema --of KIND -o docs/schema/KIND.schema.json --force
    text = (FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8")

    assert text == schema_text(kind)
