from __future__ import annotations

import dataclasses

from eventstudy.reporting import evidence, summaries
from eventstudy.reporting.content import Quote, ReportContent


def test_event_facts_leave_out_what_is_missing(content: ReportContent) -> None:
    first = next(iter(summaries.event_records(content)))
    facts = dict(evidence.event_facts(content, first))
    assert facts["Announced"] == "2022-06-14 · session: pre · estimated · confirmed"
    assert "Size" not in facts
    assert "planted −2.00%" in facts["Numbers"]
    real = dataclasses.replace(content, simulated=False)
    bare = dict(evidence.event_facts(real, first | {"headcount": 1500.0}))
    assert bare["Size"] == "1,500 people"
    assert "planted" not in bare["Numbers"]


def test_sources_are_told_apart() -> None:
    assert evidence.event_sources({"sources": ("a", "b ")}) == ("a", "b")
    assert evidence.event_sources({"sources": "a | https://b.org"}) == ("a", "https://b.org")
    assert evidence.event_sources({"sources": None}) == ()


def test_quotes_are_gathered_by_article(content: ReportContent) -> None:
    detail = dataclasses.replace(
        content.details[1],
        quotes=(Quote("10%", "percent", "A"), Quote("May", "month", "B"), Quote("5", "n", "A")),
    )
    assert evidence.quotes_by_article(detail) == (
        ("A", (("10%", "percent"), ("5", "n"))),
        ("B", (("May", "month"),)),
    )
