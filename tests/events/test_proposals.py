from __future__ import annotations

from datetime import date

from eventstudy.articles.extraction import Extraction, extract
from eventstudy.articles.reading import Article, article_from_text
from eventstudy.events.event import Event, ExclusionReason
from eventstudy.events.proposals import merge
from eventstudy.events.table import EventSet

SNAP = Event(
    "snap", "SNAP", "layoff", date(2026, 4, 15), company="Snap", headcount=1000, review="confirmed"
)


def read(body: str, published: str = "2026-04-16") -> tuple[Article, Extraction]:
    article = article_from_text(f"Title: News\nPublished: {published}\n\n{body}\n", "news")
    return article, extract(article)


def test_an_announcement_meets_its_event_and_adds_itself_as_a_source() -> None:
    found = read("Snap said on Wednesday that it will cut about 1,000 jobs, or 16% of its staff.")
    merged = merge(EventSet((SNAP,)), [found])
    (event,) = merged.events
    assert merged.added == ()
    assert event.sources == ("news",)
    assert event.percent is None  # a reviewed row takes nothing but the source
    (link,) = merged.links
    assert (link.event_id, link.article_title) == ("snap", "News")
    assert any("1,000" in words for name, words, _ in link.proofs if name == "headcount")


def test_an_unreviewed_row_is_completed() -> None:
    row = Event("snap", "SNAP", "layoff", date(2026, 4, 15), headcount=None, review="proposed")
    found = read("Snap said on Wednesday that it will cut about 1,000 jobs, or 16% of its staff.")
    (event,) = merge(EventSet((row,)), [found]).events
    assert (event.headcount, event.percent) == (1000, 16)


def test_what_has_no_event_is_proposed_once() -> None:
    found = read("Intel said on Wednesday that it will cut 15,000 jobs, or 15% of its workforce.")
    first = merge(EventSet((SNAP,)), [found])
    assert first.added == ("layoff-intel-2026-04-15",)
    proposal = first.events.events[-1]
    assert (proposal.ticker, proposal.announced_at, proposal.review) == (
        "INTC", date(2026, 4, 15), "proposed",
    )  # fmt: skip
    assert (proposal.headcount, proposal.percent) == (15000, 15)
    again = merge(first.events, [found])
    assert again.added == ()
    assert again.events.events == first.events.events


def test_a_coarse_date_matches_the_day_within_it_and_is_kept_coarse_without_one() -> None:
    found = read("Last month, Amazon cut 16,000 corporate jobs.", "2026-02-20")
    known = Event("amazon", "AMZN", "layoff", date(2026, 1, 28), headcount=16000)
    assert merge(EventSet((known,)), [found]).added == ()
    (proposal,) = merge(EventSet(()), [found]).events
    assert (proposal.announced_at, proposal.until) == (date(2026, 1, 1), date(2026, 1, 31))
    assert proposal.precision not in ("day", "moment")


def test_size_decides_between_two_events_of_one_firm() -> None:
    events = EventSet(
        (
            Event("report", "AMZN", "layoff", date(2025, 10, 27), headcount=30000),
            Event("confirmed", "AMZN", "layoff", date(2025, 10, 28), headcount=14000),
        )
    )
    found = read("Last October, Amazon cut 14,000 jobs.", "2026-04-18")
    (link,) = merge(events, [found]).links
    assert link.event_id == "confirmed"


def test_a_firm_that_is_not_traded_is_kept_as_an_exclusion() -> None:
    found = read("OpenAI on Wednesday released GPT-6, its most powerful model.")
    merged = merge(EventSet(()), [found])
    assert len(merged.events) == 0
    (exclusion,) = merged.exclusions
    assert exclusion.reason is ExclusionReason.UNKNOWN_TICKER
    assert "OpenAI is not traded" in exclusion.detail
