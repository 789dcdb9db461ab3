"""Time expressions to intervals of days, English and Chinese.

A grammar of our own: every expression becomes an interval with a precision, read from the day of
publication in the publisher's zone, and bears the id of the rule that read it. "May 20" takes its
year from its verb, "that day" from the day the text named last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from eventstudy.articles.dates_chinese import chinese_rules
from eventstudy.articles.dates_english import english_rules
from eventstudy.articles.intervals import Frame, Interval, Precision, Rule

__all__ = ["DateSpan", "Precision", "find_dates"]

_FUTURE = re.compile(
    r"(?i:\b(?:will|shall|would|plans?(?! of\b)|planned|planning|intends?|expects?|expected|aims?"
    r"|set|scheduled"
    r"|due(?! to)|slated|to (?:begin|start|take|cut|lay|end|be|complete)|upcoming|starting"
    r"|effective"
    r"|begin(?:s|ning)?|coming|ahead|hopes?|targets?|targeting|could)\b)|\bmay\b"
    r"|(?i:\b(?:by|until|till|before|effective|for)\s+(?:the\s+)?$)"
    r"|将|计划|预计|拟|打算|准备|即将"
)
_PAST = re.compile(
    r"\b(?:said|reported|announced|told|wrote|was|were|had|did|released|launched|unveiled|cut"
    r"|laid|according to|memo|filing|confirmed|closed|fell|rose|began|started|revealed|showed)\b"
    r"|已|了|曾|宣布|表示|报道|称",
    re.IGNORECASE,
)
_CJK = re.compile(r"[\u3400-\u9fff]")
_STRETCHES = ("period", "to_date", "since")
_SINCE = re.compile(r"\b(?:since|than(?: in| on)?|compared with)\s+$|自$", re.IGNORECASE)
_FISCAL = re.compile(r"\bfiscal\b|\bfinancial year\b|\bFY\b|财年|财季", re.IGNORECASE)
# "announced plans on Wednesday to ...": the day is that of the announcing
_MADE_PUBLIC = re.compile(
    r"\b(?:announced|revealed|unveiled|disclosed|confirmed|outlined|detailed|said|reported|set out)"
    r"(?: (?:its|the|new|that|their|a|fresh|sweeping))* ?(?:plans?|cuts?|layoffs|measures|steps)?"
    r"(?: late| early)?(?: on| in)?\s*$"
    r"|\b(?:implemented|carried out|conducted|completed|undertaken|executed|made|done)"
    r"(?: back)?(?: in| on)?\s*$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:to|through|until|and|–|—|-|至|到|~)\s*(?:the\s+)?$", re.IGNORECASE)
_RANGE_OPEN = re.compile(r"\b(?:from|between)\s+(?:the\s+)?$|从$|在$|自$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """An interval of days that some words name.

    Attributes
    ----------
    start, end
        First and last day, both included; ``None`` where the words fix nothing ("recently").
    precision
        How exact the words are.
    rule
        Id of the rule that read them (``en.ago``, ``zh.weekday``; ``publication`` where the day
        of publication stands in for words that are missing).
    words, span
        The words, and where they stand in ``Article.text``; ``None`` where there are none.
    moment
        The moment with its zone, where time of day is known.
    """

    start: date | None
    end: date | None
    precision: Precision
    rule: str
    words: str
    span: tuple[int, int] | None
    moment: datetime | None = None

    @property
    def known(self) -> bool:
        """Whether the words fix any day."""
        return self.start is not None


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    rule: Rule
    match: re.Match[str]


@cache
def _pieces() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the pieces of text that some rule needs: as written, and in lower case."""
    rules = (*english_rules(), *chinese_rules())
    pieces = sorted({piece for rule in rules for piece in rule.needs})
    low = tuple(piece for piece in pieces if piece == piece.lower())
    return tuple(piece for piece in pieces if piece not in low), low


def _hits(text: str) -> list[_Hit]:
    """Return the longest matches, not overlapping, in order of place."""
    rules = english_rules()
    if _CJK.search(text):
        rules += chinese_rules()
    lowered = text.lower()
    written, low = _pieces()
    here = {piece for piece in written if piece in text}
    here.update(piece for piece in low if piece in lowered)
    found = [
        _Hit(match.start(), match.end(), rule, match)
        for rule in rules
        if not rule.needs or not here.isdisjoint(rule.needs)
        for match in rule.pattern.finditer(text)
        if match.end() > match.start()
    ]
    kept: list[_Hit] = []
    for hit in sorted(found, key=lambda hit: hit.start - hit.end):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _points_ahead(text: str, start: int, *, same_clause: bool) -> bool:
    """Say whether the words in front of a place speak of the future."""
    before = text[max(0, start - 90) : start]
    if _MADE_PUBLIC.search(before):
        return False
    if same_clause:
        before = re.split(r"[,;:，；]", before)[-1]
    ahead = list(_FUTURE.finditer(before))
    if not ahead:
        return False
    past = list(_PAST.finditer(before))
    return not past or past[-1].start() < ahead[-1].start()


