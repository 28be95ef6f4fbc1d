"""Draw the picture of the map page: the example city, computed, opened in Chromium, one click."""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CITY = ROOT / "examples" / "changji-city"
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import browser  # noqa: E402  needs the path above

AREA = "昌吉市"


def main() -> None:
    """Compute the example with its 10 kV lines and take the picture."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result"
        command = [sys.executable, "-m", "gridcalc", "city", "run", "compounds.csv"]
        options = ["--feeders", "lines.csv", "--method", "stochastic", "--days", "100"]
        rest = ["-o", str(result), "--lang", "zh", "--audit", "0"]
        subprocess.run([*command, *options, *rest], cwd=CITY, check=True, capture_output=True)
        with browser() as page:
            page.open(result / "map.html")
            page.choose("#filter-area", AREA)
            page.click(".chip-upgrade")
            page.click(".grid-row:nth-child(4) .c-name")
            (HERE / "city-map.png").write_bytes(page.picture())


if __name__ == "__main__":
    main()
