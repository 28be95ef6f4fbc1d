"""``gridcalc template import``: a file of your own becomes a standard compound."""

from pathlib import Path

import click

from gridcalc.cli.options import (
    catalogue_option,
    example,
    file_argument,
    force_option,
    template_folder,
)


@click.command("import", epilog=example("gridcalc template import tower.yaml --name our-tower"))
@file_argument
@click.option(
    "--name",
    required=True,
    metavar="NAME",
    help="Name of the new template: small letters, digits, '-' and '_'.",
)
@catalogue_option
@force_option
def template_import(*, file: str, name: str, catalogue_dir: Path | None, force: bool) -> None:
    """Keep a compound file or a template file as a template of your own.

    FILE is a YAML file; '-' reads standard input. The folder is GRIDCALC_TEMPLATE_DIR, or the
    templates folder of your user settings.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.foreign import refuse_as_template
    from gridcalc.cli.reading import file_name, text_of
    from gridcalc.cli.said import announce
    from gridcalc.compound.templates.importing import import_template

    catalogue = load_catalogue(catalogue_dir)
    refuse_as_template(file, catalogue)
    path = import_template(
        text_of(file),
        file=file_name(file),
        name=name,
        user_dir=template_folder(),
        force=force,
        catalogue=catalogue,
    )
    announce(f"wrote {path}")
