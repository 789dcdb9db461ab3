from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.articles.extraction import Extraction, extract
from eventstudy.articles.reading import Article, article_from_text, read_article
from eventstudy.events.event import Event, ExclusionReason, Review
from eventstudy.events.proposals import merge
from eventstudy.events.table import EventSet
from eventstudy.study import EventStudy

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


LEAK = ("leak", "2026-01-22", "Amazon plans to cut about 16,000 jobs, sources said on Thursday.")
NEWS = (
    "news",
    "2026-01-28",
    "Amazon will cut 16,000 jobs, it said on Wednesday before the market opened.",
)
LATER = ("later", "2026-02-20", "Last month, Amazon cut 16,000 corporate jobs.")


def told(name: str, published: str, body: str) -> tuple[Article, Extraction]:
    article = article_from_text(f"Title: News\nPublished: {published}\n\n{body}\n", name)
    return article, extract(article)


def facts(events: EventSet) -> set[tuple[str, ...]]:
    return {
        (e.announced_text, e.session, f"{e.headcount}", e.chain, e.step, *sorted(e.sources))
        for e in events
    }


def test_a_coarse_date_is_refined_by_a_day_inside_it_and_keeps_the_words() -> None:
    coarse = merge(EventSet(()), [told(*LATER)])
    assert [e.announced_text for e in coarse.events] == ["2026-01"]
    assert coarse.added == ("layoff-amazon-2026-01",)
    merged = merge(coarse.events, [told(*NEWS)])
    (event,) = merged.events
    assert (event.announced_at, event.precision, event.until) == (date(2026, 1, 28), "day", None)
    assert (event.event_id, event.session) == ("layoff-amazon-2026-01", "pre")
    assert event.sources == ("later", "news")
    assert [str(item) for item in merged.refinements] == [
        "announced_at 2026-01 -> 2026-01-28: «on Wednesday» (news, en.weekday)",
        "session pre: «before the market opened» (news, session.pre)",
    ]
    evidence = dict(event.extra)["evidence"]
    assert evidence.startswith("announced_at 2026-01: «Last month» (later, en.this_last) | ")
    assert evidence.endswith(" | ".join(str(item) for item in merged.refinements))


def test_a_moment_refines_a_day() -> None:
    day = merge(EventSet(()), [told(*NEWS)])
    wire = told(
        "wire",
        "2026-01-28T06:12-05:00",
        "Amazon will cut 16,000 jobs, it said on Wednesday at 6:05 a.m. Eastern time.",
    )
    (event,) = merge(day.events, [wire]).events
    assert (event.announced_text, event.precision) == ("2026-01-28T06:05-05:00", "moment")
    assert event.sources == ("news", "wire")
    assert merge(EventSet((event,)), [told(*NEWS), wire]).events.events == (event,)


def test_a_day_outside_the_coarse_date_is_another_event() -> None:
    coarse = merge(EventSet(()), [told(*LATER)])
    other = told("other", "2025-10-28", "Amazon said on Tuesday that it will cut 16,000 jobs.")
    merged = merge(coarse.events, [other])
    assert [e.announced_text for e in merged.events] == ["2026-01", "2025-10-28"]


def test_another_size_is_another_event_but_not_on_one_day() -> None:
    larger = told("larger", "2026-01-28", "Amazon said on Wednesday that it will cut 30,000 jobs.")
    assert len(merge(EventSet(()), [told(*LATER), larger]).events) == 2
    (event,) = merge(EventSet(()), [told(*NEWS), larger]).events
    assert event.headcount == 30000  # the first in the order of their names
    assert event.sources == ("larger", "news")


@pytest.mark.parametrize("review", ["confirmed", "rejected"])
def test_a_reviewed_row_is_never_overwritten(review: Review) -> None:
    row = Event(
        "mine", "AMZN", "layoff", date(2026, 1, 1), company="Amazon", headcount=16000,
        precision="month", until=date(2026, 1, 31), review=review, what="as I see it",
    )  # fmt: skip
    merged = merge(EventSet((row,)), [told(*NEWS)])
    (event,) = merged.events
    assert event == replace(row, sources=("news",))
    assert merged.refinements == ()


@pytest.mark.parametrize("order", list(permutations([LEAK, NEWS, LATER])))
def test_the_order_of_articles_does_not_matter(order: tuple[tuple[str, str, str], ...]) -> None:
    expected = merge(EventSet(()), [told(*LEAK), told(*NEWS), told(*LATER)])
    assert facts(expected.events) == {
        ("2026-01-22", "unknown", "16000.0", "amazon-2026", "report", "leak"),
        ("2026-01-28", "pre", "16000.0", "amazon-2026", "announcement", "later", "news"),
    }
    at_once = merge(EventSet(()), [told(*item) for item in order])
    assert at_once.events.events == expected.events.events
    assert at_once.links == expected.links
    events = EventSet(())
    for item in order:  # one by one, each reading the table that the one before has left
        events = merge(events, [told(*item)]).events
    assert {row[:5] for row in facts(events)} == {row[:5] for row in facts(expected.events)}
    assert {s for e in events for s in e.sources} == {"leak", "news", "later"}


