"""A template and the user's settings in, a complete compound out."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from gridcalc.catalogue import Catalogue, Transformer
from gridcalc.compound.consistency import consistency_problems
from gridcalc.compound.door import validate
from gridcalc.compound.model import Compound, Protection
from gridcalc.compound.outline import outline
from gridcalc.compound.record import Id
from gridcalc.compound.templates.conductors import lv_board_point, main_breaker, shelf
from gridcalc.compound.templates.design_load import LoadRules, load_rules
from gridcalc.compound.templates.equipment import equipment_problems, lv_cables
from gridcalc.compound.templates.feeder_design import Yard
from gridcalc.compound.templates.loading import Template, compound_document, layout_with
from gridcalc.compound.templates.low_voltage import LvPart, add_transformer
from gridcalc.compound.templates.medium_voltage import MvPart, medium_voltage
from gridcalc.compound.templates.schema import Layout
from gridcalc.compound.templates.settings import Value, parameter_values
from gridcalc.compound.templates.sizing import size_transformers
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack, load_policy

_LONGEST_NAME = 200
_ID: TypeAdapter[str] = TypeAdapter(Id)


def expand(
    template: Template,
    settings: Mapping[str, Value],
    *,
    catalogue: Catalogue,
    policy: PolicyPack | None = None,
    compound_id: str | None = None,
) -> Compound:
    """Return the compound a template describes.

    The same template and settings give the same compound; its ids are readable and stable.

    Parameters
    ----------
    template
        The template.
    settings
        Values of parameters by name, numbers or texts; the rest keep their defaults.
    catalogue
        The equipment the template names.
    policy
        Pack to size the network by; the template's own if missing.
    compound_id
        Id of the compound; the template's name if missing.

    Raises
    ------
    InputError
        Every unknown parameter, wrong value and unknown equipment name.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> from gridcalc.compound.templates import load_template
    >>> compound = expand(
    ...     load_template("old-courtyard"), {"households": "48"}, catalogue=load_catalogue())
    >>> sum(row.count for row in compound.households)
    48
    """
    values, problems = parameter_values(template.parameters, settings)
    if problems:
        raise InputError(problems)
    if template.is_compound:
        compound = _finished(template, catalogue)
    else:
        layout = layout_with(template, values)
        rules = policy or load_policy(template.policy)
        compound = compound_of_layout(template, layout, catalogue=catalogue, policy=rules)
    return _with(compound, policy, compound_id)


def _finished(template: Template, catalogue: Catalogue) -> Compound:
    document = compound_document(template.document)
    compound, problems = validate(Compound, document)
    problems += consistency_problems(outline(document), catalogue)
    if compound is None or problems:
        raise InputError(Problem(p.file, p.line, f"compound.{p.key}", p.message) for p in problems)
    return compound


def _with(compound: Compound, policy: PolicyPack | None, compound_id: str | None) -> Compound:
    update: dict[str, object] = {}
    if policy is not None:
        update["policy"] = policy.id
    if compound_id is not None:
        if not _is_id(compound_id):
            message = f"{compound_id!r} may only hold up to 64 letters, digits, '_', '-' and '.'"
            raise InputError([Problem("--id", 0, "", message)])
        update["id"] = compound_id
    return compound.model_copy(update=update)


def _is_id(text: str) -> bool:
    try:
        _ID.validate_python(text)
    except ValidationError:
        return False
    return True


def compound_of_layout(
    template: Template, layout: Layout, *, catalogue: Catalogue, policy: PolicyPack
) -> Compound:
    """Return the compound of a layout, named after its template.

    Parameters
    ----------
    template
        Where the layout comes from.
    layout
        Its layout, with the values of its parameters or others.
    catalogue, policy
        The equipment to choose from, and the pack to size by.

    Raises
    ------
    InputError
        The layout names equipment that the catalogue does not hold.
    """
    problems = equipment_problems(layout, template.document, catalogue)
    if problems:
        raise InputError(problems)
    rules = load_rules(layout, policy)
    sizing = size_transformers(layout, rules, catalogue)
    yards = {
        unit.name: yard_of(layout, rules, unit, catalogue=catalogue) for unit in set(sizing.units)
    }
    lv = LvPart()
    for i, (unit, share) in enumerate(zip(sizing.units, sizing.allotments, strict=True)):
        lv.protection.append(main_device(f"T{i + 1}", unit, yards[unit.name]))
        add_transformer(lv, f"T{i + 1}", share, yards[unit.name])
    return _assembled(template, layout, lv, medium_voltage(layout, sizing, catalogue))


def yard_of(layout: Layout, rules: LoadRules, unit: Transformer, *, catalogue: Catalogue) -> Yard:
    """Return what is the same for all feeders of a layout behind one type of transformer."""
    policy = rules.policy
    trunks = lv_cables(layout, layout.lv.trunk_mm2, catalogue)
    box_cables = lv_cables(layout, layout.lv.box_mm2, catalogue)
    return Yard(
        layout=layout,
        rules=rules,
        shelf=shelf(layout, (*trunks, *box_cables), catalogue, policy),
        trunks=trunks,
        box_cables=box_cables,
        board=lv_board_point(unit, layout.mv.sources, policy),
    )


def main_device(transformer: str, unit: Transformer, yard: Yard) -> Protection:
    """Return the LV main breaker of a transformer."""
    breaker = main_breaker(unit, yard.shelf)
    devices = yard.layout.protection
    return Protection(
        element=transformer,
        in_a=breaker.rated_i_a,
        i_trip_a=devices.main_trip_factor * breaker.rated_i_a,
        clearing_s=devices.main_clearing_s,
        breaking_ka=breaker.breaking_i_sc_ka,
    )


def _assembled(template: Template, layout: Layout, lv: LvPart, mv: MvPart) -> Compound:
    title = template.title
    flats = layout.buildings.households
    name = f"{title.zh} {flats} 户 ({title.en}, {flats} flats)"
    head = Head(id=template.name, name=name[:_LONGEST_NAME], policy=template.policy)
    return assembled(head, layout, lv, mv)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a compound is called, and the rules it stands under."""

    id: str
    name: str
    policy: str


def assembled(head: Head, layout: Layout, lv: LvPart, mv: MvPart) -> Compound:
    """Return the compound of a layout from its parts at 10 kV and at low voltage."""
    return Compound(
        gridcalc=1,
        id=head.id,
        name=head.name,
        policy=head.policy,
        build=layout.build,
        location=layout.location,
        orderly_charging=layout.orderly_charging,
        one_household_one_meter=layout.one_household_one_meter,
        sources=mv.sources,
        rmus=mv.rmus,
        mv_cables=mv.cables,
        substations=mv.substations,
        lv_nodes=tuple(lv.nodes),
        lv_cables=tuple(lv.cables),
        households=tuple(lv.households),
        private_bays=tuple(lv.private_bays),
        public_bays=tuple(lv.public_bays),
        ebikes=tuple(lv.ebikes),
        public_loads=tuple(lv.public_loads),
        protection=tuple(lv.protection),
    )
