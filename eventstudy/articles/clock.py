"""When on its day the news came: before the opening, after the close, or at a time by the clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from eventstudy.articles.sentences import Sentence
from eventstudy.articles.stamps import ZONES
from eventstudy.articles.wording import wording

PartOfDay = Literal["pre", "after"]

_PARTS: tuple[tuple[PartOfDay, str], ...] = (("after", "clock.after"), ("pre", "clock.pre"))
_SHARE = wording("clock.share")
_PLACES = {
    "Eastern": "America/New_York",
    "New York": "America/New_York",
    "Pacific": "America/Los_Angeles",
    "London": "Europe/London",
    "Beijing": "Asia/Shanghai",
    "Tokyo": "Asia/Tokyo",
    "Frankfurt": "Europe/Berlin",
    "Paris": "Europe/Paris",
    "Central European": "Europe/Berlin",
}
_CLOCK = re.compile(
    r"(?<![\d:.$€£])(?P<h>[01]?\d|2[0-3])(?:[:.](?P<min>[0-5]\d))?\s?(?P<half>[ap]\.?m\.?)?\s?\(?"
    rf"(?:(?P<short>{'|'.join(sorted((z for z in ZONES if z.isascii()), key=len, reverse=True))})\b"
    rf"|(?P<place>{'|'.join(_PLACES)})(?:\s[Tt]ime)?\b)"
)
_BESIDE = 60  # how near a share's move makes the words speak of trading


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """The part of the day, or the time by the clock with its zone, and the words that say so."""

    part: PartOfDay | None
    clock: time | None
    zone: str | None
    span: tuple[int, int]
    rule: str

    def on(self, day: date) -> datetime | None:
        """Return the moment on a day, where the words give a time by the clock."""
        if self.clock is None or self.zone is None:
            return None
        return datetime.combine(day, self.clock, ZoneInfo(self.zone))


def find_time(sentence: Sentence, clause: tuple[int, int] | None = None) -> TimeOfDay | None:
    """Return when on the day the news of a sentence came; ``None`` where it does not say.

    Parameters
    ----------
    sentence
        A sentence that tells news. Words beside a share's move ("rose 3% after the bell") speak
        of trading and are left out.
    clause
        The span of the clause that tells it, where the sentence has several.
    """
    base = sentence.start
    start, end = clause or (base, sentence.end)
    left, right = start - base, end - base
    for match in _CLOCK.finditer(sentence.text, left, right):
        clock = _time(match)
        if clock is None or _of_trading(sentence, match.span()):
            continue
        zone = ZONES[match["short"]] if match["short"] else _PLACES[match["place"]]
        return TimeOfDay(None, clock, zone, (match.start() + base, match.end() + base), "clock")
    for part, name in _PARTS:
        found = wording(name).search(sentence.low, left, right)
        if found is not None and not _of_trading(sentence, found.span()):
            span = (found.start() + base, found.end() + base)
            return TimeOfDay(part, None, None, span, f"session.{part}")
    return None


def _time(match: re.Match[str]) -> time | None:
    hour, half = int(match["h"]), (match["half"] or "").lower()
    if not match["min"] and not half:
        return None
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    return time(hour, int(match["min"] or 0))


def _of_trading(sentence: Sentence, span: tuple[int, int]) -> bool:
    """Say whether words of time stand beside a share and its move."""
    left = max(sentence.text.rfind(mark, 0, span[0]) for mark in (";", ",", "，", "；", " and "))
    ends = (sentence.text.find(mark, span[1]) for mark in (";", ",", "，", "；", " and "))
    right = min((place for place in ends if place >= 0), default=len(sentence.text))
    window = (max(left, span[0] - _BESIDE, 0), min(right, span[1] + _BESIDE))
    return _SHARE.search(sentence.low[slice(*window)]) is not None
