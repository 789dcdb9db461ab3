"""Time expressions, English and Chinese, against a Saturday in Beijing and a Tuesday."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.articles.dates import find_dates
from eventstudy.articles.intervals import Interval, day

SATURDAY = date(2026, 4, 18)
TUESDAY = date(2026, 3, 17)
LAUNCH = day(date(2026, 4, 8))

ENGLISH = [
    ("Just 10 days ago, the unit", "2026-04-08", "2026-04-08", "day"),
    ("ten days ago", "2026-04-08", "2026-04-08", "day"),
    ("a price of $5 yesterday", "2026-04-17", "2026-04-17", "day"),
    ("the day before yesterday", "2026-04-16", "2026-04-16", "day"),
    ("Earlier this week, Snap", "2026-04-13", "2026-04-18", "week"),
    ("last week", "2026-04-06", "2026-04-12", "week"),
    ("two weeks ago", "2026-03-30", "2026-04-05", "week"),
    ("in a report last month", "2026-03-01", "2026-03-31", "month"),
    ("Last October, Amazon", "2025-10-01", "2025-10-31", "month"),
    ("in November the talk was", "2025-11-01", "2025-11-30", "month"),
    ("at the end of February this year", "2026-02-19", "2026-02-28", "month"),
    ("in late January", "2026-01-21", "2026-01-31", "month"),
    ("in August 2024", "2024-08-01", "2024-08-31", "month"),
    ("it plans to start the round on May 20", "2026-05-20", "2026-05-20", "day"),
    ("on Feb. 26, 2026", "2026-02-26", "2026-02-26", "day"),
    ("on 26 February", "2026-02-26", "2026-02-26", "day"),
    ("on 2026-03-05", "2026-03-05", "2026-03-05", "day"),
    ("cut jobs on 4/15/2026", "2026-04-15", "2026-04-15", "day"),
    ("since August 29", "2025-08-29", "2025-08-29", "day"),
    ("on Monday", "2026-04-13", "2026-04-13", "day"),
    ("will speak on Monday", "2026-04-20", "2026-04-20", "day"),
    ("late on Thursday", "2026-04-16", "2026-04-16", "day"),
    ("on Saturday", "2026-04-18", "2026-04-18", "day"),
    ("last Saturday", "2026-04-11", "2026-04-11", "day"),
    ("in the second half of the year", "2026-07-01", "2026-12-31", "half"),
    ("in H1 2025", "2025-01-01", "2025-06-30", "half"),
    ("the fourth quarter of 2025", "2025-10-01", "2025-12-31", "quarter"),
    ("Q3 2025", "2025-07-01", "2025-09-30", "quarter"),
    ("the summer of 2022", "2022-06-01", "2022-08-31", "quarter"),
    ("in 2023", "2023-01-01", "2023-12-31", "year"),
    ("late last year", "2025-09-01", "2025-12-31", "year"),
    ("From late 2022 to early 2023, it", "2022-09-01", "2023-05-02", "year"),
    ("between November 2022 and March 2023", "2022-11-01", "2023-03-31", "month"),
    ("over the weekend", "2026-04-18", "2026-04-19", "week"),
    ("that day", "2026-04-08", "2026-04-08", "day"),
    ("on the same day", "2026-04-08", "2026-04-08", "day"),
    ("One day earlier, reports", "2026-04-07", "2026-04-07", "day"),
    ("the evening before.", "2026-04-07", "2026-04-07", "day"),
    ("two days later, it", "2026-04-10", "2026-04-10", "day"),
    ("The launch came a day after that of", "2026-04-07", "2026-04-07", "day"),
    ("over the past 10 days", "2026-04-08", "2026-04-18", "unknown"),
    ("over twelve months", "2025-04-18", "2026-04-18", "unknown"),
    ("year to date", "2026-01-01", "2026-04-18", "unknown"),
]
CHINESE = [
    ("去年10月，亚马逊", "2025-10-01", "2025-10-31", "month"),
    ("上周五", "2026-04-10", "2026-04-10", "day"),
    ("周三", "2026-04-15", "2026-04-15", "day"),
    ("十天前", "2026-04-08", "2026-04-08", "day"),
    ("4月18日", "2026-04-18", "2026-04-18", "day"),
    ("2026年2月初", "2026-02-01", "2026-02-10", "month"),
    ("今年2月底", "2026-02-19", "2026-02-28", "month"),
    ("2025年第四季度", "2025-10-01", "2025-12-31", "quarter"),
    ("昨日美股收盘", "2026-04-17", "2026-04-17", "day"),
    ("当天", "2026-04-08", "2026-04-08", "day"),
    ("次日", "2026-04-09", "2026-04-09", "day"),
    ("本周早些时候", "2026-04-13", "2026-04-18", "week"),
    ("上个月", "2026-03-01", "2026-03-31", "month"),
    ("下半年", "2026-07-01", "2026-12-31", "half"),
    ("过去10天", "2026-04-08", "2026-04-18", "unknown"),
]


@pytest.mark.parametrize(("words", "start", "end", "precision"), [*ENGLISH, *CHINESE])
def test_an_expression_becomes_an_interval(
    words: str, start: str, end: str, precision: str
) -> None:
    found = find_dates(words, SATURDAY, antecedent=LAUNCH)
    assert [(str(d.start), str(d.end), d.precision) for d in found] == [(start, end, precision)]


@pytest.mark.parametrize(
    "words",
    [
        "this may go on",
        "they march on",
        "the first half of 5 games",
        "its 2026 fiscal year",
        "10% of its staff",
        "$1999 and 2,024 people",
        "8,000 jobs",
        "a 90-day period",
        "24 hours a day",
    ],
)
def test_what_looks_like_a_date_is_none(words: str) -> None:
    assert find_dates(words, SATURDAY) == []


@pytest.mark.parametrize(
    "words", ["recently", "in recent months", "近日", "a few months ago", "日前", "03/04/2026"]
)
def test_vague_words_fix_no_day(words: str) -> None:
    (found,) = find_dates(words, SATURDAY)
    assert (found.start, found.precision) == (None, "unknown")


def test_a_weekday_counts_the_day_of_publication() -> None:
    assert find_dates("on Tuesday", TUESDAY)[0].start == TUESDAY
    assert find_dates("on Monday", TUESDAY)[0].start == date(2026, 3, 16)


def test_that_day_refers_to_the_day_named_before_it_in_the_sentence() -> None:
    found = find_dates("On March 3 it opened; that day it closed", SATURDAY)
    assert [d.start for d in found] == [date(2026, 3, 3)] * 2


def test_a_compared_day_is_no_antecedent() -> None:
    found = find_dates("the best day since August 29; a day earlier, it", SATURDAY, 0, LAUNCH)
    assert found[-1].start == date(2026, 4, 7)


def test_without_a_day_of_publication_relative_words_stay_unknown() -> None:
    found = find_dates("yesterday, on Monday, last month, in May, on 2026-03-05", None)
    assert [d.start for d in found] == [None, None, None, None, date(2026, 3, 5)]


def test_spans_point_into_the_article() -> None:
    (found,) = find_dates("cut jobs on April 3.", SATURDAY, offset=100)
    assert found.span == (112, 119)
    assert found.words == "April 3"


PIECES = st.sampled_from(
    [
        *(row[0] for row in ENGLISH),
        *(row[0] for row in CHINESE),
        " ",
        "31",
        "13",
        "年",
        "2",
        ",",
        "of",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=12), st.dates())
def test_any_text_is_read_and_spans_stay_inside(pieces: list[str], anchor: date) -> None:
    text = " ".join(pieces)
    found = find_dates(text, anchor, antecedent=Interval(None, None, "unknown"))
    last = 0
    for span in found:
        assert span.span is not None
        assert last <= span.span[0] < span.span[1] <= len(text)
        assert text[span.span[0] : span.span[1]] == span.words
        assert (span.start is None) == (span.end is None)
        assert span.start is None or span.end is None or span.start <= span.end
        last = span.span[1]
