"""Figures with their hedges: the records, and how a hedge is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

Qualifier = Literal[
    "exact", "about", "nearly", "more_than", "at_least", "less_than", "up_to", "range"
]
FigureKind = Literal["count", "percent", "money", "points"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its hedge.

    Attributes
    ----------
    value
        The number itself; percentages in per cent points; of a range the upper end.
    qualifier
        How it is hedged.
    low, high
        What the words allow: ``None`` where they leave that side open.
    words, span, rule
        The words, where they stand in ``Article.text``, and the rule that read them.
    """

    value: float
    qualifier: Qualifier
    low: float | None
    high: float | None
    words: str
    span: tuple[int, int]
    rule: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity and what it counts: things, a share, money, or percentage points."""

    kind: FigureKind
    quantity: Quantity
    currency: str | None = None
    core: tuple[int, int] = (0, 0)  # the number and its unit, without the hedge


_BEFORE: dict[Qualifier, str] = {
    "up_to": r"(?:anything )?up to|as (?:many|much|high) as|no(?:t)? more than|at most|a maximum of"
    r"|maximum|a ceiling of|最多(?:将有|将|会有|有)?|至多|高达|多达|不超过|上限",
    "at_least": r"at least|no(?:t)? (?:fewer|less) than|a minimum of|至少|不少于|不低于",
    "more_than": r"(?:well |far |slightly |just |a little |a bit )?(?:more than|over|above)"
    r"|in excess of|upwards? of|exceeding|north of|超过|超出|逾|超|多于|高于",
    "less_than": r"(?:well |far |slightly |just |a (?:little|bit|touch|shade) )?"
    r"(?:less than|fewer than|under|below)|不到|不足|少于|低于|未到|不及",
    "nearly": r"nearly|almost|close to|approaching|not far (?:from|off|short of)|just shy of|shy of"
    r"|just short of|virtually|将近|接近|几乎|近",
    "about": r"about|around|roughly|approximately|approx\.?|some|circa|ca\.|an estimated|estimated"
    r"|in the (?:region|order|range|neighbou?rhood) of|something like|more or less|~|≈"
    r"|大约|大概|约|估计",
}
_AFTER: dict[Qualifier, str] = {
    "at_least": r"\s?\+|\s+or (?:more|higher|greater|above)|[\s-]plus\b|及?以上|或(?:更多|以上)",
    "about": r"\s+or so\b|\s+or thereabouts|[\s-]odd\b|\s+give or take|左右|上下",
    "up_to": r"\s+or (?:less|fewer)|\s+at (?:the )?most|以下|以内",
    "more_than": r"多(?=[人名个万])|余(?=[人名个万])|多(?=人|名|个)",
}


def _either(table: dict[Qualifier, str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in table.values())


_HEDGED = rf"(?:(?P<before>{_either(_BEFORE)})\s?(?:{_either(_BEFORE)}|a total of|the)?\s?)?"
HEDGE_AFTER = rf"(?P<after>{_either(_AFTER)})?"
_LEAD_WIDTH = 48
_WORD = re.compile(r"[^\s(\[“\"'‘（]+")
_LAST_WORDS = frozenset(
    {
        *(
            "about",
            "around",
            "roughly",
            "approx",
            "approx.",
            "some",
            "circa",
            "ca.",
            "of",
            "to",
            "as",
        ),
        *(
            "than",
            "over",
            "above",
            "under",
            "below",
            "the",
            "exceeding",
            "maximum",
            "least",
            "most",
        ),
        *("almost", "from", "estimated", "like", "less", "total", "between", "approaching", "rs"),
    }
)
_CJK = re.compile(r"[\u3400-\u9fff]")
PERCENT = r"\s?(?:%|％|[\s-]?per[\s-]?cent\b|\s?pct\b|\s?pc\b)"


@cache
def lead_pattern(signs: str = "") -> re.Pattern[str]:
    """Return the pattern of all that may stand before a number: hedge, currency and sign.

    Parameters
    ----------
    signs
        Alternatives of the signs of currencies; without them only a hedge.
    """
    if not signs:
        return re.compile(f"{_HEDGED}$", re.IGNORECASE)
    money = rf"(?P<prefix>{signs})?\s?(?P<sign>[-+−])?"
    return re.compile(rf"(?P<between>between\s)?{_HEDGED}{money}$", re.IGNORECASE)


def find_lead(text: str, start: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return what belongs to a number in front of it, the longest there is.

    Parameters
    ----------
    text, start
        The text, and where the number begins.
    pattern
        See :func:`lead_pattern`.
    """
    near = text[max(0, start - _LEAD_WIDTH) : start]
    if not _may_lead(near):
        return None
    places = [start - len(near) + m.start() for m in _WORD.finditer(near)][-7:]
    places += range(max(0, start - (9 if _CJK.search(near) else 4)), start)
    found = (pattern.match(text, place, start) for place in sorted(set(places)))
    return next((match for match in found if match is not None), None)


def _may_lead(near: str) -> bool:
    """Say whether a text can end with a hedge, a sign or a currency."""
    bare = near.rstrip()
    if not bare or len(near) - len(bare) > 1:
        return False
    last = bare[-1]
    if last in "-+−":
        return bare == near
    if not last.isalnum():
        short = last != "." or bare.endswith(("approx.", "ca.", "Rs."))
        return last not in "_,;:()'\"“‘" and short
    word = bare.split()[-1].lower()
    return (
        not last.isascii()
        or word.lstrip("(\"'“‘") in _LAST_WORDS
        or word.endswith("ly")
        or bare[-3:].isupper()
    )


@cache
def _hedges(table: Literal["before", "after"]) -> tuple[tuple[Qualifier, re.Pattern[str]], ...]:
    """Return the hedges as patterns of the hedge alone, without what has to follow it."""
    chosen = _BEFORE if table == "before" else _AFTER
    return tuple(
        (name, re.compile(rf"\s*(?:{re.sub(r'[(][?]=[^)]*[)]', '', words)})", re.IGNORECASE))
        for name, words in chosen.items()
    )


def _qualifier(before: str, after: str) -> Qualifier:
    for words, table in ((before, _hedges("before")), (after, _hedges("after"))):
        for name, pattern in table:
            if words and pattern.fullmatch(words):
                return name
    return "exact"


def make_quantity(
    words: str,
    start: int,
    value: float,
    rule: str,
    *,
    before: str | None,
    after: str | None,
    low: float | None = None,
) -> Quantity:
    """Make a quantity of its words and the hedges among them.

    Parameters
    ----------
    words, start
        The words, and where they begin in ``Article.text``.
    value, rule
        The number, and the rule that read it.
    before, after
        The hedge in front of the number and behind it.
    low
        The lower end, where the words give a range.
    """
    qualifier: Qualifier = "range" if low is not None else _qualifier(before or "", after or "")
    exact = value if qualifier == "exact" else None
    start += len(words) - len(words.lstrip())
    words = words.strip()
    return Quantity(
        value=value,
        qualifier=qualifier,
        low=low if low is not None else value if qualifier in ("at_least", "more_than") else exact,
        high=value if qualifier in ("range", "up_to", "less_than", "nearly") else exact,
        words=words,
        span=(start, start + len(words)),
        rule=rule,
    )
