"""``gridcalc template import``: a file of your own becomes a standard compound."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gridcalc.cli.foreign import loads_option
from gridcalc.cli.options import (
    catalogue_option,
    example,
    file_argument,
    force_option,
    template_folder,
)

if TYPE_CHECKING:
    from gridcalc.catalogue import Catalogue

_POLICY = "national"
_STDIN = "-"


@click.command(
    "import",
    epilog=example(
        "gridcalc template import tower.yaml --name our-tower",
        "gridcalc template import net.json --name village --loads loads.csv",
    ),
)
@file_argument
@click.option(
    "--name",
    required=True,
    metavar="NAME",
    help="Name of the new template: small letters, digits, '-' and '_'.",
)
@loads_option
@catalogue_option
@force_option
def template_import(
    *, file: str, name: str, loads: Path | None, catalogue_dir: Path | None, force: bool
) -> None:
    """Keep a compound file or a template file as a template of your own.

    FILE is a YAML file, or a pandapower network (.json, .xlsx) of 10/0.4 kV, radial below its
    transformers; '-' reads standard input. Equipment of a network that the catalogue does not
    have stands in tables beside the template. The folder is GRIDCALC_TEMPLATE_DIR, or the
    templates folder of your user settings.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.reading import file_name, text_of
    from gridcalc.cli.said import announce
    from gridcalc.compound.templates.importing import import_template
    from gridcalc.foreign.opening import is_foreign

    catalogue = load_catalogue(catalogue_dir)
    if file != _STDIN and is_foreign(Path(file)):
        _import_network(Path(file), name, loads=loads, catalogue=catalogue, force=force)
        return
    if loads is not None:
        raise click.UsageError("--loads is for pandapower networks")
    path = import_template(
        text_of(file),
        file=file_name(file),
        name=name,
        user_dir=template_folder(),
        force=force,
        catalogue=catalogue,
    )
    announce(f"wrote {path}")


def _import_network(
    path: Path, name: str, *, loads: Path | None, catalogue: "Catalogue", force: bool
) -> None:
    """Write the template of a network and its equipment, and say what was assumed."""
    from gridcalc.cli.said import announce, spoken
    from gridcalc.compound.templates.importing import Origin, import_compound
    from gridcalc.foreign.load_map import NO_MAP, read_load_map
    from gridcalc.foreign.opening import read_foreign
    from gridcalc.foreign.representing import compound_of_network
    from gridcalc.policy import load_policy
    from gridcalc.report.wording import load_wording

    tables = read_foreign(path)
    found = compound_of_network(
        tables,
        name=name,
        catalogue=catalogue,
        policy=load_policy(_POLICY),
        given=NO_MAP if loads is None else read_load_map(loads, tables),
    )
    wording, zh, en = (load_wording(lang) for lang in (spoken(), "zh", "en"))
    origin = Origin(
        head=wording("Imported from the pandapower network {file}", file=path.name),
        zh=zh("Imported from the pandapower network {file}", file=path.name),
        en=en("Imported from the pandapower network {file}", file=path.name),
        remarks=tuple(wording.note(row) for row in found.notes),
    )
    template, equipment = import_compound(
        found.compound,
        name=name,
        user_dir=template_folder(),
        origin=origin,
        tables=found.tables,
        force=force,
    )
    announce(f"wrote {template}")
    for remark in origin.remarks:
        click.echo(f"  - {remark}", err=True)
    if equipment is not None:
        announce(f"wrote {equipment}")
        announce("the template needs this equipment:")
        click.echo(
            f"  gridcalc template new {name} --catalogue '{equipment}' -o {name}.yaml", err=True
        )
        click.echo(f"  gridcalc check {name}.yaml --catalogue '{equipment}'", err=True)
