"""The session and the day that a clause names, and those its surroundings lend it."""

from __future__ import annotations

import re

from eventstudy.articles.dates import DateSpan
from eventstudy.articles.price_words import price_words
from eventstudy.articles.quantities import Quantity
from eventstudy.articles.records import SessionKind
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import wording

BEFORE_THAT = wording("price_claims.before_that")
_AS_MUCH = re.compile(r"as (?:much|high|low) as\b|最多|一度", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?:(?P<half>[ap])\.?m\.?\s?)?\s?E[SD]?T\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:below|above|than|from|versus|over)\s+(?:on\s+)?$|[较比]$", re.IGNORECASE
)
_RANKED = wording("price_claims.ranked")
_DATELINE = re.compile(r"\.?(?:,? \d{4})?\s*(?:\([^()]{2,24}\)\s*)?(?:--?|[–—])\s")
_PERIOD_DATE = ("period", "to_date", "since")

_CJK = re.compile(r"[\u3400-\u9fff]")
_OF_THE_MOVE = re.compile(r"(?:^|[，；。、,\s日一二三四五六天夜晚间股价在月])$")

Place = tuple[int, int] | None


def lent(
    sentence: Sentence,
    text: str,
    bounds: tuple[int, int],
    lead: int,
    said: Quantity | None,
    named: tuple[SessionKind, Place, DateSpan | None],
) -> tuple[SessionKind, Place, DateSpan | None]:
    """Fill in the session and day that a clause does not name, from the words in front of it.

    Parameters
    ----------
    sentence, text, bounds
        The sentence, its words as :func:`price_words.quiet` gives them, and the clause's place.
    lead
        Where the words in front begin.
    said
        The clause's figure: "as much as 5%" is said of a moment.
    named
        The session, its words and the day that the clause itself names.
    """
    session, found, day = named
    start, end = bounds
    if session == "unspecified" and lead < start:
        session, found = opening_session(text, (lead, end))
    if day is None and lead < start:
        day = clause_date(sentence, (lead, end), session, framing=True)
    if session == "unspecified" and BEFORE_THAT.search(text, start, end):
        session = "close"
    if session == "unspecified" and said is not None and _AS_MUCH.match(said.words):
        session = "intraday"
    return _by_clock(sentence, session, found), found, day


def opening_session(text: str, bounds: tuple[int, int]) -> tuple[SessionKind, Place]:
    """Return the session that words in front of a clause lend it.

    A stretch of days has to open them: "it cut its forecast for the year, and the shares fell"
    tells of no move of a year.
    """
    session, found = price_words().session(text, bounds)
    if found and not _OF_THE_MOVE.search(text[: found[0]]) and _CJK.search(text, *found):
        follows = re.match(r"后?[，,:：]|[^，]{0,4}[涨跌升挫报]|[股收休]", text[found[1] :])
        if follows is None:
            return "unspecified", None  # "the bid made before the bell"
    if session == "period" and found and text[bounds[0] : found[0]].strip(" ,;:，；：*•-—"):
        return price_words().session(text, bounds, ("period",))
    return session, found


def clause_session(
    text: str, bounds: tuple[int, int], *, bare_level: bool
) -> tuple[SessionKind, Place]:
    """Return the session of a clause; a level "at its best two weeks before" is of that day."""
    named = price_words().session(text, bounds)
    if named[0] != "period" or not bare_level:
        return named
    moment = price_words().session(text, bounds, ("period",))
    return moment if moment[0] == "intraday" else named


def clause_date(
    sentence: Sentence, bounds: tuple[int, int], session: SessionKind, *, framing: bool = False
) -> DateSpan | None:
    """Return the day, or the stretch of days, that a part of a sentence names.

    What only frames a clause does not lend it "the day before": that is told of something else.
    """
    base = sentence.start
    inside = [
        d
        for d in sentence.dates
        if d.span
        and bounds[0] <= d.span[0] - base < bounds[1]
        and d.known
        and not (framing and d.rule.endswith("beside"))
        and not ranks(sentence, d)
    ]
    if session == "period":
        stretches = [
            d
            for d in inside
            if d.rule.endswith(_PERIOD_DATE)
            or d.rule.endswith("ago")
            or d.precision not in ("day", "moment")
        ]
        return stretches[0] if stretches else None
    days = [
        d
        for d in inside
        if d.precision in ("day", "moment")
        and not d.rule.endswith(_PERIOD_DATE)
        and not (d.span and _COMPARED.search(sentence.text[: d.span[0] - base]))
    ]
    # a day said outright counts before "the next day", and either before the dateline
    days.sort(key=lambda d: (_heads(sentence, d), d.rule.endswith("beside")))
    if days and days[0].rule.endswith("same") and (coarse := _then(sentence, days[0])):
        return coarse
    back = [d for d in inside if d.precision == "week" and d.rule.endswith(("ago", "relative_to"))]
    back += [d for d in inside if d.precision == "month" and d.rule.endswith("same")]
    return next(iter(days or back), None) or _that_day(sentence, bounds)


def _that_day(sentence: Sentence, bounds: tuple[int, int]) -> DateSpan | None:
    """Return the month of "on the day", where a part of a sentence says no more."""
    for day in sentence.dates:
        if day.span and bounds[0] <= day.span[0] - sentence.start < bounds[1] and not day.known:
            return _then(sentence, day) if day.rule.endswith("same") else None
    return None


def ranks(sentence: Sentence, day: DateSpan) -> bool:
    """Say whether a date only says since when a level is the lowest or highest."""
    place = day.span[0] - sentence.start if day.span else 0
    since = day.rule.endswith("since") or sentence.text[max(0, place - 6) : place] == "since "
    return since and _RANKED.search(sentence.low, 0, place) is not None


def _heads(sentence: Sentence, day: DateSpan) -> bool:
    """Say whether a date belongs to the line of place and day that a report opens with."""
    end = day.span[1] - sentence.start if day.span else 0
    return end < 60 and _DATELINE.match(sentence.text, end) is not None


def _then(sentence: Sentence, day: DateSpan) -> DateSpan | None:
    """Return the month or year that "that day" falls into ("in January 2023 it rose that day")."""
    place = day.span[0] if day.span else 0
    before = [d for d in sentence.dates if d.span and d.span[0] < place and d.known]
    last = before[-1] if before else None
    return last if last is not None and last.precision in ("month", "year") else None


def _by_clock(sentence: Sentence, session: SessionKind, found: Place) -> SessionKind:
    """Return the session that a time of day in New York falls into ("at 17:10 ET")."""
    clock = _CLOCK.search(sentence.text, *found) if session == "intraday" and found else None
    if clock is None:
        return session
    hour = int(clock["hour"]) % 12 if clock["half"] else int(clock["hour"])
    hour += 12 if (clock["half"] or "").lower() == "p" else 0
    minutes = 60 * hour + int(clock["minute"] or 0)
    return "premarket" if minutes < 570 else "afterhours" if minutes > 960 else session
