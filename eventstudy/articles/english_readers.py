"""How the matches of the English rules are read as intervals; one function per kind of words."""

from __future__ import annotations

import re
from datetime import date

from eventstudy.articles.intervals import (
    UNKNOWN,
    Frame,
    Interval,
    add_months,
    day,
    half,
    month,
    months,
    nearest_year,
    part,
    quarter,
    safe_day,
    shift,
    week,
    year,
)
from eventstudy.articles.numerals import english_number
from eventstudy.articles.stamps import MONTHS

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
SEASONS = {
    "winter": (1, 3),
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
}


_FRIDAY = 4


def _which(words: str | None) -> str:
    words = (words or "").lower()
    if not words:
        return ""
    if "mid" in words:
        return "middle"
    return "early" if re.search(r"earl|beginn|start", words) else "late"


def _month_number(words: str) -> int:
    return MONTHS[words.lower().rstrip(".")]


def read_iso(match: re.Match[str], _frame: Frame) -> Interval | None:
    """Read "2026-04-18"."""
    return safe_day(int(match["y"]), int(match["m"]), int(match["d"]))


def read_slashed(match: re.Match[str], _frame: Frame) -> Interval | None:
    """Read "4/18/2026"."""
    one, two = int(match["one"]), int(match["two"])
    if (one > 12) == (two > 12) and one != two:
        return UNKNOWN  # 03/04/2026 can be read either way; no guess
    number, days = (two, one) if one > 12 else (one, two)
    return safe_day(int(match["y"]), number, days)


