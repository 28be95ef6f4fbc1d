"""``gridcalc cost``: what works cost, and who pays."""

import click

from gridcalc.cli.options import Display, example
from gridcalc.cli.saving import listing_options


@click.command(
    short_help="What do the works cost, and who pays?",
    epilog=example(
        "gridcalc cost plan.yaml --prices our-prices.yaml",
        "gridcalc cost --survey counties.csv --lang zh",
    ),
)
@click.argument("plan", metavar="[PLAN.yaml]", required=False)
@click.option(
    "--survey",
    metavar="TABLE.csv",
    help="Cost table of many compounds by area; columns area, n_compounds, n_households,"
    " n_households_civil (empty = all), n_rmus, or Chinese headings.",
)
@click.option(
    "--prices",
    metavar="ID|FILE",
    help="Price book.  [default: the one the plan names, else national-2025; changji-survey-2026"
    " for a survey]",
)
@listing_options
def cost(*, plan: str | None, survey: str | None, prices: str | None, display: Display) -> None:
    """Price a plan of works line by line and say who pays, or price a survey of a city.

    PLAN.yaml holds quantities (gridcalc_plan: 1); '-' reads standard input. Every price has a
    low, a typical and a high estimate, a source and a mark.
    """
    from gridcalc.cli.costing import plan_output, surveyed_output
    from gridcalc.cli.output import show
    from gridcalc.report.wording import load_wording

    if (plan is None) == (survey is None):
        raise click.UsageError("give either PLAN.yaml or --survey TABLE.csv")
    wording = load_wording(display.lang)
    if survey is not None:
        output = surveyed_output(survey, prices, wording)
    else:
        output = plan_output(plan or "", prices, wording)
    show(output, display)
