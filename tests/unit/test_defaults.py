"""Nothing is silently defaulted: every gap that is filled is an assumption with its source."""

import pytest

from gridcalc.catalogue import load_sources
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.provenance import CONFIDENCES

FULL = {
    "ambient": {"soil_celsius": 20, "air_celsius": 35, "soil_rho_k_m_per_w": 1.2},
    "sources": {
        "i_sc_max_ka": 10,
        "i_sc_min_ka": 6,
        "vm_peak_pu": 1.0,
        "vm_low_load_pu": 1.02,
    },
    "mv_cables": {"laying": "buried", "grouping": 1},
    "lv_cables": {"laying": "buried", "grouping": 1},
    "households": {"area_m2": 110},
    "private_bays": {"charger_kw": 7, "equipped_share": 0.1, "reserved_share": 0.5},
    "public_bays": {"charger_kw": 7, "equipped_share": 0},
    "ebikes": {"sockets": 10, "kw_per_socket": 0.2},
    "public_loads": {"demand_factor": 0.8, "power_factor": 0.85},
}

NAMES = {  # section and field: the name of the assumption
    ("ambient", "soil_celsius"): "cable.soil_celsius",
    ("ambient", "air_celsius"): "cable.air_celsius",
    ("ambient", "soil_rho_k_m_per_w"): "cable.soil_rho_k_m_per_w",
    ("sources", "i_sc_max_ka"): "mv.sc_max_mva",
    ("sources", "i_sc_min_ka"): "mv.sc_min_mva",
    ("sources", "vm_peak_pu"): "mv.source_vm_peak_pu",
    ("sources", "vm_low_load_pu"): "mv.source_vm_low_load_pu",
    ("mv_cables", "laying"): "mv.default_laying",
    ("mv_cables", "grouping"): "cable.n_grouped",
    ("lv_cables", "laying"): "lv.default_laying",
    ("lv_cables", "grouping"): "cable.n_grouped",
    ("households", "area_m2"): "household.default_area_m2",
    ("private_bays", "charger_kw"): "charger.p_kw",
    ("private_bays", "equipped_share"): "charger.equipped_share",
    ("private_bays", "reserved_share"): "charger.reserved_share",
    ("public_bays", "charger_kw"): "charger.p_kw",
    ("public_bays", "equipped_share"): "charger.equipped_share",
    ("ebikes", "sockets"): "ebike.sockets",
    ("ebikes", "kw_per_socket"): "ebike.p_kw_per_socket",
    ("public_loads", "demand_factor"): "public.demand_factor.passenger_lift",
    ("public_loads", "power_factor"): "public.power_factor.passenger_lift",
    ("transformers", "compensation_kvar"): "compensation_kvar",
}


def units_of(file):
    return [unit for station in file["substations"] for unit in station["transformers"]]


def rows_of(file, section):
    if section == "ambient":
        return [file["ambient"]]
    return units_of(file) if section == "transformers" else file[section]


@pytest.fixture
def full(small):
    """Return the small compound with every value that could be assumed."""
    small["ambient"] = {}
    for section, values in FULL.items():
        for row in rows_of(small, section):
            row.update(values)
    for unit in units_of(small):
        unit["compensation_kvar"] = 120
    return small


@pytest.fixture
def resolved(read, national):
    return lambda file: resolve_defaults(read(file), national)


def test_a_file_that_gives_everything_is_left_as_it_is(full, read, resolved):
    result = resolved(full)

    assert result.assumptions == ()
    assert result.compound == read(full)


@pytest.mark.parametrize(("section", "field"), list(NAMES))
def test_a_value_that_is_not_given_is_filled_and_listed(full, resolved, section, field):
    full["build"]["kind"] = "existing"
    rows = rows_of(full, section)
    for row in rows:
        del row[field]

    result = resolved(full)

    (assumption,) = result.assumptions
    assert assumption.name == NAMES[section, field]
    assert assumption.note.startswith(f"{section}.{field} not given in {len(rows)} entries")
    compound = result.compound
    if section == "transformers":
        filled = compound.transformers
    else:
        filled = (compound.ambient,) if section == "ambient" else getattr(compound, section)
    assert all(getattr(row, field) is not None for row in filled)


def test_a_reserve_for_chargers_is_not_guessed_where_a_rule_judges_it(full, resolved):
    full["build"]["kind"] = "new"
    del full["private_bays"][0]["reserved_share"]

    result = resolved(full)

    assert result.compound.private_bays[0].reserved_share is None
    assert result.assumptions == ()


def test_an_assumption_counts_only_the_entries_it_served(full, resolved):
    del full["lv_cables"][1]["laying"], full["lv_cables"][4]["laying"]

    (assumption,) = resolved(full).assumptions

    assert "lv_cables.laying not given in 2 entries" in assumption.note


def test_every_assumption_has_a_value_a_source_that_resolves_and_a_mark(small, resolved):
    for section in ("sources", "private_bays", "ebikes"):
        for row in small[section]:
            for field in FULL[section]:
                row.pop(field, None)
    for row in small["households"]:
        del row["area_m2"]

    found = resolved(small).assumptions

    assert len(found) >= 19
    for assumption in found:
        assert assumption.value is not None
        assert assumption.unit
        assert assumption.source in load_sources()
        assert assumption.confidence in CONFIDENCES


def test_values_come_from_the_policy_pack(full, resolved, read, pack_with):
    del full["households"][0]["area_m2"], full["private_bays"][0]["charger_kw"]
    pack = pack_with({"household.default_area_m2": 75, "charger.p_kw": 3.5})

    compound = resolve_defaults(read(full), pack).compound

    assert compound.households[0].area_m2 == 75
    assert compound.households[1].area_m2 == 110  # given
    assert compound.private_bays[0].charger_kw == 3.5


def test_a_household_with_its_own_power_needs_no_area(full, resolved):
    del full["households"][0]["area_m2"]
    full["households"][0]["kw_each"] = 8

    result = resolved(full)

    assert result.assumptions == ()
    assert result.compound.households[0].area_m2 is None


def test_fault_currents_follow_from_the_short_circuit_power_of_the_pack(full, read, pack_with):
    del full["sources"][0]["i_sc_max_ka"]
    pack = pack_with({"mv.sc_max_mva": 200})

    result = resolve_defaults(read(full), pack)

    # 200 MVA / (1.732051 · 10 kV) = 11.5470 kA, by hand
    assert result.compound.sources[0].i_sc_max_ka == pytest.approx(11.5470, abs=1e-4)
    assert result.assumptions[0].unit == "kA"


def test_facts_that_only_a_check_asks_for_stay_open(full, resolved):
    source = full["sources"][0]
    for field in ("open_capacity_kva", "spare_bays", "line_installed_kva"):
        del source[field]

    compound = resolved(full).compound

    assert compound.sources[0].open_capacity_kva is None
    assert compound.sources[0].spare_bays is None
    assert compound.substations[0].generator_interface is None
    assert compound.one_household_one_meter is None


def test_the_order_of_the_file_does_not_change_the_list(small, resolved):
    expected = resolved(small).assumptions

    for section in ("lv_cables", "households", "lv_nodes"):
        small[section].reverse()

    assert resolved(small).assumptions == expected
