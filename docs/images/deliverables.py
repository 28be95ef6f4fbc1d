"""Draw the pictures of what is handed over, in Chinese: report, workbook, forms, drawings.

Needs Chromium, LibreOffice and poppler: ``make pictures-deps``; ``make pictures`` runs this.
"""

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import ezdxf
import matplotlib
from ezdxf import bbox
from ezdxf.addons.drawing import Frontend, RenderContext
from ezdxf.addons.drawing.config import BackgroundPolicy, Configuration
from ezdxf.addons.drawing.matplotlib import MatplotlibBackend
from matplotlib.figure import Figure
from PIL import Image, ImageOps

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = Path("examples")
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import Browser, browser  # noqa: E402  needs the path above

FONT_FILE = "wqy-microhei.ttc"
MOST_BYTES = 300_000
BOOK_SHEETS = ("负荷计算", "短路计算", "概算")
SHEET_DPI, DRAWING_DPI = 80, 120
GAP_PX, BORDER_PX = 14, 1
DESK, WINDOW_PX = "#c9ced4", (1280, 1500)
FORM_PX = (900, 1180)
A3_INCH = (16.5, 11.7)


def gridcalc(*words: object) -> None:
    """Run a command in Chinese."""
    command = [sys.executable, "-m", "gridcalc", *map(str, words), "--lang", "zh"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def save(image: Image.Image, name: str) -> None:
    """Write a picture; a large one with few colours, so that it stays small."""
    target = HERE / name
    image.convert("RGB").save(target, optimize=True)
    if target.stat().st_size > MOST_BYTES:
        small = image.convert("RGB").quantize(dither=Image.Dither.NONE)
        small.save(target, optimize=True)


def screenshot(page: Browser, source: Path, name: str, size_px: tuple[int, int]) -> None:
    """Take the top of a page as it is seen on a desk."""
    width_px, height_px = size_px
    page.open(source, width=width_px, height=height_px)
    target = HERE / name
    target.write_bytes(page.picture())
    save(Image.open(target), name)


def printed(page: Browser, source: Path, folder: Path) -> Path:
    """Return a page as it is printed on A4."""
    page.open(source)
    answer = page.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
    target = folder / f"{source.stem}.pdf"
    target.write_bytes(base64.b64decode(answer["data"]))
    return target


def workbook_pdf(source: Path, folder: Path) -> Path:
    """Return a workbook as LibreOffice prints it."""
    profile = f"-env:UserInstallation=file://{folder / 'office'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    return folder / f"{source.stem}.pdf"


def page_of(pdf: Path, title: str) -> int:
    """Return the number of the page that begins with a title."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True)
    pages = text.stdout.decode("utf-8").split("\f")
    return next(n for n, page in enumerate(pages, 1) if page.lstrip().startswith(title))


def sheets(pdf: Path, numbers: Sequence[int]) -> Iterator[Image.Image]:
    """Yield some pages of a PDF as pictures."""
    for number in numbers:
        target = pdf.with_name(f"{pdf.stem}-{number}")
        page = ["-f", str(number), "-l", str(number), "-singlefile"]
        options = ["-r", str(SHEET_DPI), *page, "-png"]
        subprocess.run(["pdftoppm", *options, str(pdf), str(target)], check=True)
        yield Image.open(target.with_suffix(".png")).convert("RGB")


def side_by_side(pages: Sequence[Image.Image], n_columns: int) -> Image.Image:
    """Lay pages out on a desk, so many in a row."""
    framed = [ImageOps.expand(page, BORDER_PX, "#8a929b") for page in pages]
    width = max(page.width for page in framed) + GAP_PX
    height = max(page.height for page in framed) + GAP_PX
    n_rows = -(-len(framed) // n_columns)
    desk = Image.new("RGB", (n_columns * width + GAP_PX, n_rows * height + GAP_PX), DESK)
    for n, page in enumerate(framed):
        row, column = divmod(n, n_columns)
        desk.paste(page, (GAP_PX + column * width, GAP_PX + row * height))
    return desk


def drawing(source: Path, name: str) -> None:
    """Draw the first sheet of a DXF file on white, as a CAD program shows it."""
    document = ezdxf.readfile(source)
    for style in document.styles:
        style.dxf.font = FONT_FILE
        style.discard_xdata("ACAD")
    figure = Figure(figsize=A3_INCH, dpi=DRAWING_DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    policy = Configuration(background_policy=BackgroundPolicy.WHITE)
    model = document.modelspace()
    backend = MatplotlibBackend(axes, adjust_figure=False)
    Frontend(RenderContext(document), backend, config=policy).draw_layout(model)
    sheet = bbox.extents([model.query("*[layer=='FRAME']").first])
    axes.set_aspect("equal", adjustable="box")
    axes.set_xlim(sheet.extmin.x, sheet.extmax.x)
    axes.set_ylim(sheet.extmin.y, sheet.extmax.y)
    target = HERE / name
    figure.savefig(target, dpi=DRAWING_DPI)
    save(Image.open(target), name)


def main() -> None:
    """Compute the examples and take the pictures."""
    matplotlib.use("Agg")
    os.environ["GRIDCALC_LANG"] = "zh"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        works, tower = folder / "works", folder / "tower"
        gridcalc(
            "report", EXAMPLES / "upgrade-changji" / "compound.yaml", "-o", works,
            "--start", "2026-12-01",
        )
        gridcalc(
            "report", EXAMPLES / "high-rise-ningxia" / "compound.yaml", "-o", tower,
            "--dxf", "--no-plan", "--no-hosting",
        )
        gridcalc("route", EXAMPLES / "route-double" / "site.yaml", "-o", folder / "route.dxf")
        with browser() as page:
            screenshot(page, works / "report.html", "report.png", WINDOW_PX)
            screenshot(page, works / "reply.html", "reply.png", FORM_PX)
            paper = printed(page, works / "report.html", folder)
        save(side_by_side([*sheets(paper, (1, 2, 4))], 3), "report-print.png")
        book = workbook_pdf(works / "calculation-book.xlsx", folder)
        numbers = [1, *(page_of(book, title) for title in BOOK_SHEETS)]
        save(side_by_side([*sheets(book, numbers)], 2), "calculation-book.png")
        register = workbook_pdf(works / "asset-register.xlsx", folder)
        save(side_by_side([*sheets(register, (1,))], 1), "asset-register.png")
        drawing(tower / "single-line.dxf", "single-line-dxf.png")
        drawing(folder / "route.dxf", "route-plan-dxf.png")


if __name__ == "__main__":
    main()
