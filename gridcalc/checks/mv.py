"""The 10 kV side: open capacity, bays, and what is installed on a line."""

from collections import defaultdict
from collections.abc import Iterator

from gridcalc.checks.facts import Facts, Site
from gridcalc.checks.finding import Finding, Subject, at_most, info, not_checked
from gridcalc.compound.topology import hv_nodes, mv_node
from gridcalc.notes import note

OPEN_CAPACITY = "mv.open_capacity"
SPARE_BAYS = "mv.spare_bays"
LINE_CAPACITY = "mv.line_capacity"


def mv_open_capacity(facts: Facts) -> Iterator[Finding]:
    """Yield what each source must supply on top of today against its open capacity.

    A new compound adds all of its load; an existing one what exceeds its peak of today.
    """
    if facts.mv is None:
        return
    rule = facts.site.policy.rule("mv.open_capacity")
    is_new = facts.site.compound.is_new
    for source in sorted(facts.site.compound.sources, key=lambda row: row.id):
        s_kva = facts.mv.s_source_kva[source.id]
        base_kva = 0.0 if is_new else facts.s_today_kva.get(source.id, 0.0)
        added_kva = max(s_kva - base_kva, 0.0)
        if source.open_capacity_kva is None:
            text = note(
                "no open_capacity_kva given; {added_kva:.0f} kVA are added", added_kva=added_kva
            )
            subject = Subject(check=OPEN_CAPACITY, element=source.id, note=text)
            yield not_checked(subject, rule, value=added_kva, unit="kVA")
            continue
        subject = Subject(check=OPEN_CAPACITY, element=source.id, level="station")
        yield at_most(subject, added_kva, rule, limit=source.open_capacity_kva, unit="kVA")


def mv_spare_bays(facts: Facts) -> Iterator[Finding]:
    """Yield bays in use at each RMU, and bays a new compound takes at each source."""
    site = facts.site
    rule = site.policy.rule("mv.bays")
    used: dict[str, int] = defaultdict(int)
    for cable in site.compound.mv_cables:
        used[mv_node(cable.from_id, site.compound)] += 1
        used[mv_node(cable.to_id, site.compound)] += 1
    for node in hv_nodes(site.compound).values():
        used[node] += 1
    for rmu in site.compound.rmus:
        bays = rmu.n_bays or site.catalogue.rmus[rmu.type].n_bays
        subject = Subject(
            check=SPARE_BAYS, element=rmu.id, quantity="rmu", note=note("bays in use")
        )
        yield at_most(subject, float(used[rmu.id]), rule, limit=float(bays), unit="bays")
    for source in site.compound.sources:
        needed = float(used[source.id])
        if not site.compound.is_new:
            subject = Subject(check=SPARE_BAYS, element=source.id, note=note("connected already"))
            yield info(subject, rule, value=needed, limit=None, unit="bays")
        elif source.spare_bays is None:
            text = note("no spare_bays given; {needed:.0f} needed", needed=needed)
            subject = Subject(check=SPARE_BAYS, element=source.id, note=text)
            yield not_checked(subject, rule, value=needed, unit="bays")
        else:
            subject = Subject(check=SPARE_BAYS, element=source.id, note=note("bays needed"))
            yield at_most(subject, needed, rule, limit=float(source.spare_bays), unit="bays")


def installed_kva_by_source(site: Site) -> dict[str, float]:
    """Return the transformer capacity each source feeds in normal switching. [kVA]."""
    trafos = site.network.transformers
    ids = site.network.node_ids
    installed = {source.id: 0.0 for source in site.compound.sources}
    for k, node in enumerate(trafos.hv_node):
        installed[site.source_of_node[ids[node]]] += float(trafos.sn_kva[k])
    return installed


def mv_line_capacity(facts: Facts) -> Iterator[Finding]:
    """Yield the installed capacity on each 10 kV line, this compound included."""
    site = facts.site
    rule = site.policy.rule("mv.max_line_installed_kva")
    limit = site.policy.number(rule.name)
    own_kva = installed_kva_by_source(site)
    lines: dict[str, list[str]] = defaultdict(list)
    by_id = {source.id: source for source in site.compound.sources}
    for source in site.compound.sources:
        lines[source.line or source.id].append(source.id)
    for name, members in sorted(lines.items()):
        own = sum(own_kva[member] for member in members)
        others = [by_id[member].line_installed_kva for member in members]
        known = [value for value in others if value is not None]
        if not known:
            text = note("no line_installed_kva given; this compound adds {own:.0f} kVA", own=own)
            subject = Subject(check=LINE_CAPACITY, element=name, note=text)
            yield not_checked(subject, rule, value=own, unit="kVA")
            continue
        subject = Subject(
            check=LINE_CAPACITY,
            element=name,
            note=note("{own:.0f} kVA of it are this compound's", own=own),
        )
        yield at_most(subject, max(known) + own, rule, limit=limit, unit="kVA")
