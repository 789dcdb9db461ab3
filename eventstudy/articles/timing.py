"""When: the days a clause names, told apart into the day of the news and the day of the deed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from eventstudy.articles.clock import TimeOfDay, find_time
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.event_types import Trigger
from eventstudy.articles.intervals import shift
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.sizes import Size
from eventstudy.articles.wording import lower, wording

_SKIP_DATE = wording("timing.skip_date")
_BY = wording("timing.by")
_BUSINESS = wording("timing.business")
_SPOKE = wording("timing.spoke")
_SHARE = re.compile(r"\b(?:shares?|stock|closed|trading)\b|股价|收盘|收报")
_PARTED = re.compile(r"[;；]")
_OPENING = 4  # sentences
_NEWS_DAYS = (
    "en.weekday",
    "en.named_day",
    "en.month_day",
    "en.day_month",
    "zh.weekday",
    "zh.full",
    "zh.named_day",
    "en.iso",
)
_ORDER = ("moment", "day", "week", "month", "quarter", "half", "year", "unknown")


def _dated_part(sentence: Sentence, clause: tuple[int, int], trigger: Trigger) -> tuple[int, int]:
    """Return the part of a clause that holds its trigger, or all of it where that has no day."""
    part = _part(sentence, clause, trigger)
    dated = any(d.span is not None and part[0] <= d.span[0] < part[1] for d in sentence.dates)
    base = sentence.start
    beside = sentence.low[part[1] - base : clause[1] - base]
    return part if dated or _SHARE.search(beside) else clause


def _part(sentence: Sentence, clause: tuple[int, int], trigger: Trigger) -> tuple[int, int]:
    """Return the part of a clause between semicolons that holds its trigger."""
    base = sentence.start
    left, right = clause
    for match in _PARTED.finditer(sentence.text, clause[0] - base, clause[1] - base):
        if match.end() + base <= trigger.start:
            left = match.end() + base
        elif match.start() + base >= trigger.end:
            right = min(right, match.start() + base)
    return left, right


@dataclass(frozen=True, slots=True)
class Told:
    """When the opening of an article says that its company spoke: the day, and when on it."""

    day: DateSpan | None
    time: TimeOfDay | None


def told_on(sentences: Sequence[Sentence], main: str, anchor: date | None) -> Told:
    """Return when the opening of an article says that its company spoke.

    Parameters
    ----------
    sentences
        The article's sentences.
    main
        The company the article is about.
    anchor
        The day of publication; a day more than a week before it is no news.
    """
    told = Told(None, None)
    opening = [s for s in sentences if s.kind != "title"][:_OPENING]
    for sentence in opening:
        named = sentence.companies[0].company if sentence.companies else main
        if named != main or not _SPOKE.search(sentence.low):
            continue
        told = Told(told.day, told.time or find_time(sentence))
        days = [
            d
            for d in sentence.dates
            if d.precision == "day"
            and d.start is not None
            and anchor is not None
            and shift(anchor, -7) <= d.start <= anchor
            and d.rule in _NEWS_DAYS
            and not _priced(sentence, d)
        ]
        if len(days) == 1:
            return Told(days[0], find_time(sentence) or told.time)
    return told


def _priced(sentence: Sentence, day: DateSpan) -> bool:
    """Say whether a day stands beside a share and its move."""
    place = day.span[0] - sentence.start if day.span else 0
    return _SHARE.search(sentence.low, max(0, place - 70), place + 40) is not None


def _moved_on(sentence: Sentence, day: DateSpan, trigger: Trigger) -> bool:
    """Say whether a day is that of a share's move, not of the deed ("fell on Tuesday after")."""
    if day.span is None or day.span[1] > trigger.start:
        return False
    between = sentence.low[day.span[1] - sentence.start : trigger.start - sentence.start]
    parted = re.search(r"\b(?:after|following|amid|as|on reports?|on news)\b", between)
    return parted is not None and _priced(sentence, day)


def find_days(
    sentence: Sentence,
    clause: tuple[int, int],
    group: list[Size],
    trigger: Trigger,
    anchor: date | None,
    *,
    ahead: bool,
    paired: bool,
) -> tuple[DateSpan | None, DateSpan | None, DateSpan | None]:
    """Return the day of the news, a vague word for it, and the day of the deed."""
    base = sentence.start
    clause = _dated_part(sentence, clause, trigger)
    told: list[DateSpan] = []
    vague = effective = None
    centre = group[0].place if group else trigger.start
    for span in sentence.dates:
        if span.span is None or span.rule.endswith(("period", "to_date")):
            continue
        leading = span.span[0] - base < 12
        if not (clause[0] <= span.span[0] < clause[1]) and not leading:
            continue
        before = sentence.text[max(0, span.span[0] - base - 30) : span.span[0] - base]
        resumed = sentence.text[span.span[1] - base :].startswith(", when")
        lead = f"{before}{span.words}"
        compared = bool(
            _SKIP_DATE.search(before) or re.match(r"(?:since|through|until)\b", span.words, re.I)
        )
        compared = compared or span.rule.endswith("since")
        coming = anchor is not None and span.start is not None and span.start > anchor
        if compared and span.rule != "range" and not resumed and not coming:
            continue
        if span.start is None or span.end is None:
            vague = vague or span
        elif anchor is not None and span.start > anchor:
            effective = effective or (None if _BUSINESS.search(lower(before)) else span)
        elif span.rule != "range" and (
            _BY.search(before) or re.match(r"(?:by|starting|until|before)\b", span.words, re.I)
        ):
            effective = effective or (span if span.end >= (anchor or span.end) else None)
        elif (
            anchor is not None
            and span.end > shift(anchor, 3)
            and (ahead or "later" in lead.lower())
        ):
            effective = effective or span
        else:
            told.append(span)
    if not told:
        return None, vague, effective
    fixed = [s for s in told if s.words.lower() != "this year"] or told
    fixed = [s for s in fixed if not _moved_on(sentence, s, trigger)] or fixed
    best = min(
        fixed,
        key=lambda s: (
            0 if paired else _ORDER.index(s.precision),
            abs((s.span or (0, 0))[0] - centre),
        ),
    )
    return best, vague, effective