def read_full(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "April 18, with or without a year"."""
    number, days = _month_number(match["month"]), int(match["d"])
    if not 1 <= days <= 31:
        return None
    chosen = int(match["y"]) if match["y"] else _relative_year(match["rel"], frame)
    if chosen is None:
        chosen = nearest_year(frame, number, days)
    return UNKNOWN if chosen is None else safe_day(chosen, number, days)


def read_week_of(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "the second week of January", "the last week of May last year"."""
    number = _month_number(match["month"])
    chosen = int(match["y"]) if match["y"] else _relative_year(match["rel"], frame)
    if chosen is None:
        chosen = nearest_year(frame, number, None)
    found = month(chosen, number) if chosen is not None else None
    if found is None or found.start is None or found.end is None:
        return UNKNOWN
    if match["n"].lower() in ("last", "final"):
        return week(found.end)
    count = ("first", "second", "third", "fourth").index(match["n"].lower())
    late = found.start.weekday() >= _FRIDAY  # what is left of that week is no week of the month
    return week(shift(found.start, 7 * (count + late)))


def _relative_year(words: str | None, frame: Frame) -> int | None:
    if not words or frame.anchor is None:
        return None
    step = {"this": 0, "last": -1, "next": 1}[words.lower()]
    return frame.anchor.year + step


def read_month_year(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "the end of February 2026"."""
    number = _month_number(match["month"])
    chosen = int(match["y"]) if match["y"] else _relative_year(match["rel"], frame)
    if chosen is None:
        return UNKNOWN
    return part(month(chosen, number), _which(match["part"]))


def read_month_alone(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "last October, in May"."""
    number = _month_number(match["month"])
    lead = (match["lead"] or "").lower()
    anchor = frame.anchor
    if anchor is None:
        return UNKNOWN
    if lead == "last" or lead == "this past":
        chosen = anchor.year if number < anchor.month else anchor.year - 1
    elif lead == "next":
        chosen = anchor.year if number > anchor.month else anchor.year + 1
    elif lead == "this":
        chosen = anchor.year
    else:
        ahead = frame.future or lead in ("by", "until", "till", "before", "starting", "starting in")
        found = nearest_year(Frame(anchor, frame.antecedent, ahead), number, None)
        if found is None:
            return UNKNOWN
        chosen = found
    return part(month(chosen, number), _which(match["part"]))


def read_quarter(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "the third quarter of 2025"."""
    words = match["n"].lower()
    number = int(words) if words.isdigit() else _ORDINALS[words]
    chosen = int(match["y"]) if match["y"] else _relative_year(match["rel"], frame)
    if chosen is None and frame.anchor is not None:
        chosen = frame.anchor.year
        if not frame.future and 3 * number - 2 > frame.anchor.month:
            chosen -= 1
    return UNKNOWN if chosen is None else quarter(chosen, number)


def read_half(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "the second half of the year"."""
    words = match["n"].lower()
    number = int(words) if words.isdigit() else (1 if words == "first" else 2)
    rel = (match["rel"] or "").lower()
    chosen = int(match["y"]) if match["y"] else _relative_year(rel.replace("the", ""), frame)
    if chosen is None and frame.anchor is not None:
        chosen = frame.anchor.year
    return UNKNOWN if chosen is None else half(chosen, number)


def read_year(match: re.Match[str], _frame: Frame) -> Interval | None:
    """Read "late 2022"."""
    return part(year(int(match["y"])), _which(match["part"]))


def read_season(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "last summer"."""
    first, last = SEASONS[match["season"].lower()]
    rel = (match["rel"] or "").lower()
    if match["y"]:
        chosen = int(match["y"])
    elif frame.anchor is None:
        return UNKNOWN
    elif rel == "last":
        chosen = frame.anchor.year - (0 if last < frame.anchor.month else 1)
    else:
        chosen = frame.anchor.year + (1 if rel == "next" else 0)
    return months(chosen, first, last, "quarter")


_NAMED_DAYS = {
    "today": 0,
    "tonight": 0,
    "yesterday": -1,
    "tomorrow": 1,
    "the day before yesterday": -2,
}


def read_named_day(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "yesterday"."""
    if frame.anchor is None:
        return UNKNOWN
    words = re.sub(r"^(?:earlier|late|later|early) ", "", match[0].lower())
    if words in ("last night", "overnight"):
        return day(shift(frame.anchor, -1))
    return day(shift(frame.anchor, _NAMED_DAYS.get(words, 0)))


def read_weekday(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "on Monday, last Friday"."""
    if frame.anchor is None:
        return UNKNOWN
    number = _WEEKDAYS.index(match["weekday"][:3].lower())
    lead = (match["lead"] or "").lower()
    back = (frame.anchor.weekday() - number) % 7
    if lead == "next" or lead == "this coming":
        return day(shift(frame.anchor, 7 - back))
    if lead == "last" and back == 0:
        back = 7
    if (frame.future and lead != "last") and back:
        return day(shift(frame.anchor, 7 - back))
    if match["of"]:
        back += 7 if match["of"].lower() == "last" and back <= frame.anchor.weekday() else 0
    return day(shift(frame.anchor, -back))


def _counted(words: str) -> int | None:
    words = words.lower().removesuffix(" of")
    if words in ("a", "an"):
        return 1
    if words == "a couple":
        return 2
    number = float(words) if words.isdigit() else english_number(words)
    return int(number) if number is not None and number <= 3000 else None


def _away(start: date, count: int, unit: str) -> Interval | None:
    """Return the interval ``count`` units from a day, as exact as the unit is."""
    if unit in ("hour", "day", "session", "trading day", "trading session"):
        return day(shift(start, count if unit != "hour" else count // 24))
    if unit in ("week", "fortnight"):
        return week(shift(start, 7 * count * (2 if unit == "fortnight" else 1)))
    first = add_months(start, count * {"month": 1, "quarter": 3, "year": 12}[unit])
    if unit == "month":
        return month(first.year, first.month)
    if unit == "quarter":
        return quarter(first.year, (first.month - 1) // 3 + 1)
    return year(first.year)


def read_ago(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "ten days ago"."""
    count = _counted(match["count"])
    if frame.anchor is None or count is None:
        return UNKNOWN
    unit = match["unit"].lower()
    if unit == "year" and count == 1:  # "a year ago" means about this day of the last year
        return Interval(shift(frame.anchor, -380), shift(frame.anchor, -350), "month")
    return _away(frame.anchor, -count, unit)


def read_from_antecedent(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "a day earlier", "two weeks later" from the last day the text has named."""
    named = frame.antecedent
    count = _counted(match["count"])
    if named is None or named.start is None or count is None:
        return UNKNOWN
    if named.precision not in ("day", "moment"):
        return UNKNOWN
    direction = -1 if match["way"].lower() in ("earlier", "before", "prior", "previously") else 1
    return _away(named.start, direction * count, match["unit"].lower())


def read_came_after(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "the launch came a day after ...": the other deed lies that far back."""
    named = frame.antecedent
    start = named.start if named is not None else frame.anchor
    count = _counted(match["count"])
    if start is None or count is None:
        return UNKNOWN
    return _away(start, -count, match["unit"].lower())


def read_same(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "that day", "the same month" as what the text has named last."""
    unit = (match["unit"] or "day").lower()
    wider = frame.named is not None and frame.named.precision == unit
    named = frame.named if wider else frame.antecedent
    if named is None or named.start is None:
        return UNKNOWN
    if unit in ("day", "evening", "morning", "afternoon", "session", "night", "date"):
        return day(named.start) if named.precision in ("day", "moment") else named
    return _away(named.start, 0, unit)


def read_then(_match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "then", "at the time" as whatever the text has named last."""
    return frame.named or UNKNOWN


def read_beside(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "the day before", "the following day", "the previous session"."""
    named = frame.antecedent
    if named is None or named.start is None or named.precision not in ("day", "moment"):
        return UNKNOWN
    back = re.search(r"before|previous|prior|earlier|eve\b|preceding", match[0].lower())
    return day(shift(named.start, -1 if back else 1))


def read_this_last(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "earlier this week", "late last year"."""
    if frame.anchor is None:
        return UNKNOWN
    unit = match["unit"].lower()
    rel = match["rel"].lower()
    step = {"last": -1, "next": 1, "the previous": -1}
    whole = _away(frame.anchor, step.get(rel, 0), unit)
    lead = (match["lead"] or "").lower()
    if whole is None or whole.start is None or whole.end is None:
        return whole
    if lead.startswith("earlier") and whole.start <= frame.anchor <= whole.end:
        return Interval(whole.start, frame.anchor, whole.precision)
    if lead.startswith("later") and whole.start <= frame.anchor <= whole.end:
        return Interval(frame.anchor, whole.end, whole.precision)
    return part(whole, _which(lead))


def read_weekend(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "over the weekend"."""
    if frame.anchor is None:
        return UNKNOWN
    monday = shift(frame.anchor, -frame.anchor.weekday())
    ahead = frame.future or match[0].lower().startswith("next") or frame.anchor.weekday() >= 5
    saturday = shift(monday, 5 if ahead else -2)
    return Interval(saturday, shift(saturday, 1), "week")


def read_past(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "over the past nine months": a stretch that ends with publication."""
    count = _counted(match["count"]) if match["count"] else 1
    if frame.anchor is None or count is None:
        return UNKNOWN
    unit = match["unit"].lower()
    if unit == "hour":
        return day(frame.anchor)
    days = {"week": 7, "fortnight": 14}.get(unit, 1)
    if unit in ("month", "quarter", "year"):
        first = add_months(frame.anchor, -count * {"month": 1, "quarter": 3, "year": 12}[unit])
        begin = shift(first, frame.anchor.day - 1)
    else:
        begin = shift(frame.anchor, -days * count)
    return Interval(begin, frame.anchor, "unknown")


def read_to_date(_match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "year to date"."""
    if frame.anchor is None:
        return UNKNOWN
    return Interval(date(frame.anchor.year, 1, 1), frame.anchor, "unknown")


def read_vague(_match: re.Match[str], _frame: Frame) -> Interval | None:
    """Read words that fix no day: "recently"."""
    return UNKNOWN


def read_end_of_year(_match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "by year-end"."""
    if frame.anchor is None:
        return UNKNOWN
    return part(year(frame.anchor.year), "late")
