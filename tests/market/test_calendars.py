"""Day zeros worked out by hand, and properties that hold for every moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import CalendarError, EventError
from eventstudy.market.calendars import DayZero, TradingCalendar

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def nyse() -> TradingCalendar:
    return TradingCalendar.exchange("XNYS", date(1990, 1, 1), date(2027, 12, 31))


def moment(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def test_sessions_match_what_the_exchange_published(nyse: TradingCalendar) -> None:
    closed = [
        "2025-01-09", "2018-12-05", "2012-10-29", "2012-10-30", "2007-01-02", "2004-06-11",
        "2001-09-11", "1994-04-27", "2026-04-03", "2026-07-03",
    ]  # fmt: skip
    opened = ["2021-06-18", "2021-12-31", "2022-01-03", "2026-04-02"]
    assert (nyse.position(closed) == -1).all()
    assert (nyse.position(opened) >= 0).all()
    assert len(nyse) == 9569
    assert nyse.position([["2026-04-02", "2026-04-03"]]).shape == (1, 2)


@pytest.mark.parametrize(
    ("announced", "session", "rule"),
    [
        ("2026-04-17T10:00", "2026-04-17", "during session"),
        ("2026-04-17T08:00", "2026-04-17", "before open"),
        ("2026-04-17T09:30", "2026-04-17", "during session"),
        ("2026-04-17T15:59:59", "2026-04-17", "during session"),
        ("2026-04-17T16:00:00", "2026-04-20", "after close"),
        ("2026-04-18T12:00", "2026-04-20", "not a session"),
        ("2026-04-19T20:00", "2026-04-20", "not a session"),
        ("2026-04-03T10:00", "2026-04-06", "not a session"),
        ("2025-01-09T10:00", "2025-01-10", "not a session"),
        ("2025-11-28T12:59", "2025-11-28", "during session"),
        ("2025-11-28T13:00", "2025-12-01", "after close"),
        ("2025-11-28T15:00", "2025-12-01", "after close"),
        ("2026-04-02T16:30", "2026-04-06", "after close"),
        # the Friday before and the Monday after the change to summer time
        ("2026-03-06T15:59", "2026-03-06", "during session"),
        ("2026-03-06T16:00", "2026-03-09", "after close"),
        ("2026-03-09T15:59", "2026-03-09", "during session"),
        ("2026-03-09T09:29", "2026-03-09", "before open"),
    ],
)
def test_day_zero_of_a_moment(
    nyse: TradingCalendar, announced: str, session: str, rule: str
) -> None:
    found = nyse.day_zero(moment(announced))
    assert (str(found.session), found.rule, found.assumed) == (session, rule, False)
    assert nyse.sessions[found.position] == np.datetime64(session)


def test_summer_time_moves_the_close_in_utc(nyse: TradingCalendar) -> None:
    winter, summer = (
        datetime(2026, 3, 6, 20, 30, tzinfo=UTC),
        datetime(2026, 3, 9, 20, 30, tzinfo=UTC),
    )
    assert nyse.day_zero(winter).session == date(2026, 3, 6)
    assert nyse.day_zero(summer).session == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("day", "when", "zone", "session", "assumed"),
    [
        ("2026-02-26", "pre", "", "2026-02-26", False),
        ("2026-02-26", "during", "", "2026-02-26", False),
        ("2026-02-26", "after", "", "2026-02-27", False),
        ("2026-02-26", "unknown", "", "2026-02-26", True),
        ("2026-02-26", "unknown", "America/New_York", "2026-02-26", True),
        # a day without a session leads to the next one whatever the time of day
        ("2026-04-18", "unknown", "", "2026-04-20", False),
        ("2026-04-18", "after", "", "2026-04-20", False),
        ("2026-04-18", "pre", "", "2026-04-20", False),
        ("2026-04-18", "during", "", "2026-04-20", False),
        ("2022-11-06", "after", "", "2022-11-07", False),
        ("2026-04-03", "after", "", "2026-04-06", False),
        # Saturday in Beijing begins on Friday noon in New York
        ("2026-04-18", "unknown", "Asia/Shanghai", "2026-04-17", True),
        ("2026-04-18", "pre", "Asia/Shanghai", "2026-04-20", False),
        ("2026-04-18", "after", "Asia/Shanghai", "2026-04-20", False),
        # Sunday and Monday in Beijing lie wholly between Friday's close and Monday's
        ("2026-04-19", "unknown", "Asia/Shanghai", "2026-04-20", False),
        ("2026-04-20", "unknown", "Asia/Shanghai", "2026-04-20", False),
        ("2026-04-21", "unknown", "Asia/Shanghai", "2026-04-20", True),
        # a day in London ends at 19:00 in New York, after the close
        ("2026-04-17", "unknown", "Europe/London", "2026-04-17", True),
        ("2026-04-17", "after", "Europe/London", "2026-04-20", False),
        ("2026-04-18", "unknown", "Europe/London", "2026-04-20", False),
    ],
)
def test_day_zero_of_a_date(
    nyse: TradingCalendar, day: str, when: str, zone: str, session: str, assumed: bool
) -> None:
    found = nyse.day_zero(date.fromisoformat(day), when, zone)  # type: ignore[arg-type]
    assert (str(found.session), found.assumed) == (session, assumed)


def test_reasons_are_sentences_with_the_facts(nyse: TradingCalendar) -> None:
    assert nyse.day_zero(date(2026, 2, 26), "after") == DayZero(
        9105,
        date(2026, 2, 27),
        "after close",
        "Announced 2026-02-26 after the close (16:00 New York); the next session is 2026-02-27.",
        False,
    )
    assert nyse.day_zero(moment("2025-11-28T13:00")).reason == (
        "Announced 2025-11-28 at 13:00 New York, after the close (13:00); "
        "the next session is 2025-12-01."
    )
    assert nyse.day_zero(date(2026, 4, 18), "unknown", "Asia/Shanghai").reason == (
        "Announced 2026-04-18 in Shanghai at an unknown time of day, a day that began 2026-04-17 "
        "at 12:00 New York; 2026-04-17 is assumed, the first session that can have reacted."
    )


def test_other_exchanges_have_their_own_hours() -> None:
    tokyo = TradingCalendar.exchange("XTKS", date(2026, 1, 1), date(2026, 6, 30))
    friday_evening_new_york = moment("2026-04-16T20:30")  # 09:30 on Friday in Tokyo
    assert tokyo.day_zero(friday_evening_new_york).session == date(2026, 4, 17)
    assert tokyo.day_zero(friday_evening_new_york).rule == "during session"
    around_the_clock = TradingCalendar.exchange("24/7", date(2026, 1, 1), date(2026, 6, 30))
    assert around_the_clock.day_zero(date(2026, 4, 18)).session == date(2026, 4, 18)
    assert around_the_clock.day_zero(date(2026, 4, 18), "after").session == date(2026, 4, 19)


def test_outside_the_calendar_there_is_no_session() -> None:
    short = TradingCalendar.exchange("XNYS", date(2026, 1, 1), date(2026, 4, 18))
    after = short.day_zero(date(2026, 4, 17), "after")
    assert (after.position, after.session, after.rule) == (-1, None, "outside calendar")
    assert "XNYS only knows 2026-01-01 to 2026-04-18" in after.reason
    assert short.day_zero(date(2025, 12, 31)).position == -1
    assert short.day_zero(moment("2025-12-31T12:00")).position == -1
    assert short.day_zero(date(2026, 1, 1), "unknown", "Asia/Shanghai").position == -1
    assert short.day_zero(date(2026, 1, 1)).session == date(2026, 1, 2)


def test_refusals_name_the_value_and_the_remedy(nyse: TradingCalendar) -> None:
    with pytest.raises(EventError, match=r"2026-04-17T09:00:00 has no time zone"):
        nyse.day_zero(datetime(2026, 4, 17, 9))  # noqa: DTZ001
    with pytest.raises(EventError, match="Unknown time zone 'Asia/Peking2'"):
        nyse.day_zero(date(2026, 4, 17), "unknown", "Asia/Peking2")
    with pytest.raises(EventError, match="allowed are pre, during, after, unknown"):
        nyse.day_zero(date(2026, 4, 17), "noon")  # type: ignore[arg-type]
    with pytest.raises(CalendarError, match=r"no calendar 'XNYX'; close ones are XNYS"):
        TradingCalendar.exchange("XNYX", date(2020, 1, 1), date(2021, 1, 1))
    with pytest.raises(CalendarError, match="XSHG does not reach"):
        TradingCalendar.exchange("XSHG", date(2020, 1, 1), date(2027, 12, 31))
    with pytest.raises(CalendarError, match="no session between 2026-04-03 and 2026-04-04"):
        TradingCalendar.exchange("XNYS", date(2026, 4, 3), date(2026, 4, 4))


def test_a_calendar_by_hand_is_checked_and_read_only() -> None:
    days = np.array(["2026-04-16", "2026-04-17"], "datetime64[D]")
    opens = np.array(["2026-04-16T13:30", "2026-04-17T13:30"], "datetime64[s]")
    closes = np.array(["2026-04-16T20:00", "2026-04-17T20:00"], "datetime64[s]")
    made = TradingCalendar("HAND", "America/New_York", days, opens, closes)
    assert (made.start, made.end) == (date(2026, 4, 16), date(2026, 4, 17))
    with pytest.raises(ValueError, match="read-only"):
        made.sessions[0] = np.datetime64("2020-01-01")
    with pytest.raises(CalendarError, match="strictly increasing"):
        TradingCalendar("HAND", "America/New_York", days[::-1], opens, closes)


moments = st.datetimes(
    datetime(1990, 1, 2),  # noqa: DTZ001
    datetime(2027, 12, 20),  # noqa: DTZ001
    timezones=st.sampled_from(
        [UTC, NEW_YORK, ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")]
    ),
)


def slow_day_zero(nyse: TradingCalendar, at: datetime) -> date:
    """Walk forward day by day: the first session that is not over yet."""
    day = at.astimezone(NEW_YORK).date()
    while True:
        position = int(nyse.position(np.datetime64(day)))
        if position >= 0:
            close = nyse.closes[position].item().replace(tzinfo=UTC)
            if at < close:
                return day
        day += timedelta(days=1)


@given(at=moments)
@settings(deadline=None, max_examples=200)
def test_day_zero_equals_a_walk_through_the_days(nyse: TradingCalendar, at: datetime) -> None:
    assert nyse.day_zero(at).session == slow_day_zero(nyse, at)


@given(first=moments, second=moments)
@settings(deadline=None, max_examples=100)
def test_a_later_moment_never_has_an_earlier_day_zero(
    nyse: TradingCalendar, first: datetime, second: datetime
) -> None:
    early, late = sorted((first, second))
    assert nyse.day_zero(early).position <= nyse.day_zero(late).position


@given(
    day=st.dates(date(1990, 1, 3), date(2027, 12, 20)),
    when=st.sampled_from(["pre", "during", "after", "unknown"]),
    zone=st.sampled_from(["", "Asia/Shanghai", "Europe/London", "Pacific/Auckland"]),
)
@settings(deadline=None, max_examples=200)
def test_a_date_leads_to_a_session_that_is_not_over(
    nyse: TradingCalendar, day: date, when: str, zone: str
) -> None:
    found = nyse.day_zero(day, when, zone)  # type: ignore[arg-type]
    assert found.session is not None
    assert nyse.sessions[found.position].item() == found.session
    begins = datetime.combine(day, time(), ZoneInfo(zone or "America/New_York"))
    earliest = nyse.day_zero(begins)
    assert found.position >= earliest.position
    assert found.position <= nyse.day_zero(begins + timedelta(days=1)).position
    if when == "unknown":
        assert found.position == earliest.position
    if not zone and nyse.position(np.datetime64(day)) == -1:
        assert found.session > day
        assert not found.assumed
