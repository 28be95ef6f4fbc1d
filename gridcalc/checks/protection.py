"""Protective devices: do they trip on the smallest fault and break the largest."""

from collections import defaultdict
from collections.abc import Iterator

from gridcalc.checks.facts import Facts, Site
from gridcalc.checks.finding import Finding, Subject, at_least, at_most, not_checked
from gridcalc.notes import note
from gridcalc.units import A_PER_KA

DISCONNECTION = "protection.disconnection"
BREAKING = "protection.breaking"


def protection_disconnection(facts: Facts) -> Iterator[Finding]:
    """Yield smallest fault current over trip setting for each device, over the zone it guards.

    A device guards everything behind it up to and including the place of the next device. A
    feeder without any device is reported as not checked, with the largest setting that would do.
    """
    site = facts.site
    rule = site.policy.rule("protection.sensitivity_factor")
    limit = site.policy.number(rule.name)
    devices = site.protection()
    for guard, (node, ik1_a) in sorted(_smallest_faults(site).items()):
        device = devices.get(guard)
        if device is None or device.i_trip_a is None:
            text = note(
                "{missing} not given; the smallest fault {fault:.0f} A at {node} allows a setting"
                " of at most {setting:.0f} A",
                missing="protection" if device is None else "i_trip_a",
                fault=ik1_a,
                node=node,
                setting=ik1_a / limit,
            )
            subject = Subject(check=DISCONNECTION, element=guard, note=text)
            yield not_checked(subject, rule, value=ik1_a / limit, unit="A")
            continue
        text = note(
            "smallest fault {fault:.0f} A at {node}, setting {setting:.0f} A",
            fault=ik1_a,
            node=node,
            setting=device.i_trip_a,
        )
        subject = Subject(check=DISCONNECTION, element=guard, note=text)
        yield at_least(subject, ik1_a / device.i_trip_a, rule, limit=limit, unit="-")


def _smallest_faults(site: Site) -> dict[str, tuple[str, float]]:
    """Return node and smallest fault current in the zone of each device, or of each feeder."""
    index = site.network.node_index()
    devices = site.protection()
    zones: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for place in site.topology.places:
        guards = [cable for cable in place.path if cable in devices]
        if guards:
            guard = guards[-1]
        elif place.path and place.transformer not in devices:
            guard = place.feeder
        elif place.transformer in devices:
            guard = place.transformer
        else:
            continue
        ik1_a = float(site.short_circuit.ik1_min_ka[index[place.id]]) * A_PER_KA
        zones[guard].append((ik1_a, place.id))
    return {guard: (min(rows)[1], min(rows)[0]) for guard, rows in zones.items()}


def protection_breaking(facts: Facts) -> Iterator[Finding]:
    """Yield the largest fault current at each device against its breaking capacity."""
    site = facts.site
    rule = site.policy.rule("protection.breaking_capacity")
    index = site.network.node_index()
    places = {**_cable_starts(site), **_trafo_boards(site)}
    for name, device in sorted(site.protection().items()):
        node = places[name]
        ik3_ka = float(site.short_circuit.ik3_max_ka[index[node]])
        if device.breaking_ka is None:
            text = note(
                "no breaking_ka given; the device at {node} must break {ik3_ka:.1f} kA",
                node=node,
                ik3_ka=ik3_ka,
            )
            subject = Subject(check=BREAKING, element=name, note=text)
            yield not_checked(subject, rule, value=ik3_ka, unit="kA")
            continue
        subject = Subject(check=BREAKING, element=name, note=note("fault at {node}", node=node))
        yield at_most(subject, ik3_ka, rule, limit=device.breaking_ka, unit="kA")
    yield from _rmu_withstand(site)


def _rmu_withstand(site: Site) -> Iterator[Finding]:
    rule = site.policy.rule("protection.breaking_capacity")
    index = site.network.node_index()
    for rmu in site.compound.rmus:
        rating_ka = site.catalogue.rmus[rmu.type].max_i_sc_ka
        ik3_ka = float(site.short_circuit.ik3_max_ka[index[rmu.id]])
        subject = Subject(
            check=BREAKING,
            element=rmu.id,
            quantity="short_time",
            note=note("against the RMU's rating"),
        )
        yield at_most(subject, ik3_ka, rule, limit=rating_ka, unit="kA")


def _cable_starts(site: Site) -> dict[str, str]:
    cables = site.network.cables
    ids = site.network.node_ids
    return {name: ids[cables.from_node[k]] for k, name in enumerate(cables.ids)}


def _trafo_boards(site: Site) -> dict[str, str]:
    trafos = site.network.transformers
    ids = site.network.node_ids
    return {name: ids[trafos.lv_node[k]] for k, name in enumerate(trafos.ids)}
