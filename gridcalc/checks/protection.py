"""Protective devices: do they trip on the smallest fault, break the largest, stand the load."""

from collections import defaultdict
from collections.abc import Iterator

from gridcalc.checks.facts import Facts, Site
from gridcalc.checks.finding import Finding, Subject, at_least, at_most, not_checked
from gridcalc.compound.model import Protection
from gridcalc.notes import note
from gridcalc.units import A_PER_KA, PERCENT, VN_LV_KV, line_current_a

DISCONNECTION = "protection.disconnection"
BREAKING = "protection.breaking"
OVERLOAD = "protection.overload"


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


def protection_overload(facts: Facts) -> Iterator[Finding]:
    """Yield the overload coordination that ``cable.loading`` does not see.

    A main breaker rated below its transformer has to carry the load: a larger one is never the
    first to be overloaded. A cable without a device of its own needs one towards the transformer
    that is not set above its ampacity.
    """
    yield from _main_breakers(facts)
    yield from _cables_without_device(facts.site)


def below_rating(device: Protection | None, sn_kva: float) -> float | None:
    """Return the current of a transformer's rating at 380 V where its main breaker has less [A]."""
    rated_a = line_current_a(sn_kva, VN_LV_KV)
    return rated_a if device is not None and device.in_a < rated_a else None


def _main_breakers(facts: Facts) -> Iterator[Finding]:
    rule = facts.site.policy.rule("protection.overload_coordination")
    devices = facts.site.protection()
    for row in facts.transformers:
        device = devices.get(row.id)
        rated_a = below_rating(device, row.sn_kva)
        if device is None or rated_a is None:
            continue
        _, worst_percent = row.worst_phase
        i_max_a = worst_percent / PERCENT * rated_a
        text = note(
            "{i_max_a:.0f} A against the device's {in_a:.0f} A", i_max_a=i_max_a, in_a=device.in_a
        )
        subject = Subject(
            check=OVERLOAD,
            element=row.id,
            quantity="protective_device",
            level=row.level,
            note=text,
        )
        yield at_most(subject, PERCENT * i_max_a / device.in_a, rule, limit=PERCENT, unit="%")


def _cables_without_device(site: Site) -> Iterator[Finding]:
    rule = site.policy.rule("protection.overload_coordination")
    cables = site.network.cables
    allowed_a = dict(zip(cables.ids, cables.ampacity_a.tolist(), strict=True))
    for name, device in sorted(site.guards().items()):
        if device.element == name:
            continue
        guard, in_a, ampacity_a = device.element, device.in_a, allowed_a[name]
        value = PERCENT * in_a / ampacity_a
        if value > PERCENT:
            text = note(
                "no device of its own given; {guard} before it has {in_a:.0f} A, above the ampacity"
                " of {ampacity_a:.0f} A",
                guard=guard,
                in_a=in_a,
                ampacity_a=ampacity_a,
            )
            subject = Subject(check=OVERLOAD, element=name, quantity="device_setting", note=text)
            yield not_checked(subject, rule, value=value, unit="%")
            continue
        text = note(
            "the {in_a:.0f} A of {guard} against the ampacity of {ampacity_a:.0f} A",
            guard=guard,
            in_a=in_a,
            ampacity_a=ampacity_a,
        )
        subject = Subject(check=OVERLOAD, element=name, quantity="device_setting", note=text)
        yield at_most(subject, value, rule, limit=PERCENT, unit="%")
