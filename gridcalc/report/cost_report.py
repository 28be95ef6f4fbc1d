"""The story of ``cost``: the bill by section, who pays up to which point, what to verify."""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from gridcalc.cost.bill import Bill, BillLine
from gridcalc.cost.money import Money, total
from gridcalc.cost.prices import SECTIONS, Price, Section, Surcharge
from gridcalc.cost.who_pays import PayerRow, PayerShare, PayerSplit
from gridcalc.policy import PolicyPack, Rule
from gridcalc.provenance import Value, is_verified
from gridcalc.report.basis import Basis, basis_short, basis_text, title_of
from gridcalc.report.blocks import (
    Block,
    Column,
    FactSheet,
    Heading,
    Output,
    Paragraph,
    Table,
    Text,
    plain,
)
from gridcalc.report.cost_tree import Costed, cost_rows, cost_tree
from gridcalc.report.cost_words import (
    amounts,
    book_text,
    estimate_text,
    price_name,
    price_range,
    unit_price,
)
from gridcalc.report.figures import number, value_text, with_unit
from gridcalc.report.route_words import way
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT


def cost_output(found: Costed, wording: Wording) -> Output:
    """Return the cost of a plan and who pays."""
    return Output(
        tree=cost_tree(found), rows=cost_rows(found), blocks=tuple(_story(found, wording))
    )


def _story(found: Costed, wording: Wording) -> Iterator[Block]:
    yield Heading(text=found.plan.compound, level=1)
    yield FactSheet(rows=tuple(_facts(found, wording)))
    yield from bill_blocks(found.bill, wording)
    yield from payer_blocks(found.split, found.policy, wording)
    yield _total_table(found, wording)
    yield from price_blocks((line.price for line in found.bill.lines), found.policy, wording)


def bill_blocks(bill: Bill, wording: Wording) -> Iterator[Block]:
    """Yield the lines of a bill, one table per section."""
    yield Heading(text=wording("Bill of quantities [yuan]"))
    for section in SECTIONS:
        lines = bill.section(section)
        if lines:
            yield _section_table(section, lines, wording)


def payer_blocks(split: PayerSplit, policy: PolicyPack, wording: Wording) -> Iterator[Block]:
    """Yield who pays for which part of the works, up to where, by which clause."""
    yield Heading(text=wording("Who pays [yuan]"))
    yield _payer_table(split, policy, wording)
    if any(row.division == "equal" for row in split.rows):
        said = wording("Where a rule names several payers and no shares, they share equally.")
        yield Paragraph(text=Text(said, "warn"))


def _facts(found: Costed, wording: Wording) -> Iterator[tuple[str, Text]]:
    yield wording("Cost"), Text(estimate_text(found.bill.cost_yuan, wording), "strong")
    yield wording("Compound is"), Text(compound_text(found.split, wording))
    yield wording("Prices"), Text(book_text(found.bill.book, wording), "quiet")
    yield wording("Value-added tax"), Text(wording.term(f"tax.{found.bill.book.tax}"), "quiet")
    policy = found.policy
    said = f"{wording.either(zh=policy.title, en=policy.title_en)} [{policy.id}]"
    yield wording("Rules"), Text(said, "quiet")
    yield wording("Demarcation point"), handover_text(found.split, policy, wording)


def compound_text(split: PayerSplit, wording: Wording) -> str:
    """Return what kind of compound the payers are named for."""
    kind = wording.term(f"build.{split.build}")
    category = split.category
    return wording.words(
        [kind] if category is None else [kind, wording.term(f"category.{category}")]
    )


def handover_text(split: PayerSplit, policy: PolicyPack, wording: Wording) -> Text:
    """Return the demarcation point of a handover, and the clause that names it."""
    rule = split.handover
    if rule is None:
        said = wording("not named by {policy}; agree it in writing", policy=policy.id)
        return Text(said, "warn")
    point = value_text(cast("Value", rule.value), wording)
    return Text(wording.clauses([point, basis_text(basis_of_rule(rule), wording, policy)]))


def basis_of_rule(rule: Rule) -> Basis:
    """Return where a rule comes from."""
    return Basis(source=rule.document, clause=rule.clause, confidence=rule.confidence)


def _money_columns(wording: Wording) -> tuple[Column, ...]:
    titles = (wording("Low"), wording("Typical"), wording("High"))
    return tuple(Column(title=title, align="right") for title in titles)


def _sum_row(money: Money, n_before: int, n_after: int, wording: Wording) -> tuple[Text, ...]:
    cells = tuple(Text(text.text, "strong") for text in amounts(money))
    empty = Text("")
    return (Text(wording("Sum"), "strong"), *[empty] * n_before, *cells, *[empty] * n_after)


def _section_table(section: Section, lines: Sequence[BillLine], wording: Wording) -> Table:
    columns = (
        Column(title=wording("Item"), wraps=True),
        Column(title=wording("For"), wraps=True),
        Column(title=wording("Amount"), align="right"),
        Column(title=wording("Unit price"), align="right"),
        *_money_columns(wording),
        Column(title=wording("Mark")),
    )
    rows = [_item_row(line, wording) for line in lines if not line.is_share]
    shares = dict.fromkeys(line.item for line in lines if line.is_share)
    rows += [_share_row([x for x in lines if x.item == name], wording) for name in shares]
    rows.append(_sum_row(total(line.cost_yuan for line in lines), 3, 1, wording))
    return Table(columns=columns, rows=tuple(rows), caption=wording.term(f"section.{section}"))


