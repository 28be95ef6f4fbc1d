"""``gridcalc template new``: a complete compound file from a standard compound."""

import click

from gridcalc.cli.file_target import FileTarget, file_target_options
from gridcalc.cli.options import (
    Rules,
    example,
    rules_options,
    template_folder,
)


@click.command(
    "new",
    epilog=example(
        "gridcalc template new high-rise -o tower.yaml --set households=240",
        "gridcalc template new high-rise -o tower.xlsx --lang zh",
        "gridcalc template new walk-up -o - --id block-7 --name 七号院 | gridcalc check -",
    ),
)
@click.argument("name")
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    required=True,
    help="Compound file to write: .yaml, or .xlsx for a workbook to fill in; '-' writes YAML to"
    " standard output.",
)
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Value of a parameter, in the unit that 'gridcalc template show NAME' names; repeatable.",
)
@click.option("--id", "compound_id", metavar="ID", help="Id of the compound. [default: NAME]")
@click.option("--name", "title", metavar="TEXT", help="Name of the compound, for people.")
@rules_options
@file_target_options
def template_new(
    *,
    name: str,
    target: FileTarget,
    settings: tuple[str, ...],
    compound_id: str | None,
    title: str | None,
    rules: Rules,
) -> None:
    """Write the complete compound file of a standard compound, ready to be edited.

    NAME is a name of 'gridcalc template list' or the path of a template file.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.output import check_writable
    from gridcalc.cli.templates import (
        check_compound_name,
        expanded,
        parsed_settings,
        write_compound,
    )
    from gridcalc.compound.templates import load_template

    check_compound_name("-o", target.name)
    values = parsed_settings(settings)
    check_writable(target.name, force=target.force)
    catalogue = load_catalogue(rules.catalogue_dir)
    compound = expanded(
        load_template(name, template_folder()),
        values,
        catalogue=catalogue,
        policy_ref=rules.policy,
        compound_id=compound_id,
        title=title,
    )
    write_compound(compound, target.name, catalogue=catalogue, lang=target.lang)
