"""Intervals of days, and the frame against which a time expression is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Precision = Literal["moment", "day", "week", "month", "quarter", "half", "year", "unknown"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from ``start`` to ``end``, both included; both ``None`` where nothing is known."""

    start: date | None
    end: date | None
    precision: Precision


@dataclass(frozen=True, slots=True)
class Frame:
    """What a time expression is read against.

    Attributes
    ----------
    anchor
        The day of publication in the publisher's zone, if known.
    antecedent
        The last interval the text has named ("that day" refers to it).
    future
        Whether the words in front speak of what is still to come ("plans to ... on May 20").
    past
        Whether the word in front shuts the future out ("since August 29").
    named
        The last interval of any precision that the text has named ("then", "at the time").
    """

    anchor: date | None
    antecedent: Interval | None
    future: bool
    past: bool = False
    named: Interval | None = None


Reader = Callable[[re.Match[str], Frame], Interval | None]

UNKNOWN = Interval(None, None, "unknown")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the grammar: its id, its pattern and how a match is read.

    ``needs`` are pieces of which a text holds one wherever the rule matches (those without a
    capital in lower case, see ``lexeme.needles``); they only save time.
    """

    id: str
    pattern: re.Pattern[str]
    read: Reader
    needs: tuple[str, ...] = ()


def day(value: date) -> Interval:
    """Return the interval of one day."""
    return Interval(value, value, "day")


def safe_day(year: int, month: int, number: int) -> Interval | None:
    """Return one day, or ``None`` where the calendar has no such day."""
    try:
        return day(date(year, month, number))
    except ValueError:
        return None


def week(value: date) -> Interval:
    """Return the week (Monday to Sunday) of a day."""
    monday = shift(value, -value.weekday())
    return Interval(monday, shift(monday, 6), "week")


def month(year: int, number: int) -> Interval | None:
    """Return a month."""
    if not (1 <= number <= 12 and 1000 <= year <= 9000):
        return None
    after = date(year + number // 12, number % 12 + 1, 1)
    return Interval(date(year, number, 1), shift(after, -1), "month")


def months(year: int, first: int, last: int, precision: Precision) -> Interval | None:
    """Return the months ``first`` to ``last`` of a year."""
    start, end = month(year, first), month(year, last)
    if start is None or end is None:
        return None
    return Interval(start.start, end.end, precision)


def quarter(year: int, number: int) -> Interval | None:
    """Return a calendar quarter."""
    return months(year, 3 * number - 2, 3 * number, "quarter")


def half(year: int, number: int) -> Interval | None:
    """Return a half of a year."""
    return months(year, 6 * number - 5, 6 * number, "half")


def year(number: int) -> Interval | None:
    """Return a year."""
    return months(number, 1, 12, "year")


def add_months(value: date, count: int) -> date:
    """Return the first day of the month ``count`` months away."""
    place = value.year * 12 + value.month - 1 + count
    place = min(max(place, 12), 9000 * 12)
    return date(place // 12, place % 12 + 1, 1)


def shift(value: date, days: int) -> date:
    """Return the day ``days`` days away, held within what a calendar can express."""
    ordinal = min(max(value.toordinal() + days, 1), date.max.toordinal())
    return date.fromordinal(ordinal)


def part(interval: Interval | None, which: str) -> Interval | None:
    """Return the early, middle or late part of an interval, its precision kept.

    Early and late are the first and last third; "the end of February" may thus be the 20th to
    the 28th.
    """
    if interval is None or interval.start is None or interval.end is None or not which:
        return interval
    length = (interval.end - interval.start).days + 1
    third = max(length // 3, 1)
    start, end = interval.start, interval.end
    if which == "early":
        end = shift(start, third)
    elif which == "late":
        start = shift(end, -third)
    else:
        start, end = start + timedelta(third), end - timedelta(third)
    return Interval(start, end, interval.precision)


def nearest_year(frame: Frame, number: int, days: int | None) -> int | None:
    """Choose the year of a month, or of a day in a month, that is named without one.

    The future where the verb points there; otherwise the last one up to publication, and for a
    day in a month the nearest one.

    Parameters
    ----------
    frame
        The frame of reading.
    number
        The month.
    days
        The day in the month, ``None`` for the month as a whole.
    """
    anchor = frame.anchor
    if anchor is None:
        return None
    options = []
    for candidate in (anchor.year - 1, anchor.year, anchor.year + 1):
        found = safe_day(candidate, number, days or 1)
        if found is not None and found.start is not None:
            options.append(found.start)
    if not options:
        return None
    if days is None:
        here = date(anchor.year, anchor.month, 1)
        past = [o for o in options if o <= here]
        coming = [o for o in options if o >= here]
    else:
        past = [o for o in options if o <= shift(anchor, 1)]
        coming = [o for o in options if o >= shift(anchor, -1)]
        if not frame.future and not frame.past:
            return min(options, key=lambda o: abs((o - anchor).days)).year
    if frame.future and coming:
        return coming[0].year
    return past[-1].year if past else options[0].year