def _item_row(line: BillLine, wording: Wording) -> tuple[Text, ...]:
    amount = with_unit(f"{line.quantity:,.10g}", line.unit, wording)
    return (
        *plain(price_name(line.price, wording), way(line.element, wording)),
        *plain(amount, unit_price(line, wording)),
        *amounts(line.cost_yuan),
        _mark(line.price, wording),
    )


def _share_row(lines: Sequence[BillLine], wording: Wording) -> tuple[Text, ...]:
    """Return a share in one row; the bill holds it once per part of the works."""
    price = cast("Surcharge", lines[0].price)
    base = wording.words(_base_word(name, wording) for name in price.base)
    return (
        *plain(price_name(price, wording), wording("of {base}", base=base)),
        *plain("", unit_price(lines[0], wording)),
        *amounts(total(line.cost_yuan for line in lines)),
        _mark(price, wording),
    )


def _base_word(name: str, wording: Wording) -> str:
    """Return the word for a section or a family of items."""
    section = wording.terms.get(f"section.{name}")
    if section is not None:
        return section.lower() if wording.lang == "en" else section
    return wording.terms.get(f"family.{name}", name).format(type="").strip()


def _mark(price: Price | Surcharge, wording: Wording) -> Text:
    said = f"{price.year} {wording.term(price.confidence)}"
    return Text(said, "good" if is_verified(price.confidence) else "warn")


def _payer_table(split: PayerSplit, policy: PolicyPack, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Part of the works"), wraps=True, merges=True),
        Column(title=wording("Payer")),
        *_money_columns(wording),
        Column(title=wording("Up to"), wraps=True),
        Column(title=wording("Basis"), wraps=True),
    )
    rows = [
        (
            Text(wording.term(f"part.{row.subject}"), "strong"),
            Text(payer_text(row, share, wording)),
            *amounts(share.cost_yuan),
            *plain(wording.term(row.demarcation), payer_basis(row, policy, wording)),
        )
        for row in split.rows
        for share in row.shares
    ]
    return Table(columns=columns, rows=tuple(rows))


def payer_text(row: PayerRow, share: PayerShare, wording: Wording) -> str:
    """Return a payer with its share, where it does not pay alone."""
    payer = wording.term(share.payer)
    if row.division == "equal":
        return wording("{payer}, 1/{n}", payer=payer, n=len(row.shares))
    if row.division == "stated":
        return wording("{payer}, {percent} %", payer=payer, percent=f"{share.percent:g}")
    return payer


def payer_basis(row: PayerRow, policy: PolicyPack, wording: Wording) -> str:
    """Return the clause that names the payers of a part of the works, and its reservations."""
    rule = row.rule
    said = basis_short(basis_of_rule(rule), wording, policy)
    notes = [wording("shares not stated")] if row.division == "equal" else []
    if not row.holds:
        build = wording.term(f"build.{rule.applies_to}")
        notes.append(wording("rule made for: {build}", build=build))
    return wording.clauses([said, *notes])


def _total_table(found: Costed, wording: Wording) -> Table:
    whole = found.bill.cost_yuan
    columns = (
        Column(title=wording("Payer")),
        *_money_columns(wording),
        Column(title=wording("Share"), align="right"),
    )
    rows = [
        (
            Text(wording.term(payer), "strong"),
            *amounts(money),
            Text(_share(money, whole, wording)),
        )
        for payer, money in found.split.totals_yuan.items()
    ]
    rows.append(_sum_row(whole, 0, 1, wording))
    return Table(columns=columns, rows=tuple(rows), caption=wording("By payer"))


def _share(money: Money, whole: Money, wording: Wording) -> str:
    if not whole.typical:
        return ""
    return with_unit(number(PERCENT * float(money.typical / whole.typical), 1), "%", wording)


def price_blocks(
    prices: Iterable[Price | Surcharge], policy: PolicyPack, wording: Wording
) -> Iterator[Block]:
    """Yield the prices that no document read supports; payers carry their mark in their table."""
    rows = [price for price in dict.fromkeys(prices) if not is_verified(price.confidence)]
    if not rows:
        return
    yield Heading(text=wording("Prices to be verified ({n})", n=len(rows)))
    columns = (
        Column(title=wording("Item"), wraps=True),
        Column(title=wording("Low / typical / high")),
        Column(title=wording("Price level")),
        Column(title=wording("Mark")),
        Column(title=wording("Source"), wraps=True),
    )
    shown = tuple(
        (
            *plain(price_name(price, wording), price_range(price, wording), str(price.year)),
            Text(wording.term(price.confidence), "warn"),
            Text(title_of(price.source, wording, policy), "quiet"),
        )
        for price in rows
    )
    yield Table(columns=columns, rows=shown)
