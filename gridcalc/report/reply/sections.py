"""The sections of the supply scheme reply sheet, from the customer to the signatures."""

from collections.abc import Iterator
from decimal import Decimal

from gridcalc.compound.application import SupplyApplication
from gridcalc.dossier import Dossier
from gridcalc.report.cost_report import handover_text, payer_basis, payer_text
from gridcalc.report.cost_words import amounts, yuan
from gridcalc.report.figures import number
from gridcalc.report.reply.form import (
    BLANK,
    Entry,
    Fields,
    Form,
    Grid,
    Section,
    blanks,
    computed,
    given,
    padded,
)
from gridcalc.report.reply.metering import metering_section
from gridcalc.report.reply.scheme import SupplyScheme, scheme_of
from gridcalc.report.reply.supply import equipment_section, sources_section
from gridcalc.report.reply.terms import conditions_section, deadlines_section
from gridcalc.report.wording import Wording


def reply_form(dossier: Dossier, application: SupplyApplication, wording: Wording) -> Form:
    """Return the reply sheet of a compound.

    Parameters
    ----------
    dossier
        What is known; its least-cost plan is offered where works are needed.
    application
        What only the office knows.
    wording
        The language.
    """
    scheme = scheme_of(dossier)
    return Form(
        title=wording("Supply scheme reply sheet"),
        subtitle=f"{dossier.compound.id}  {dossier.compound.name}",
        sections=(
            _customer(dossier, scheme, application, wording),
            sources_section(dossier, scheme, wording),
            equipment_section(dossier, scheme, wording),
            metering_section(scheme, application, wording),
            _demarcation(dossier, wording),
            _fees(application, wording),
            conditions_section(dossier, scheme, wording),
            deadlines_section(dossier, application, wording),
            _signatures(application, wording),
        ),
        footnotes=tuple(_footnotes(dossier, wording)),
    )


def _customer(
    dossier: Dossier, scheme: SupplyScheme, application: SupplyApplication, wording: Wording
) -> Section:
    compound = dossier.compound
    category = wording.term(f"build.{compound.build.kind}")
    if not compound.is_new:
        category = wording.words([category, wording.term(f"category.{compound.build.category}")])
    kva = [f"{number(value, 0)} kVA" for value in (scheme.before_kva, scheme.after_kva)]
    added = f"{number(scheme.after_kva - scheme.before_kva, 0)} kVA"
    rows = (
        (wording("Account number"), given(application.account)),
        (wording("Application number"), given(application.number)),
        (wording("Applicant"), given(application.applicant)),
        (wording("Project"), Entry(compound.name)),
        (wording("Address of supply"), given(application.address)),
        (wording("Contact and telephone"), given(f"{application.contact} {application.phone}")),
        (wording("Category of use"), given(application.usage)),
        (wording("Industry"), given(application.industry)),
        (wording("Supply voltage"), Entry(wording("AC 10 kV"))),
        (wording("Kind of compound"), Entry(category)),
        (wording("Capacity before"), Entry(kva[0] if not compound.is_new else "0 kVA")),
        (wording("Capacity added"), Entry(kva[1] if compound.is_new else added)),
        (wording("Capacity in total"), Entry(kva[1])),
        (wording("Rules"), Entry(wording.either(zh=dossier.policy.title, en=dossier.policy.id))),
    )
    return Section(title=wording("Customer and project"), parts=(Fields(rows=rows),))


def _demarcation(dossier: Dossier, wording: Wording) -> Section:
    plan = dossier.plan
    if plan is None:
        text = wording("no works, so that nothing is divided between payers here")
        same = wording("The point of demarcation is the one of the supply contract in force.")
        return Section(
            title=wording("Demarcation and who pays"), remarks=(Entry(text), Entry(same))
        )
    said = handover_text(plan.split, dossier.policy, wording)
    point = Entry(said.text, "to_verify" if said.tone == "warn" else "computed")
    rows = [
        computed(
            wording.term(f"part.{row.subject}"),
            wording.term(row.demarcation),
            payer_text(row, share, wording),
            yuan(share.cost_yuan.typical),
            payer_basis(row, dossier.policy, wording),
        )
        for row in plan.split.rows
        for share in row.shares
    ]
    total = amounts(plan.bill.cost_yuan)[1].text
    rows.append(computed(wording("Sum"), "", "", total, ""))
    grid = Grid(
        titles=(
            wording("Part of the works"),
            wording("Ends at"),
            wording("Payer"),
            wording("Cost, typical [yuan]"),
            wording("Basis"),
        ),
        weights=(4, 4, 3, 3, 6),
        rows=tuple(rows),
    )
    fields = Fields(rows=((wording("Demarcation point"), point),))
    return Section(title=wording("Demarcation and who pays"), parts=(fields, grid))


def _fees(application: SupplyApplication, wording: Wording) -> Section:
    rows = [
        (
            given(fee.name),
            given(_price(fee.price_yuan)),
            given(_plain(fee.amount)),
            Entry(number(fee.price_yuan * fee.amount, 2)),
            given(fee.basis),
        )
        for fee in application.fees
    ]
    grid = Grid(
        titles=(
            wording("Fee"),
            wording("Price [yuan]"),
            wording("Amount"),
            wording("Due [yuan]"),
            wording("Basis"),
        ),
        weights=(5, 3, 2, 3, 7),
        rows=padded(rows, n_columns=5),
    )
    remark = Entry(wording("Fees of the office are entered by it; none is computed here."))
    return Section(title=wording("Fees"), parts=(grid,), remarks=(remark,))


def _plain(value: float) -> str:
    """Return a number of the user as it was given, without an exponent.

    Examples
    --------
    >>> _plain(1234567.5), _plain(3.0), _plain(1e-6)
    ('1234567.5', '3', '0.000001')
    """
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _price(value: float) -> str:
    """Return a price to the fen, or with all its digits where the user gave more of them.

    Examples
    --------
    >>> _price(210.5), _price(0.0375)
    ('210.50', '0.0375')
    """
    said = number(value, 2)
    return said if float(said) == value else _plain(value)


def _signatures(application: SupplyApplication, wording: Wording) -> Section:
    day = given(application.date.isoformat()) if application.date else BLANK
    rows = (
        (wording("Office (seal)"), given(application.utility)),
        (wording("Person in charge"), given(application.clerk)),
        (wording("Day of the reply"), day),
        (wording("Applicant (signature, seal)"), BLANK),
        (wording("Designed by"), BLANK),
        (wording("Checked by"), BLANK),
    )
    remarks = tuple(given(text) for text in application.remarks)
    return Section(
        title=wording("Signatures"), parts=(Fields(rows=rows),), remarks=remarks or blanks(0)
    )


def _footnotes(dossier: Dossier, wording: Wording) -> Iterator[str]:
    yield wording(
        "Grey fields are filled in by hand; a field marked 待核实 (to be verified) rests on a value"
        " that was not read in its document."
    )
    for row in dossier.inputs:
        yield f"{wording.term(f'input.{row.role}')} {row.name}  SHA-256 {row.sha256}"