def find_dates(
    text: str,
    anchor: date | None,
    offset: int = 0,
    antecedent: Interval | None = None,
    named: Interval | None = None,
) -> list[DateSpan]:
    """Find every time expression of a sentence.

    Parameters
    ----------
    text
        The sentence.
    anchor
        The day of publication in the publisher's zone; without it, relative expressions come out
        with precision ``unknown``.
    offset
        What to add to each span so that it points into the article's text.
    antecedent
        The day that the text before has named last ("that day" refers to it).
    named
        The interval of any precision that it has named last ("then" refers to it).

    Returns
    -------
    list of DateSpan
        In order of place, not overlapping. Stretches that end with publication ("over the past
        ten days") have a rule that ends in ``period`` or ``to_date``.
    """
    spans: list[DateSpan] = []
    local: Interval | None = None  # the day named last in this sentence
    shown = text
    if text.isupper():
        text = text.title()  # flashes shout ("TO CUT 500 JOBS BY MARCH")
    for hit in _hits(text):
        nearby = text[max(0, hit.start - 12) : hit.end + 14]
        if _FISCAL.search(nearby) or (hit.rule.id == "en.year" and not _is_year(text, hit)):
            continue
        ahead = _points_ahead(text, hit.start, same_clause=hit.rule.id.endswith("weekday"))
        since = bool(_SINCE.search(text, 0, hit.start))
        earlier = local if hit.rule.id == "en.day_after" else antecedent
        frame = Frame(anchor, earlier, ahead and not since, since, named)
        found = hit.rule.read(hit.match, frame)
        if found is None:
            continue
        words = shown[hit.start : hit.end]
        lead = len(words) - len(words.lstrip())
        rule = f"{hit.rule.id}.since" if since else hit.rule.id
        span = DateSpan(
            start=found.start,
            end=found.end,
            precision=found.precision,
            rule=rule,
            words=words.strip(),
            span=(hit.start + lead + offset, hit.start + len(words.rstrip()) + offset),
        )
        joined = _join(spans[-1], span, text, offset) if spans else None
        if joined is not None:
            spans[-1] = joined
            continue
        spans.append(span)
        if refers(span):
            antecedent = local = found
        if span.precision != "unknown":
            named = found
    return spans


def refers(span: DateSpan) -> bool:
    """Say whether "that day" can refer to this expression."""
    return span.precision in ("day", "moment") and not span.rule.endswith(_STRETCHES)


def _is_year(text: str, hit: _Hit) -> bool:
    """Say whether four digits are a year: by the word in front, or by what follows."""
    if hit.match["part"]:
        return True
    before = text[: hit.start].rstrip()
    after = text[hit.end : hit.end + 24]
    if re.match(
        r"\s+(?:jobs|employees|people|workers|staff|positions|roles|posts|points)\b", after
    ):
        return False
    return not re.search(r"[$€£¥#]$|\b[Ww]indows$|\bvision$", before)


def _join(first: DateSpan, second: DateSpan, text: str, offset: int) -> DateSpan | None:
    """Join "from late 2022" and "early 2023" into one interval."""
    if first.span is None or second.span is None or first.start is None or second.end is None:
        return None
    between = text[first.span[1] - offset : second.span[0] - offset]
    if not _RANGE.fullmatch(between) or second.end <= first.start:
        return None
    opened = _RANGE_OPEN.search(text[: first.span[0] - offset])
    opened = opened or re.match(r"(?:from|between|从|自)", first.words, re.IGNORECASE)
    if not opened and re.search(r"and|to", between):
        return None
    order: list[Precision] = ["moment", "day", "week", "month", "quarter", "half", "year"]
    if first.precision not in order or second.precision not in order:
        return None
    coarser = max(first.precision, second.precision, key=order.index)
    span = (first.span[0], second.span[1])
    return replace(
        first,
        end=second.end,
        precision=coarser,
        rule="range",
        words=text[span[0] - offset : span[1] - offset],
        span=span,
    )
