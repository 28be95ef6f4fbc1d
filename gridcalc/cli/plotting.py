"""The picture of ``check --plot``: what is refused before, and what is written after."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from gridcalc.cli.check import Picture
from gridcalc.cli.options import Runs
from gridcalc.cli.output import check_writable, write_bytes
from gridcalc.errors import InputError, Problem
from gridcalc.report.check_report import Checked
from gridcalc.report.wording import Wording

if TYPE_CHECKING:
    from gridcalc.report.plot_style import Plot

_FORMS: dict[str, Literal["svg", "png"]] = {".svg": "svg", ".png": "png"}


def form_of(target: str) -> Literal["svg", "png"]:
    """Return the form of a picture by the end of its name.

    Raises
    ------
    click.UsageError
        No such form.
    """
    form = _FORMS.get(Path(target).suffix.lower())
    if form is None:
        raise click.UsageError(f"--plot {target}: the name must end in .svg or .png")
    return form


def check_plot(picture: Picture, files: Sequence[str], runs: Runs) -> None:
    """Refuse a picture that cannot be drawn, before anything is computed.

    Raises
    ------
    click.UsageError
        No such form, several compounds, or no simulated days.
    InputError
        The file exists and ``--force`` is not given.
    """
    target = picture.target
    if target is None:
        return
    form_of(target)
    if len(files) > 1:
        raise click.UsageError("--plot draws one compound; give one FILE")
    if runs.method == "factor":
        raise click.UsageError(
            "--plot draws simulated days, which --method factor does not have; use stochastic"
            " or both"
        )
    check_writable(target, force=picture.force)


def write_plot(picture: Picture, checked: Sequence[Checked], wording: Wording) -> None:
    """Draw the first compound into a file; nothing without a name.

    Raises
    ------
    InputError
        No simulated day has a solution, or the file cannot be written.
    """
    target = picture.target
    if target is None:
        return
    from gridcalc.report.day_plot import day_plot

    plot = day_plot(checked[0], wording, form=form_of(target))
    if plot is None:
        message = "cannot be drawn: no simulated day has a solution"
        raise InputError([Problem(target, 0, "", message)])
    write_picture(plot, target)


def write_picture(plot: "Plot", target: str) -> None:
    """Write a picture, and on standard error what its reader should be told.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    if plot.remark:
        click.echo(plot.remark, err=True)
    write_bytes(plot.data, target)
