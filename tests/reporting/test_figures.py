from __future__ import annotations

import dataclasses
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from eventstudy.reporting import figures
from eventstudy.reporting.content import Placebo, ReportContent
from eventstudy.reporting.figures import FEATURED
from eventstudy.reporting.rendering import RenderedFigure, inline_svg
from eventstudy.reporting.style import LIGHT
from tests.reporting.conftest import example_content

Drawn = dict[str, tuple[RenderedFigure, ...]]


@pytest.fixture(scope="module")
def small() -> ReportContent:
    return example_content(n=24)


@pytest.fixture(scope="module")
def drawn(small: ReportContent) -> Drawn:
    return figures.render_figures(small)


def test_parts(drawn: Drawn) -> None:
    assert {part: [figure.name for figure in some] for part, some in drawn.items()} == {
        "main": ["caar"],
        "distribution": ["distribution"],
        "timeline": ["timeline"],
        "p_values": ["p-values"],
        "size": ["size"],
        "placebo": [],
        "forests": ["forest-1-1", "forest-2-1"],
        "events": [f"event-{number}" for number in range(1, FEATURED + 1)],
    }


def test_equal_content_gives_equal_bytes(small: ReportContent, drawn: Drawn) -> None:
    again = figures.render_figures(small)
    assert again == drawn


def test_inline_svg_can_stand_beside_others(drawn: Drawn) -> None:
    pages = [inline_svg(figure) for some in drawn.values() for figure in some]
    pages += [inline_svg(drawn["main"][0], narrow=True)]
    ids = [name for page in pages for name in re.findall(r'\bid="([^"]+)"', page)]
    assert len(ids) == len(set(ids))
    for page in pages:
        used = re.findall(r'(?:url\(#|href="#)([^)"]+)', page)
        assert set(used) <= set(ids)
        root = ET.fromstring(page)  # noqa: S314  (our own drawing)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        bare = re.sub(r"var\(--[a-z0-9-]+,#[0-9a-f]{6}\)", "", page)
        assert not [colour for colour in LIGHT.roles().values() if colour in bare]


def test_text_stays_text(drawn: Drawn) -> None:
    assert "SIMULATED PRICES</text>" in drawn["main"][0].svg
    assert "Model launches" in drawn["main"][0].svg


def test_few_events_stand_among_other_days(small: ReportContent) -> None:
    found = Placebo(own=-3.2, others=np.array([-1.0, 0.4, 1.1, np.nan]), p_value=0.25)
    groups = tuple(dataclasses.replace(group, placebo=found) for group in small.groups)
    (one, two) = figures.render_figures(dataclasses.replace(small, groups=groups))["placebo"]
    assert (one.name, two.name) == ("placebo-1", "placebo-2")
    assert one.alt == (
        "Simulated prices. Dot piles of other days before the events (Layoffs): 3 stretches from "
        "−1.00 to +1.10 usual deviations. The events' own days: −3.20; 0 of 3 lie as far from "
        "zero; p = 0.250."
    )
    assert "Layoffs −3.20" in one.svg
    assert "p = 0.250" in one.svg
    assert one.data is not None
    assert one.data.cells() == (
        ("before the events", "4", "−1.00", "−0.30", "0.40", "0.75", "1.10", "–"),
        ("the events' own", "1", "–", "–", "−3.20", "–", "–", "0.250"),
    )


def test_featured_events_are_the_clearest(small: ReportContent) -> None:
    size = small.events.set_index("event_id")["t"].abs().sort_values(ascending=False)
    assert [detail.event_id for detail in figures.featured(small)] == list(size.index[:FEATURED])


def test_one_group_is_drawn_alone(small: ReportContent) -> None:
    alone = dataclasses.replace(small, groups=small.groups[:1], details=())
    names = [f.name for some in figures.render_figures(alone).values() for f in some]
    assert names == ["caar", "distribution", "timeline", "p-values", "size", "forest-1-1"]


def test_no_event_with_a_value_still_gives_a_main_figure(small: ReportContent) -> None:
    empty = dataclasses.replace(small, events=small.events.iloc[:0], details=())
    names = [f.name for some in figures.render_figures(empty).values() for f in some]
    assert names == ["caar", "p-values"]


def test_a_short_report_draws_no_single_event(small: ReportContent) -> None:
    drawn = figures.render_figures(small, full=False)
    assert drawn["events"] == drawn["forests"] == ()
    assert drawn["main"]
