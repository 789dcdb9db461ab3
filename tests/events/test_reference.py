from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text
from eventstudy.errors import EventError
from eventstudy.events.event import Event, ExclusionReason
from eventstudy.events.proposals import Proposals, merge
from eventstudy.events.reference import ReferenceTable
from eventstudy.events.table import EventSet

HEADER = "event_id,company,ticker,event_type,announced_on,session,headcount,percent,source_url\n"
JANUARY = "amazon-01-28,Amazon,AMZN,layoff,2026-01-28,pre,16000,5,https://example.org/a\n"
OCTOBER = "amazon-10-28,Amazon,AMZN,layoff,2025-10-28,pre,14000,,\n"


def table(folder: Path, rows: str, header: str = HEADER) -> ReferenceTable:
    path = folder / "known.csv"
    path.write_text(header + rows, encoding="utf-8")
    return ReferenceTable.from_csv(path)


def row(text: str = "2026-01", headcount: float | None = 16000, **more: object) -> Event:
    frame_row = {"ticker": "AMZN", "event_type": "layoff", "announced_at": text, **more}
    frame_row |= {} if headcount is None else {"headcount": f"{headcount}"}
    (event,) = EventSet.from_rows(list(frame_row), [(1, [str(v) for v in frame_row.values()])])
    return event


def refined(event: Event, known: ReferenceTable) -> tuple[Event, Proposals]:
    proposals = merge(EventSet((event,)), [], known)
    (result,) = proposals.events
    return result, proposals


def test_a_known_day_refines_a_coarse_date_and_is_noted(tmp_path: Path) -> None:
    known = table(tmp_path, JANUARY + OCTOBER)
    event, proposals = refined(row(), known)
    assert (event.announced_at, event.precision, event.until) == (date(2026, 1, 28), "day", None)
    assert (event.session, event.headcount, event.percent) == ("pre", 16000, 5)
    assert event.sources == ("https://example.org/a", "known.csv: amazon-01-28")
    assert [str(item) for item in proposals.refinements] == [
        "announced_at 2026-01 -> 2026-01-28: amazon-01-28 (known.csv)",
        "session pre: amazon-01-28 (known.csv)",
        "percent 5: amazon-01-28 (known.csv)",
    ]
    assert dict(event.extra)["evidence"] == " | ".join(map(str, proposals.refinements))
    again = merge(proposals.events, [], known)
    assert again.events.events == (event,)
    assert again.refinements == ()


@pytest.mark.parametrize(
    ("event", "rows"),
    [
        (row(headcount=30000), JANUARY),  # another size
        (row("2026-02"), JANUARY),  # the day lies outside
        (row("2026-01-20/2026-01-27"), JANUARY),
        (row("2026-01-27"), JANUARY),  # a day is not coarse
        (row(review="confirmed"), JANUARY),
        (row(review="rejected"), JANUARY),
        (row(), JANUARY.replace("AMZN", "META")),
        (row(), JANUARY.replace("layoff", "model_launch")),
        (row(), JANUARY.replace("2026-01-28", "2026-01")),  # no finer itself
        (row(""), JANUARY),  # without any date nothing lies inside
    ],
)
def test_what_does_not_fit_refines_nothing(tmp_path: Path, event: Event, rows: str) -> None:
    result, proposals = refined(event, table(tmp_path, rows))
    assert result == event
    assert (proposals.refinements, proposals.unresolved) == ((), ())


def test_an_ambiguous_match_refines_nothing_and_is_said(tmp_path: Path) -> None:
    twice = JANUARY + JANUARY.replace("01-28", "01-14")
    event, proposals = refined(row(), table(tmp_path, twice))
    assert event == row()
    (left,) = proposals.unresolved
    assert (left.event_id, left.announced_text) == ("row-1", "2026-01")
    assert left.candidates == ("amazon-01-28", "amazon-01-14")


def test_a_size_that_agrees_goes_before_one_that_is_missing(tmp_path: Path) -> None:
    unsized = "other,Amazon,AMZN,layoff,2026-01-14,pre,,,\n"
    assert refined(row(), table(tmp_path, JANUARY + unsized))[0].first_day == date(2026, 1, 28)
    assert refined(row(), table(tmp_path, unsized))[0].first_day == date(2026, 1, 14)
    event, proposals = refined(row(headcount=None), table(tmp_path, JANUARY + unsized))
    assert event.announced_text == "2026-01"
    assert len(proposals.unresolved) == 1


def test_an_old_symbol_is_the_same_company(tmp_path: Path) -> None:
    known = table(tmp_path, "m,Meta,FB,layoff,2026-01-28,,16000,,\n")
    assert refined(row(ticker="META"), known)[0].first_day == date(2026, 1, 28)


def test_articles_and_a_table_meet_in_one_row_and_reading_again_changes_nothing(
    tmp_path: Path,
) -> None:
    found = []
    for name, body in (
        ("early", "Amazon cut 16,000 jobs at the beginning of January 2026."),
        ("month", "Amazon cut 16,000 jobs in January 2026."),
    ):
        article = article_from_text(f"Title: News\nPublished: 2026-04-20\n\n{body}\n", name)
        found.append((article, extract(article)))
    known = table(tmp_path, JANUARY)
    once = merge(EventSet(()), found, known)
    assert merge(once.events, found, known).events.events == once.events.events
    assert merge(once.events, found).events.events == once.events.events


def test_a_row_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    known = table(tmp_path, "x,Firm,,layoff,2026-01-28,,,,\n" + JANUARY)
    (left,) = known.events.exclusions
    assert left.reason is ExclusionReason.UNREADABLE
    assert refined(row(), known)[0].first_day == date(2026, 1, 28)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("ticker,announced_on\n", "must have one column event_type; its columns are ticker,"),
        ("ticker,event_type,day\n", "must have one column announced_at"),
        ("ticker,event_type,announced_on,announced_at\n", "must have one column announced_at"),
    ],
)
def test_a_table_without_its_columns_is_an_error(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(EventError, match=said):
        table(tmp_path, "", header)


def test_the_reference_of_the_study_is_read(shared: Path) -> None:
    known = ReferenceTable.from_csv(shared / "events" / "reference_events.csv")
    assert len(known.events) == 194
    assert refined(row(), known)[0].announced_text == "2026-01-28"
