"""Draw the README's pictures as SVG: the output of the demo, and its transformers' day."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
N_LINES = 58


def coloured_output(command: list[str], folder: Path) -> str:
    """Return what a command prints on a terminal of 100 columns."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 100, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "GRIDCALC_LANG": "en"}
    with subprocess.Popen(command, cwd=folder, env=env, stdout=slave) as process:
        os.close(slave)
        chunks = []
        while True:
            try:
                chunk = os.read(master, 65536)
            except OSError:
                break
            if not chunk:
                break
            chunks.append(chunk)
        process.wait()
    return b"".join(chunks).decode("utf-8")


def main() -> None:
    """Run the demo's command with colours; write the pictures of the documents."""
    command = [sys.executable, "-m", "gridcalc", "check", "compound.yaml"]
    folder = HERE.parents[1] / "examples" / "high-rise-ningxia"
    lines = coloured_output(command, folder).splitlines()[:N_LINES]
    console = Console(record=True, width=100, file=Path(os.devnull).open("w", encoding="utf-8"))
    console.print(Text.from_ansi("\n".join(lines)))
    svg = console.export_svg(title="gridcalc check compound.yaml")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", "Consolas, Menlo, 'DejaVu Sans Mono', monospace")
    (HERE / "check.svg").write_text(svg, encoding="utf-8")
    plot = ["--method", "both", "--plot", str(HERE / "day.svg"), "--force"]
    subprocess.run([*command, *plot, "--lang", "en"], cwd=folder, check=True, capture_output=True)
    timeline = [*command[:-2], "timeline", "compound.yaml", "--start", "2026-09-07"]
    plot = ["--design-days", "20", "--plot", str(HERE / "timeline.svg"), "--force"]
    subprocess.run([*timeline, *plot, "--lang", "en"], cwd=folder, check=True, capture_output=True)
    route = [*command[:-2], "route", "site.yaml", "--plot", str(HERE / "route.svg"), "--force"]
    site = HERE.parents[1] / "examples" / "route-ningxia"
    subprocess.run([*route, "--lang", "en"], cwd=site, check=True, capture_output=True)


if __name__ == "__main__":
    main()
