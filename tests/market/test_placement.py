from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from eventstudy.events.event import Event, ExclusionReason, SessionKind
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.placement import place

CALENDAR = TradingCalendar.exchange("XNYS", date(2024, 1, 2), date(2026, 6, 30))
HONG_KONG = TradingCalendar.exchange("XHKG", date(2024, 1, 2), date(2026, 6, 30))


def calendar_of(ticker: str) -> TradingCalendar:
    return HONG_KONG if ticker.endswith(".HK") else CALENDAR


def event(
    event_id: str,
    at: date | datetime,
    session: SessionKind = "unknown",
    ticker: str = "META",
    event_type: str = "layoff",
) -> Event:
    return Event(event_id, ticker, event_type, at, session=session)


@pytest.mark.parametrize(
    ("at", "session", "zero", "assumed"),
    [
        (date(2026, 4, 18), "unknown", date(2026, 4, 20), False),  # a Saturday
        (date(2026, 2, 26), "after", date(2026, 2, 27), False),  # after the close on a Thursday
        (date(2026, 4, 15), "pre", date(2026, 4, 15), False),
        (date(2026, 4, 8), "during", date(2026, 4, 8), False),
        (date(2026, 4, 17), "unknown", date(2026, 4, 17), True),
        (date(2026, 4, 3), "after", date(2026, 4, 6), False),  # Good Friday
    ],
)
def test_day_zero(at: date, session: SessionKind, zero: date, assumed: bool) -> None:
    (placed,), exclusions = place([event("x", at, session)], calendar_of)
    assert (placed.day_zero.session, placed.day_zero.assumed) == (zero, assumed)
    assert exclusions == []


def test_one_reaction_is_not_counted_twice() -> None:
    saturday, monday = date(2026, 4, 18), date(2026, 4, 20)
    placed, (exclusion,) = place(
        [
            event("first", saturday),
            event("again", monday, "pre"),
            event("launch", monday, "pre", event_type="model_launch"),
            event("other firm", monday, "pre", ticker="SNAP"),
        ],
        calendar_of,
    )
    assert [item.event.event_id for item in placed] == ["first", "launch", "other firm"]
    assert (exclusion.event_id, exclusion.reason) == ("again", ExclusionReason.DUPLICATE)
    assert exclusion.detail == "same security, type and day zero (2026-04-20) as first"


def test_a_renamed_symbol_is_the_same_security() -> None:
    placed, (exclusion,) = place(
        [
            event("old", date(2024, 1, 30), ticker="SQ"),
            event("new", date(2024, 1, 30), ticker="XYZ"),
        ],
        calendar_of,
    )
    assert [item.event.event_id for item in placed] == ["old"]
    assert exclusion.reason is ExclusionReason.DUPLICATE


def test_an_event_after_the_last_session_has_none() -> None:
    late = datetime(2026, 6, 30, 17, 0, tzinfo=timezone(timedelta(hours=-4)))
    placed, (exclusion,) = place([event("late", late)], calendar_of)
    assert placed == []
    assert exclusion.reason is ExclusionReason.NO_SESSION


def test_each_event_is_placed_on_its_own_exchange() -> None:
    """17:00 in Hong Kong on Thursday 2 April 2026: its market has closed, New York's opens later.

    Hong Kong stays closed from Good Friday to Tuesday 7 April (Ching Ming and Easter Monday).
    """
    evening = datetime(2026, 4, 2, 17, 0, tzinfo=timezone(timedelta(hours=8)))
    placed, _ = place(
        [event("hk", evening, ticker="9988.HK"), event("ny", evening, ticker="BABA")], calendar_of
    )
    assert [item.day_zero.session for item in placed] == [date(2026, 4, 8), date(2026, 4, 2)]
    assert placed[0].day_zero.position == HONG_KONG.position("2026-04-08")
    assert "after the close (16:00)" in placed[0].day_zero.reason
    assert placed[1].day_zero.rule == "before open"
