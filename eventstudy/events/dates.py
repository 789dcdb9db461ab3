"""Dates in an event file: ISO 8601, and the form says how precisely the day is known."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from eventstudy.errors import EventError

EventPrecision = Literal[
    "moment", "day", "week", "month", "quarter", "half", "year", "interval", "unknown"
]

FIRST_YEAR, LAST_YEAR = 1900, 2100
_COARSE: dict[EventPrecision, re.Pattern[str]] = {
    "week": re.compile(r"(\d{4})-W(\d{2})"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "half": re.compile(r"(\d{4})-H([12])"),
    "year": re.compile(r"(\d{4})"),
}
_MONTHS_IN: dict[EventPrecision, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def _month_span(year: int, first_month: int, months: int) -> tuple[date, date]:
    start = date(year, first_month, 1)
    after = year * 12 + (first_month - 1) + months
    return start, date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def parse_announced_at(
    text: str, zone: str = ""
) -> tuple[date | datetime | None, EventPrecision, date | None]:
    """Read a date in ISO 8601, at whatever precision its form says.

    ``2026-04-08T09:00-04:00`` is a moment, ``2026-04-08`` a day, ``2026-W15`` a week, ``2026-04``
    a month, ``2026-Q2``, ``2026-H2``, ``2026`` a quarter, half and year, ``2022-11/2023-03`` an
    interval; empty is unknown. A moment without an offset is read in ``zone``.

    Returns
    -------
    tuple
        The moment or first day, the precision, and the last day of a coarser span.

    Raises
    ------
    EventError
        When the text has none of these forms; a form like 4/5/2026 is refused with its two
        readings.
    """
    text = text.strip()
    if not text:
        return None, "unknown", None
    try:
        return _within_years(*_parse_known_form(text, zone))
    except ValueError as error:
        if slashed := _SLASHED.fullmatch(text):
            remedy = _two_readings(*map(int, slashed.groups()))
        elif isinstance(error, EventError):
            remedy = str(error)
        else:
            remedy = (
                "is no ISO date; write 2026-04-08, 2026-04-08T16:05-04:00, 2026-W15, 2026-04, "
                "2026-Q2, 2026-H2, 2026 or 2022-11/2023-03"
            )
        raise EventError(f"announced_at {text!r} {remedy}.", value=text) from None


def _within_years(
    at: date | datetime | None, precision: EventPrecision, until: date | None
) -> tuple[date | datetime | None, EventPrecision, date | None]:
    """Refuse a year that no price reaches: it is a slip of the pen."""
    for day in (at, until):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise EventError(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return at, precision, until


def _two_readings(a: int, b: int, year: int) -> str:
    """Say how 4/5/2026 can be meant."""
    readings = []
    for month, day in dict.fromkeys([(a, b), (b, a)]):
        try:
            readings.append(date(year, month, day).isoformat())
        except ValueError:
            continue
    if len(readings) == 2:
        return f"may be {readings[0]} or {readings[1]}; write the one that is meant"
    return f"is no ISO date; write it as {readings[0] if readings else 'YYYY-MM-DD'}"


def _parse_known_form(
    text: str, zone: str
) -> tuple[date | datetime | None, EventPrecision, date | None]:
    if "/" in text and not _SLASHED.fullmatch(text):
        first, _, last = text.partition("/")
        start, _, _ = parse_announced_at(first)
        end, _, until = parse_announced_at(last)
        if not isinstance(start, date) or not isinstance(end, date):
            raise EventError("is an interval with an open end; give both ends")
        last_day = until or (end.date() if isinstance(end, datetime) else end)
        first_day = start.date() if isinstance(start, datetime) else start
        if last_day < first_day:
            raise EventError("ends before it starts")
        return first_day, "interval", last_day
    for precision, form in _COARSE.items():
        if match := form.fullmatch(text):
            year, number = int(match[1]), int(match[2]) if form.groups > 1 else 1
            if precision == "week":
                monday = date.fromisocalendar(year, number, 1)
                return monday, "week", monday + timedelta(days=6)
            months = _MONTHS_IN[precision]
            start, end = _month_span(year, (number - 1) * months + 1, months)
            return start, precision, end
    if "T" in text or ":" in text:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            if not zone:
                raise EventError(
                    "has a time but no zone; add an offset such as -04:00 or fill the column zone"
                )
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment, "moment", None
    return date.fromisoformat(text), "day", None


def breadth(at: date | datetime | None, until: date | None) -> int:
    """Return how many days a date leaves open: 0 for a moment, 1 for a day; most where unknown."""
    if at is None:
        return date.max.toordinal()
    if isinstance(at, datetime):
        return 0
    return ((until or at) - at).days + 1


def form_of_span(first: date, last: date) -> EventPrecision:
    """Return the form that says just these days: a week, month, quarter ..., else an interval."""
    if first.weekday() == 0 and last - first == timedelta(days=6):
        return "week"
    for precision, months in _MONTHS_IN.items():
        if (first.month - 1) % months == 0 and (first, last) == _month_span(
            first.year, first.month, months
        ):
            return precision
    return "interval"


def format_announced_at(
    at: date | datetime | None, precision: EventPrecision, until: date | None
) -> str:
    """Write a date so that `parse_announced_at` reads the same again."""
    if at is None:
        return ""
    if isinstance(at, datetime):
        return at.isoformat(timespec="minutes")
    match precision:
        case "week":
            year, week, _ = at.isocalendar()
            return f"{year}-W{week:02d}"
        case "month":
            return f"{at:%Y-%m}"
        case "quarter":
            return f"{at.year}-Q{(at.month + 2) // 3}"
        case "half":
            return f"{at.year}-H{(at.month + 5) // 6}"
        case "year":
            return f"{at.year}"
        case "interval":
            return f"{at.isoformat()}/{(until or at).isoformat()}"
        case _:
            return at.isoformat()