def test_a_later_account_joins_the_leak_where_nothing_else_is_known() -> None:
    (event,) = merge(EventSet(()), [told(*LEAK), told(*LATER)]).events
    assert (event.announced_text, event.what) == ("2026-01-22", "reported")
    assert event.sources == ("leak", "later")
    apart = merge(merge(EventSet(()), [told(*LATER)]).events, [told(*LEAK)]).events
    assert [e.announced_text for e in apart] == ["2026-01", "2026-01-22"]  # no day of the deed


def test_proposals_show_what_they_refined() -> None:
    merged = merge(merge(EventSet(()), [told(*LATER)]).events, [told(*NEWS)])
    assert repr(merged) == (
        "<Proposals: 0 events proposed, 1 announcements matched or proposed, 2 fields refined>"
    )
    assert list(merged.to_frame()["after"]) == ["2026-01-28", "pre"]
    assert "2026-01-28" in merged._repr_html_()


def test_a_total_over_a_year_is_a_source_of_each_event_and_the_size_of_none() -> None:
    rows = EventSet(
        tuple(Event(f"a{m}", "AMZN", "layoff", date(2023, m, 20), headcount=None) for m in (1, 3))
    )
    found = told("total", "2024-05-02", "In 2023, Amazon laid off 27,000 people.")
    merged = merge(rows, [found])
    assert [(e.headcount, e.sources) for e in merged.events] == [(None, ("total",))] * 2


def test_an_undated_announcement_is_proposed_once() -> None:
    article = article_from_text("Meta has laid off 11,000 people before.", "undated")
    first = merge(EventSet(()), [(article, extract(article))])
    assert [e.announced_at for e in first.events] == [None]
    again = merge(first.events, [(article, extract(article))])
    assert (again.added, again.events.events) == ((), first.events.events)


def test_two_models_of_one_month_are_two_events() -> None:
    found = [
        told(f"qwen{n}", f"2026-02-{day}", f"Alibaba on {name} released Qwen{n}, a new AI model.")
        for n, day, name in (("3.5", 16, "Monday"), ("3.6", 17, "Tuesday"))
    ]
    merged = merge(EventSet(()), found)
    assert [(e.announced_text, e.what) for e in merged.events] == [
        ("2026-02-16", "Qwen3.5"), ("2026-02-17", "Qwen3.6"),
    ]  # fmt: skip


STUDY = Path(__file__).parents[2] / "data" / "ai-announcements"
OWN = sorted((Path(__file__).parents[1] / "articles" / "own").glob("*.txt"))


@settings(deadline=None, max_examples=12)
@given(st.permutations(OWN))
def test_any_order_of_our_own_articles_gives_the_same_table(order: list[Path]) -> None:
    found = [_read_own(path) for path in order]
    merged = merge(EventSet((SNAP,)), found)
    expected = merge(EventSet((SNAP,)), [_read_own(path) for path in OWN])
    assert merged.events.events == expected.events.events
    again = merge(merged.events, found)
    assert again.added == ()
    assert again.refinements == ()
    assert again.events.events == merged.events.events


@cache
def _read_own(path: Path) -> tuple[Article, Extraction]:
    article = read_article(path)
    article = replace(article, path=path.name)
    return article, extract(article)


def test_the_digests_of_the_study_propose_nothing_new() -> None:
    study = EventStudy.from_file(STUDY)
    merged = merge(study.events, study.read_articles())
    assert (merged.added, merged.exclusions, merged.refinements) == ((), (), ())
    total = [a.event_id for a in merged.links if a.article_id.startswith("2026-04-18")][-6:-3]
    assert total == ["layoff-meta-2022-11-06", "layoff-meta-2022-11-09", "layoff-meta-2023-03-14"]


def test_articles_are_taken_one_by_one_and_none_is_kept() -> None:
    alive: list[weakref.ref[Article]] = []

    def stream() -> Iterator[tuple[Article, Extraction]]:
        for n in range(50):
            assert sum(kept() is not None for kept in alive) <= 1
            article, found = told(f"n{n}", "2026-01-28", "Amazon will cut 16,000 jobs.")
            alive.append(weakref.ref(article))
            yield article, found
            del article, found

    merged = merge(EventSet(()), stream())
    assert len(merged.events.events[0].sources) == 50
    assert len(merged.links) == 50
