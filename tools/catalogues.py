"""Compile the gettext catalogues of gridcalc/locale: every .po beside its .mo, always alike.

pybabel is not called for it: it takes "95 % interval" for a printf format and refuses it.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""One date in all catalogues, so that the same texts give the same bytes."""
LOCALE = Path(__file__).parents[1] / "gridcalc" / "locale"


def compiled(source: Path) -> bytes:
    """Return the compiled form of a catalogue."""
    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    catalogue.creation_date = catalogue.revision_date = EPOCH
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def main() -> None:
    """Write the .mo of every .po whose texts have changed."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        content = compiled(source)
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)


if __name__ == "__main__":
    main()
