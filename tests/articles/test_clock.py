"""When on its day the news came."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from eventstudy.articles.extraction import Announcement, extract
from eventstudy.articles.reading import article_from_text
from eventstudy.events.proposals import merge
from eventstudy.events.table import EventSet

_DAY = date(2026, 4, 17)  # a Friday


def _at(hour: int, minute: int, zone: str) -> datetime:
    return datetime(2026, 4, 16, hour, minute, tzinfo=ZoneInfo(zone))


def _one(text: str) -> Announcement:
    (found,) = extract(article_from_text(text, "x", published=_DAY)).announcements
    return found


@pytest.mark.parametrize(
    ("text", "session"),
    [
        ("Okta said after the close on Thursday that it will cut 400 jobs.", "after"),
        ("Okta said late Thursday that it will cut 400 jobs.", "after"),
        ("Okta will cut 400 jobs, it told staff on Thursday evening.", "after"),
        ("Before the opening bell on Friday, Okta said it will cut 400 jobs.", "pre"),
        ("Okta周四盘后公布，将裁员400人。", "after"),
        ("Okta said on Thursday that it will cut 400 jobs.", "unknown"),
        ("Okta said on Thursday it will cut 400 jobs; shares rose 3% after the bell.", "unknown"),
        ("Okta will cut 400 jobs. The stock gained 2% before the bell.", "unknown"),
    ],
)
def test_the_part_of_the_day_is_the_news_s_own(text: str, session: str) -> None:
    assert _one(text).session == session


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        (
            "at 4:05 p.m. ET on Thursday",
            _at(16, 5, "America/New_York"),
        ),
        (
            "at 16:02 ET on Thursday",
            _at(16, 2, "America/New_York"),
        ),
        (
            "on Thursday at 7 a.m. London time",
            _at(7, 0, "Europe/London"),
        ),
    ],
)
def test_a_time_by_the_clock_makes_a_moment(words: str, moment: datetime) -> None:
    found = _one(f"Okta said {words} that it will cut 400 jobs.")
    assert found.date.precision == "moment"
    assert found.date.moment == moment
    assert found.evidence["session"].rule == "clock"


def test_a_number_without_zone_or_half_is_no_time() -> None:
    found = _one("Okta said on Thursday that 9 ET offices close and 400 jobs will go.")
    assert found.date.precision == "day"


def test_the_opening_dates_and_times_the_title() -> None:
    text = "Okta to cut 400 jobs\n\nOkta broke the news late Thursday in a memo.\n\nMore later."
    found = _one(text)
    assert (found.date.start, found.session) == (date(2026, 4, 16), "after")


def test_proposals_carry_session_and_moment() -> None:
    late = article_from_text("Okta said late Thursday it will cut 400 jobs.", "a", published=_DAY)
    timed = article_from_text(
        "Snap said at 8:30 a.m. ET on Thursday it will cut 90 jobs.", "b", published=_DAY
    )
    merged = merge(EventSet((), ()), [(a, extract(a)) for a in (late, timed)]).events
    okta, snap = sorted(merged, key=lambda event: event.ticker)
    assert (okta.announced_at, okta.session) == (date(2026, 4, 16), "after")
    assert isinstance(snap.announced_at, datetime)
    assert snap.announced_text == "2026-04-16T08:30-04:00"


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (
            "Published: 2025-10-27\n\nUpdated Tuesday. ",
            date(2025, 10, 28),
        ),
        (
            "Published: 2025-10-27\nUpdated: 2025-10-28\n\n",
            date(2025, 10, 28),
        ),
        (
            "Published: 2025-10-27\nUpdated: 2026-03-01\n\n",
            date(2025, 10, 21),
        ),
        ("Published: 2025-10-29\n\n", date(2025, 10, 28)),
    ],
)
def test_an_update_within_a_week_is_the_text_s_present(head: str, day: date) -> None:
    text = f"Title: Amazon cuts\n{head}Amazon cut 14,000 jobs on Tuesday."
    (found,) = extract(article_from_text(text, "x")).announcements
    assert found.date.start == day


@pytest.mark.parametrize("words", ["at 6 a.m. ET", "at 6:05 a.m. EST", "before the open"])
def test_a_time_of_day_is_no_number_of_people(words: str) -> None:
    found = _one(f"Amazon said on Wednesday {words} that it will cut 16,000 jobs.")
    assert found.headcount is not None
    assert found.headcount.value == 16_000
    assert found.date.start == date(2026, 4, 15)


def test_an_update_at_the_end_of_time_is_no_crash() -> None:
    text = "Title: Okta cuts\nPublished: 9999-12-30\n\nUpdated Monday. Okta cut 400 jobs."
    (found,) = extract(article_from_text(text, "x")).announcements
    assert found.headcount is not None
