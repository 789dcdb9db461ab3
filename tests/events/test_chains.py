from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text
from eventstudy.events.chains import link_steps
from eventstudy.events.event import Event
from eventstudy.events.proposals import merge
from eventstudy.events.rows import Row
from eventstudy.events.screening import screen
from eventstudy.events.table import EventSet

STUDY = Path(__file__).parents[2] / "data" / "ai-announcements"
DAY = date(2026, 4, 17)


def row(
    n: int,
    days: int,
    status: str,
    headcount: float | None = 8000,
    *,
    new: bool = True,
    **more: object,
) -> Row:
    event = Event(
        f"m{n}", "META", "layoff", DAY + timedelta(days), company="Meta", headcount=headcount,
        what=status,
    )  # fmt: skip
    return Row(replace(event, **more), n, new=new)  # type: ignore[arg-type]


def linked(*rows: Row) -> list[tuple[str, str]]:
    taken: set[str] = set()
    while link_steps(rows, taken):
        pass
    return [(item.known.chain, item.known.step) for item in rows]


def test_the_steps_of_one_decision_share_a_chain() -> None:
    rows = [
        row(0, 0, "reported"), row(1, 6, "announced"), row(2, 9, "announced"),
        row(3, 33, "completed"),
    ]  # fmt: skip
    assert linked(*rows) == [
        ("meta-2026", "report"), ("meta-2026", "announcement"), ("meta-2026", "memo"),
        ("meta-2026", "execution"),
    ]  # fmt: skip
    assert [r.refinements[-1].proof for r in rows[:2]] == [
        "m1 follows", "the size of m0, 6 days before",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("second", "chained"),
    [
        (row(1, 6, "announced", None), True),  # without a size, but a step further
        (row(1, 6, "reported", None), False),  # without a size, and no step further
        (row(1, 6, "announced", 9000), True),  # within a quarter: the same in other words
        (row(1, 6, "announced", 11000), False),  # another number
        (row(1, 120, "announced"), True),
        (row(1, 121, "announced"), False),  # too long ago
        (row(1, 0, "announced"), False),  # one day is one event
        (row(1, 6, "announced, a further round"), False),
        (row(1, 6, "announced", review="rejected"), False),
        (row(1, 3, "announced", precision="week", until=DAY + timedelta(9)), False),
    ],
)
def test_size_status_and_stretch_decide(second: Row, chained: bool) -> None:
    first, other = linked(row(0, 0, "reported"), second)
    assert (first[0] == other[0] != "") is chained


def test_a_step_back_and_a_second_round_of_another_size_are_decisions_of_their_own() -> None:
    assert linked(row(0, 0, "completed"), row(1, 9, "reported")) == [("", "")] * 2
    assert linked(row(0, 0, "announced"), row(1, 9, "announced", 7000)) == [("", "")] * 2


def test_the_day_given_for_the_deed_links_over_a_longer_time() -> None:
    first, second = row(0, 0, "announced"), row(1, 200, "announced", None)
    assert linked(first, second) == [("", "")] * 2
    day = DAY + timedelta(199)
    first.effective.append((day, day))
    assert linked(first, second) == [("meta-2026", "announcement"), ("meta-2026", "execution")]


def test_a_proposal_joins_a_reviewed_chain_and_changes_nothing_in_it() -> None:
    known = row(0, 0, "as I see it", new=False, review="confirmed", chain="mine", step="report")
    assert linked(known, row(1, 6, "announced")) == [("mine", "report"), ("mine", "announcement")]
    alone = row(0, 0, "as I see it", new=False, review="confirmed")
    assert linked(alone, row(1, 6, "completed")) == [("", "")] * 2  # it may not be given a chain
    own = row(0, 0, "reported", new=False)  # a row of the user's own, not the reader's
    assert linked(own, row(1, 6, "announced")) == [("", "")] * 2


def test_a_release_follows_the_preview_of_the_same_name() -> None:
    def launch(n: int, days: int, name: str) -> Row:
        return row(n, days, name, None, event_type="model_launch", company="Alibaba")

    preview, sibling = launch(0, 0, "Qwen3.8-Max preview"), launch(1, 4, "Qwen3.8 Flash")
    assert linked(preview, sibling, launch(2, 13, "Qwen3.8 Max")) == [
        ("alibaba-qwen3-8-max-preview", "announcement"), ("", ""),
        ("alibaba-qwen3-8-max-preview", "release"),
    ]  # fmt: skip


def test_names_of_chains_are_not_used_twice() -> None:
    rows = [row(0, 0, "reported"), row(1, 6, "announced")]
    assert link_steps(rows, {"meta-2026", "meta-2026-2"})
    assert rows[0].known.chain == "meta-2026-3"


def test_the_layoffs_of_the_study_are_linked_without_a_false_step() -> None:
    """Five of its eight chains; the three others changed their size on the way."""
    layoffs = [e for e in EventSet.from_csv(STUDY / "events.csv") if e.event_type == "layoff"]
    status = {"report": "reported", "execution": "completed"}
    rows = [
        Row(
            replace(e, review="proposed", chain="", step="", what=status.get(e.step, "announced")),
            n,
            new=True,
        )
        for n, e in enumerate(layoffs)
    ]
    taken: set[str] = set()
    for ticker in {e.ticker for e in layoffs}:
        link_steps([r for r in rows if r.known.ticker == ticker], taken)
    truth = {e.event_id: e.chain for e in layoffs}
    found = {truth[r.known.event_id] for r in rows if r.known.chain}
    assert found == {
        "meta-2022", "amazon-2022", "meta-2025-performance", "oracle-2026", "meta-2026",
    }  # fmt: skip


def test_articles_link_the_leak_the_memo_and_the_day_and_one_of_them_is_studied() -> None:
    texts = {
        "2026-04-17": "Intel plans to cut 10% of its staff on May 20, sources said on Friday.",
        "2026-04-23": "Intel said on Thursday it will cut 10% of its workforce, or 8,000 people.",
        "2026-05-20": "Intel began laying off about 8,000 people on Wednesday.",
        "2026-06-25": "Intel said on Thursday that it will cut a further 8,000 jobs.",
    }
    found = []
    for published, body in texts.items():
        article = article_from_text(f"Published: {published}\n\n{body}\n", published)
        found.append((article, extract(article)))
    events = merge(EventSet(()), found).events
    assert [(e.announced_text, e.chain, e.step) for e in events] == [
        ("2026-04-17", "intel-2026", "report"), ("2026-04-23", "intel-2026", "announcement"),
        ("2026-05-20", "intel-2026", "execution"), ("2026-06-25", "", ""),
    ]  # fmt: skip
    kept, left = screen(events)
    assert sorted(e.announced_text for e in kept) == ["2026-04-17", "2026-06-25"]
    assert len(left) == 2
    assert all(re.match(r"\w+ of chain intel-2026; studied is", item.detail) for item in left)
