from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from eventstudy.reporting import formats
from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.figures import FEATURED, render_figures
from eventstudy.reporting.html import render_html
from tests.reporting.conftest import example_content

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Checks nesting; gathers tags, ids, links, and text outside style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.loads: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.anchors.append(value or "")
            if name in {"src", "srcset", "xlink:href", "data", "action"}:
                self.loads.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.text.append(data)


@pytest.fixture(scope="module")
def html(content: ReportContent) -> str:
    return render_html(content, render_figures(content))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_sections(page: Page) -> None:
    wanted = {
        "answer", "happened", "windows", "tests", "events", "excluded", "quality", "methods",
        "provenance",
    }  # fmt: skip
    assert wanted <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_link_leads_somewhere_in_the_page(page: Page) -> None:
    inside = [anchor for anchor in page.anchors if anchor.startswith("#")]
    assert inside
    assert {anchor[1:] for anchor in inside} <= set(page.ids)
    outside = set(page.anchors) - set(inside)
    assert all(anchor.startswith("https://example.org/news/") for anchor in outside)


def test_nothing_is_asked_of_the_outside(html: str, page: Page) -> None:
    assert all(load.startswith("#") for load in page.loads)
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)
    assert page.tags.count("script") == 1
    assert not {"link", "iframe", "object", "img"} & set(page.tags)


def test_hostile_names_stay_text(html: str, page: Page, content: ReportContent) -> None:
    shown = "".join(page.text)
    for name in (
        "<script>alert(1)</script>",
        '#read("x") *bold* $y$',
        "{{ 7*7 }}",
        "腾讯控股",
        "🚀",
    ):
        assert name in shown
    assert "\u202e" not in html
    assert "\x00" not in html
    assert "<b>a firm</b>" in shown


def test_every_event_has_its_row_and_its_evidence(page: Page, content: ReportContent) -> None:
    assert len([name for name in page.ids if re.fullmatch(r"event-\d+", name)]) == len(
        content.events
    )
    shown = "".join(page.text)
    assert "headcount.about" in shown
    assert "Announced 2022-06-14 after the close" in shown
    assert "Other news, day +3: Quarterly earnings" in shown


def test_every_figure_is_there_in_numbers(html: str, content: ReportContent) -> None:
    """Below the figure, or the tests' tables that follow the tiles; no script is needed."""
    figures = re.findall(r"<figure>.*?</figure>", html, flags=re.DOTALL)
    silent = [figure for figure in figures if "<summary>The figure in numbers" not in figure]
    assert len(figures) == 5 + FEATURED
    assert len(silent) == 1
    assert "p values by test and window" in silent[0]
    path = content.shown_groups[0].caar.iloc[-1]
    assert f'data-value="{path["caar"]:.10g}">{formats.percent(path["caar"])}</td>' in figures[0]


def test_simulated_is_said(html: str, content: ReportContent) -> None:
    assert html.count("SIMULATED PRICES") > 5
    real = example_content(simulated=False, n=12)
    assert "SIMULATED" not in render_html(real, render_figures(real))


def test_brief_leaves_out_events(content: ReportContent) -> None:
    brief = Page(render_html(content, render_figures(content), full=False))
    assert "events" not in brief.ids
    assert not [name for name in brief.ids if name.startswith("event-")]
    assert all(anchor[1:] in brief.ids for anchor in brief.anchors)


def test_a_study_without_extras_has_no_empty_tables() -> None:
    bare = example_content(n=12)
    bare = dataclasses.replace(
        bare, exclusions=bare.exclusions.iloc[:0], quality=bare.quality.iloc[:0], warnings=(),
        details=(), comparison=bare.comparison.iloc[:0], methods=(), references=(), provenance={},
    )  # fmt: skip
    page = Page(render_html(bare, render_figures(bare)))
    shown = "".join(page.text)
    for said in ("No event was left out.", "No warnings.", "checks of the prices found nothing"):
        assert said in shown


def test_size(html: str) -> None:
    assert len(html.encode()) < 5_000_000
