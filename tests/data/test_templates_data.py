"""Rules that every shipped template obeys."""

from collections import Counter, defaultdict

import pytest

from gridcalc.catalogue import Catalogue, load_catalogue
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import parse_compound
from gridcalc.compound.templates import Template, load_template, template_dir
from gridcalc.compound.templates.expanding import expand
from gridcalc.compound.writer import compound_yaml
from gridcalc.policy import load_policy
from gridcalc.standards.cable_ampacity import LayingConditions, ampacity_a
from gridcalc.standards.rules import public_loads

CATALOGUE: Catalogue = load_catalogue()
# The standard compounds the project promises: a template for each, by this name.
REQUIRED = (
    "combined-meter",
    "high-rise",
    "mid-rise",
    "mixed-use",
    "old-courtyard",
    "resettlement",
    "villa",
    "walk-up",
)
TEMPLATES = {name: load_template(name) for name in REQUIRED}
DEFAULTS = {name: expand(template, {}, catalogue=CATALOGUE) for name, template in TEMPLATES.items()}
MAX_LV_NODES = 70  # what one transformer's diagram still shows on a sheet; a choice of the project
EXTREMES = [
    (name, parameter.name, value)
    for name, template in TEMPLATES.items()
    for parameter in template.parameters
    for value in sorted(
        {parameter.min, parameter.max, *(parameter.choices or ())} - {None}, key=str
    )
]

each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
each_default = pytest.mark.parametrize("compound", DEFAULTS.values(), ids=DEFAULTS)


def test_the_required_templates_are_shipped_and_no_others():
    files = sorted(path.stem for path in template_dir().glob("*.yaml"))

    assert files == list(REQUIRED)


@pytest.mark.parametrize(("name", "parameter", "value"), EXTREMES)
def test_every_end_of_every_parameter_gives_a_valid_file(name, parameter, value):
    compound = expand(TEMPLATES[name], {parameter: value}, catalogue=CATALOGUE)

    read = parse_compound(compound_yaml(compound), file="written", catalogue=CATALOGUE)

    assert read == compound


@each_template
def test_the_policy_pack_of_a_template_exists(template: Template):
    assert load_policy(template.policy).id == template.policy


@each_template
def test_parameters_have_no_default_text_of_one_language_only(template: Template):
    for parameter in template.parameters:
        assert parameter.description_zh != parameter.description_en
        assert any("\u4e00" <= character <= "\u9fff" for character in parameter.description_zh)


@each_default
def test_common_loads_are_those_of_the_table(compound: Compound):
    known = {row.name for row in public_loads()} | {"commerce"}

    assert {row.kind for row in compound.public_loads} <= known


@each_default
def test_a_transformer_has_no_more_lv_nodes_than_a_diagram_shows(compound: Compound):
    nodes = Counter(node.id.split("-")[0] for node in compound.lv_nodes)

    assert max(nodes.values()) <= MAX_LV_NODES


@each_default
def test_lv_cables_are_single_and_their_devices_protect_them(compound: Compound):
    policy = load_policy(compound.policy)
    devices = {device.element: device for device in compound.protection}
    ratings = {row.rated_i_a for row in CATALOGUE.breakers.values()}

    for cable in compound.lv_cables:
        conditions = LayingConditions(
            laying=cable.laying,
            air_celsius=policy.number("cable.air_celsius"),
            soil_celsius=policy.number("cable.soil_celsius"),
            soil_rho_k_m_per_w=policy.number("cable.soil_rho_k_m_per_w"),
        )
        carried_a = ampacity_a(CATALOGUE.cables[cable.type], conditions)
        assert cable.parallel == 1
        assert devices[cable.id].in_a <= carried_a, cable.id
        assert devices[cable.id].in_a in ratings


@each_default
def test_every_transformer_has_a_main_breaker_that_carries_its_rating(compound: Compound):
    devices = {device.element: device for device in compound.protection}

    for unit in compound.transformers:
        row = CATALOGUE.transformers[unit.type]
        assert devices[unit.id].in_a >= row.sn_kva / (3**0.5 * row.vn_lv_kv)


@each_default
def test_no_ring_main_unit_has_more_cables_than_bays(compound: Compound):
    used: dict[str, int] = defaultdict(int)
    for cable in compound.mv_cables:
        used[cable.from_id] += 1
        used[cable.to_id] += 1

    for rmu in compound.rmus:
        assert used[rmu.id] <= CATALOGUE.rmus[rmu.type].n_bays


@each_default
def test_more_than_4000_kva_has_two_sources(compound: Compound):
    # 4000 kVA: the strictest limit of the packs for a customer on one public 10 kV line (Wujiang).
    installed_kva = sum(CATALOGUE.transformers[unit.type].sn_kva for unit in compound.transformers)

    assert installed_kva <= 4000 or len(compound.sources) == 2


@each_default
def test_no_line_carries_more_than_the_pack_allows_even_alone(compound: Compound):
    limit_kva = load_policy(compound.policy).number("mv.max_line_installed_kva")
    own_kva = sum(CATALOGUE.transformers[unit.type].sn_kva for unit in compound.transformers)

    for source in compound.sources:
        assert own_kva + source.line_installed_kva <= limit_kva


@each_default
def test_new_compounds_reserve_every_private_space_and_half_the_e_bikes(compound: Compound):
    # 100 % and 50 %: ningxia-2025 section 2 item 5, and the national defaults.
    if not compound.is_new:
        pytest.skip("an existing compound has what it has")

    assert {row.reserved_share for row in compound.private_bays} == {1.0}
    assert 2 * sum(row.sockets for row in compound.ebikes) >= sum(
        row.bikes for row in compound.ebikes
    )
    assert compound.orderly_charging
    assert all(station.generator_interface for station in compound.substations)


@each_default
def test_grade_1_loads_have_two_sources_and_tied_units(compound: Compound):
    if all(row.grade != 1 for row in compound.public_loads):
        pytest.skip("no grade 1 load")

    assert len({source.substation for source in compound.sources}) == 2
    assert all(station.lv_tie for station in compound.substations)


def test_the_templates_use_every_regional_pack():
    used = {template.policy for template in TEMPLATES.values()}

    assert used == {
        "changji-2026",
        "fujian-2024",
        "jiangxi-2025",
        "national",
        "ningxia-2025",
        "wujiang-2021",
    }


def test_3000_resettlement_flats_get_eight_transformers_of_1000_kva():
    # By hand: 375 flats of 80 m2 each on one unit: 375 x 0.40 x 4 kW = 600 kW and about 95 kW of
    # common loads and sockets, near 750 kVA at power factor 0.95 with losses: above 0.85 x 800,
    # below 0.85 x 1000. Six units would carry 500 flats each: 738 kW and more, above 850 kVA.
    compound = DEFAULTS["resettlement"]

    assert sum(row.count for row in compound.households) == 3000
    assert [unit.type for unit in compound.transformers] == ["SCB14-1000"] * 8
    assert [len(station.transformers) for station in compound.substations] == [2] * 4
    assert not any(station.lv_tie for station in compound.substations)
