"""Dossiers and pages for the tests of the report page, each made once."""

import html
import re
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.reader import parse_compound
from gridcalc.connection.connect import ConnectionSettings, connect
from gridcalc.cost import load_price_book
from gridcalc.dossier import Dossier, Wanted, compile_dossier, input_file
from gridcalc.policy import load_policy
from gridcalc.question import Question
from gridcalc.report.page import report_page
from gridcalc.report.wording import load_wording
from gridcalc.timeline.connection import connection_timeline
from gridcalc.timeline.records import Application
from tests.conftest import SMALL
from tests.unit.connection_cases import graph_of, site_of

VOID = {"meta", "link", "input", "img", "col", "br", "path", "rect", "circle", "use", "line"}


@cache
def dossier() -> Dossier:
    """Return the tiny compound with ten days, hosting, plan, a route and deadlines."""
    catalogue, policy = load_catalogue(None), load_policy("national")
    compound = parse_compound(SMALL, file="small.yaml", catalogue=catalogue)
    prices = load_price_book("national-2025")
    found = compile_dossier(
        compound,
        catalogue=catalogue,
        policy=policy,
        inputs=(input_file("compound", "small.yaml", SMALL.encode()),),
        question=Question(n_days=10),
        wanted=Wanted(prices=prices),
    )
    points = {"S": (0.0, 0.0), "T": (480.0, 0.0)}
    site = site_of(graph_of(points, [("S", "T", "footpath")]), points, [("S", "S")], target="T")
    route = connect(
        site,
        catalogue=catalogue,
        policy=policy,
        prices=prices,
        demand_kva=800.0,
        settings=ConnectionSettings(),
    )
    application = Application(start=date(2026, 3, 2))
    timeline = connection_timeline(application, compound, policy=policy)
    return replace(found, connection=route, timeline=timeline)


@cache
def bare() -> Dossier:
    """Return the tiny compound by the factor method alone."""
    catalogue = load_catalogue(None)
    compound = parse_compound(SMALL, file="small.yaml", catalogue=catalogue)
    return compile_dossier(
        compound,
        catalogue=catalogue,
        policy=load_policy("national"),
        inputs=(),
        question=Question(methods=("factor",)),
        wanted=Wanted(with_hosting=False),
    )


@cache
def page(lang: str = "en") -> str:
    return report_page(dossier(), load_wording(lang)).decode("utf-8")


@cache
def bare_page(lang: str = "en") -> str:
    return report_page(bare(), load_wording(lang)).decode("utf-8")


def texts(markup: str) -> str:
    """Return what a reader sees of some markup, pieces apart by one space."""
    plain = re.sub(r"<style>.*?</style>|<[^>]*>", " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(plain).split())


def section(markup: str, name: str) -> str:
    """Return the markup of a numbered part."""
    return markup.split(f'<section id="{name}">')[1].split("</section>", maxsplit=1)[0]


class Tags(HTMLParser):
    """Counts tags, keeps attributes, and notes what is closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def tags(markup: str) -> Tags:
    parser = Tags()
    parser.feed(markup)
    parser.close()
    return parser
