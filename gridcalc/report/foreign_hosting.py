"""The story of ``hosting`` for a network of another program."""

from collections.abc import Iterator

from gridcalc.foreign.records import ForeignHosting
from gridcalc.hosting.records import Limit
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.blocks import Block, FactSheet, Heading, Output, Text
from gridcalc.report.check_tree import assumption_tree
from gridcalc.report.finding_words import check_name
from gridcalc.report.foreign_import import import_blocks, import_tree
from gridcalc.report.hosting_report import fits_text
from gridcalc.report.hosting_tree import hosting_rows, hosting_tree
from gridcalc.report.wording import Wording


def foreign_hosting_output(found: ForeignHosting, wording: Wording) -> Output:
    """Return the outcome of ``hosting`` for a foreign network."""
    tree = hosting_tree(found.hosting, {"n_draws": 0})
    tree["assumptions"] = [assumption_tree(row) for row in found.assumptions]
    tree["import"] = import_tree(found.imported)
    return Output(tree=tree, rows=hosting_rows(found.hosting), blocks=tuple(_story(found, wording)))


def _story(found: ForeignHosting, wording: Wording) -> Iterator[Block]:
    hosting = found.hosting
    yield Heading(text=f"{hosting.compound_id}  {hosting.compound_name}".rstrip(), level=1)
    yield FactSheet(rows=tuple(_facts(found, wording)))
    yield from import_blocks(found.imported, wording)
    yield from assumption_blocks(found.assumptions, found.policy, wording, show_all=False)


def _facts(found: ForeignHosting, wording: Wording) -> Iterator[tuple[str, Text]]:
    hosting = found.hosting
    (result,) = hosting.results
    said = wording(
        "{n}, {today} of them with a charger today",
        n=hosting.n_private_bays,
        today=hosting.n_today,
    )
    yield wording("Private bays"), Text(said, "strong")
    yield wording("Fits"), fits_text(result, hosting.n_private_bays, wording)
    yield wording("What binds"), Text(_limit(result.binding, wording))
    if result.n_without_binding is not None:
        yield wording("Without it"), Text(wording("fits {n}", n=result.n_without_binding))
        yield wording("Then binds"), Text(_limit(result.next_binding, wording))
    said = wording(
        "{scenario}: its sockets are connected, its chargers are what is searched",
        scenario=wording.scenario(hosting.scenario),
    )
    yield wording("Scenario searched"), Text(said)
    yield (
        wording("Counted"),
        Text(
            wording(
                "design demand of the factor method on the loads of the file; the largest number"
                " with no new violation; simulated draws need a compound file"
            ),
            "quiet",
        ),
    )
    yield wording("Rules"), Text(hosting.policy, "quiet")


def _limit(limit: Limit | None, wording: Wording) -> str:
    if limit is None:
        return wording("nothing")
    name = check_name(limit.check, limit.quantity, wording)
    return wording("{check} at {element}", check=name, element=wording.term(limit.element))
