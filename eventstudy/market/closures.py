"""Days on which an exchange was closed, or closed early, that its calendar does not know."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from eventstudy.errors import CalendarError
from eventstudy.market.calendars import TradingCalendar, calendar_code


@dataclass(frozen=True, slots=True)
class Closure:
    """A day without trading, or with trading only until ``close`` (the exchange's local time)."""

    day: date
    close: time | None = None


def read_closures(path: Path, home: str) -> dict[str, tuple[Closure, ...]]:
    """Read a CSV file of closures; return them by the code of the calendar.

    Parameters
    ----------
    path
        Columns ``date`` (ISO); ``calendar``, such as XNYS or NYSE; ``close``, such as 13:00.
        Further columns are notes.
    home
        The calendar of lines that name none.

    Raises
    ------
    CalendarError
        There is no such file, no column ``date``, or a line with a wrong date, time or calendar.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarError(f"The closures file {path} cannot be read: {error}") from error
    rows = csv.DictReader(text.splitlines())
    if "date" not in (rows.fieldnames or ()):
        raise CalendarError(
            f"The closures file {path} has no column date; it may have calendar and close besides."
        )
    found: dict[str, list[Closure]] = {}
    for row in rows:
        said = (row.get("close") or "").strip()
        try:
            closure = Closure(
                date.fromisoformat((row["date"] or "").strip()),
                time.fromisoformat(said) if said else None,
            )
        except ValueError as error:
            raise CalendarError(
                f"Line {rows.line_num} of {path} cannot be read ({error}); write the date as "
                "YYYY-MM-DD and an early close as HH:MM."
            ) from None
        name = (row.get("calendar") or "").strip() or home
        try:
            code = calendar_code(name)
        except CalendarError as error:
            raise CalendarError(f"Line {rows.line_num} of {path}: {error}", **error.facts) from None
        found.setdefault(code, []).append(closure)
    return {calendar: tuple(closures) for calendar, closures in found.items()}


def with_closures(calendar: TradingCalendar, closures: tuple[Closure, ...]) -> TradingCalendar:
    """Return the calendar without the sessions that were none, and with the early closes.

    Raises
    ------
    CalendarError
        An early close is on a day without a session, or outside its hours.
    """
    closes = calendar.closes.copy()
    early: Mapping[date, time] = {c.day: c.close for c in closures if c.close is not None}
    for day, local in early.items():
        at = int(calendar.position(np.datetime64(day)))
        if at < 0:
            if calendar.sessions[0] <= np.datetime64(day) <= calendar.sessions[-1]:
                raise CalendarError(f"{day} is no session of {calendar.name} and cannot end early.")
            continue
        moment = datetime.combine(day, local, ZoneInfo(calendar.zone)).astimezone(UTC)
        closes[at] = np.datetime64(moment.replace(tzinfo=None), "s")
        if not calendar.opens[at] < closes[at] <= calendar.closes[at]:
            raise CalendarError(
                f"{local:%H:%M} on {day} is outside the hours of {calendar.name} on that day."
            )
    closed = np.array([c.day for c in closures if c.close is None], dtype="datetime64[D]")
    kept = ~np.isin(calendar.sessions, closed)
    return replace(
        calendar,
        sessions=calendar.sessions[kept],
        opens=calendar.opens[kept],
        closes=closes[kept],
    )
