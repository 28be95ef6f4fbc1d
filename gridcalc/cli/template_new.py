"""``gridcalc template new``: a complete compound file from a standard compound."""

from pathlib import Path

import click

from gridcalc.cli.options import Rules, example, force_option, rules_options, template_folder


@click.command(
    "new",
    epilog=example(
        "gridcalc template new high-rise -o tower.yaml --set households=240",
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
    help="Compound file (YAML) to write; '-' writes to standard output.",
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
@force_option
def template_new(
    *,
    name: str,
    target: str,
    settings: tuple[str, ...],
    compound_id: str | None,
    title: str | None,
    rules: Rules,
    force: bool,
) -> None:
    """Write the complete compound file of a standard compound, ready to be edited.

    NAME is a name of 'gridcalc template list' or the path of a template file.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.output import check_writable, write
    from gridcalc.cli.templates import expanded_yaml, parsed_settings, refuse_workbook
    from gridcalc.compound.templates import load_template

    refuse_workbook(Path(target))
    values = parsed_settings(settings)
    check_writable(target, force=force)
    text = expanded_yaml(
        load_template(name, template_folder()),
        values,
        catalogue=load_catalogue(rules.catalogue_dir),
        policy_ref=rules.policy,
        compound_id=compound_id,
        title=title,
    )
    write(text, target)
