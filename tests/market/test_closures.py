"""Closures that a calendar does not know."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventstudy.errors import CalendarError
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.closures import Closure, read_closures, with_closures

NYSE = TradingCalendar.exchange("XNYS", date(2026, 3, 2), date(2026, 3, 31))
LISTED = (
    "date,calendar,close,note\n2026-03-10,,,a storm\n2026-03-12,XNYS,13:00,\n2026-03-11,XHKG,,\n"
)


def test_closures_are_read_by_calendar(tmp_path: Path) -> None:
    (tmp_path / "closures.csv").write_text(LISTED)
    assert read_closures(tmp_path / "closures.csv", "XNYS") == {
        "XNYS": (Closure(date(2026, 3, 10)), Closure(date(2026, 3, 12), time(13))),
        "XHKG": (Closure(date(2026, 3, 11)),),
    }


def test_a_closed_day_is_no_session_and_an_early_close_moves_the_reaction() -> None:
    changed = with_closures(
        NYSE, (Closure(date(2026, 3, 10)), Closure(date(2026, 3, 12), time(13)))
    )
    assert len(changed) == len(NYSE) - 1
    assert changed.day_zero(date(2026, 3, 10)).session == date(2026, 3, 11)
    afternoon = datetime(2026, 3, 12, 14, 0, tzinfo=ZoneInfo("America/New_York"))
    assert NYSE.day_zero(afternoon).session == date(2026, 3, 12)
    assert changed.day_zero(afternoon).session == date(2026, 3, 13)
    assert "(13:00)" in changed.day_zero(afternoon).reason


@pytest.mark.parametrize(
    ("closure", "said"),
    [
        (Closure(date(2026, 3, 14), time(13)), "2026-03-14 is no session of XNYS"),
        (Closure(date(2026, 3, 12), time(8)), "08:00 on 2026-03-12 is outside the hours"),
    ],
)
def test_an_impossible_early_close_is_refused(closure: Closure, said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        with_closures(NYSE, (closure,))


def test_closures_beyond_the_calendar_do_not_matter() -> None:
    far = (Closure(date(2030, 1, 2), time(13)), Closure(date(2030, 1, 3)))
    assert len(with_closures(NYSE, far)) == len(NYSE)


@pytest.mark.parametrize(
    ("text", "said"),
    [("day\n2026-01-01\n", "no column date"), ("date\n1/2/2026\n", "Line 2 of .* cannot be read")],
)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "closures.csv").write_text(text)
    with pytest.raises(CalendarError, match=said):
        read_closures(tmp_path / "closures.csv", "XNYS")


def test_a_calendar_goes_by_its_code_or_alias_and_no_other_name(tmp_path: Path) -> None:
    path = tmp_path / "closures.csv"
    path.write_text("date,calendar\n2026-03-10,NYSE\n2026-03-11,\n")
    both = (Closure(date(2026, 3, 10)), Closure(date(2026, 3, 11)))
    assert read_closures(path, "XNYS") == read_closures(path, "NYSE") == {"XNYS": both}
    path.write_text("date,calendar\n2026-03-10,XNYZ\n")
    with pytest.raises(CalendarError, match=r"Line 2 of .*closures\.csv: There is no .* 'XNYZ'"):
        read_closures(path, "XNYS")
