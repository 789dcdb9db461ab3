from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import EventError
from eventstudy.events.dates import format_announced_at, parse_announced_at

NEW_YORK_SUMMER = timezone(timedelta(hours=-4))


@pytest.mark.parametrize(
    ("text", "at", "precision", "until"),
    [
        ("2026-04-08", date(2026, 4, 8), "day", None),
        ("2026-W15", date(2026, 4, 6), "week", date(2026, 4, 12)),
        ("2026-02", date(2026, 2, 1), "month", date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), "month", date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), "month", date(2025, 12, 31)),
        ("2026-Q4", date(2026, 10, 1), "quarter", date(2026, 12, 31)),
        ("2026-H2", date(2026, 7, 1), "half", date(2026, 12, 31)),
        ("2022", date(2022, 1, 1), "year", date(2022, 12, 31)),
        ("2022-11/2023-03", date(2022, 11, 1), "interval", date(2023, 3, 31)),
        ("", None, "unknown", None),
        (
            "2026-04-08T09:00-04:00",
            datetime(2026, 4, 8, 9, 0, tzinfo=NEW_YORK_SUMMER),
            "moment",
            None,
        ),
    ],
)
def test_each_form_says_its_precision(
    text: str, at: date | None, precision: str, until: date | None
) -> None:
    assert parse_announced_at(text) == (at, precision, until)


def test_a_moment_without_offset_is_read_in_its_zone() -> None:
    at, precision, _ = parse_announced_at("2026-01-05T16:30", "America/New_York")
    assert precision == "moment"
    assert isinstance(at, datetime)
    assert at.astimezone(UTC) == datetime(2026, 1, 5, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4/5/2026", "may be 2026-04-05 or 2026-05-04"),
        ("25/4/2026", "write it as 2026-04-25"),
        ("2026-04-08T09:00", "no zone"),
        ("2026-13", "is no ISO date"),
        ("2026-04-31", "is no ISO date"),
        ("2026-W60", "is no ISO date"),
        ("last Monday", "is no ISO date"),
        ("2023/2022", "ends before it starts"),
        ("2023/", "open end"),
    ],
)
def test_anything_else_is_refused_with_the_remedy(text: str, said: str) -> None:
    with pytest.raises(EventError, match=said):
        parse_announced_at(text)


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(date.isoformat),
        st.tuples(st.integers(1990, 2099), st.integers(1, 52)).map(lambda p: f"{p[0]}-W{p[1]:02d}"),
        st.tuples(st.integers(1990, 2099), st.integers(1, 12)).map(lambda p: f"{p[0]}-{p[1]:02d}"),
        st.tuples(st.integers(1990, 2099), st.integers(1, 4)).map(lambda p: f"{p[0]}-Q{p[1]}"),
        st.tuples(st.integers(1990, 2099), st.integers(1, 2)).map(lambda p: f"{p[0]}-H{p[1]}"),
        st.integers(1990, 2099).map(str),
    )
)
def test_writing_and_reading_are_inverse(text: str) -> None:
    parsed = parse_announced_at(text)
    assert format_announced_at(*parsed) == text
    assert parse_announced_at(format_announced_at(*parsed)) == parsed


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        at, _, until = parse_announced_at(text)
    except EventError:
        return
    assert until is None or (at is not None and until >= at)
