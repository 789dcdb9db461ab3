"""What the reader finds: announcements and price claims, each field with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from eventstudy.articles.dates import DateSpan
from eventstudy.articles.quantities import Qualifier, Quantity

Status = Literal["reported", "planned", "announced", "completed"]
Role = Literal["main", "background", "mention"]
SessionKind = Literal[
    "close", "open", "premarket", "intraday", "afterhours", "period", "unspecified"
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that prove a field: ``Article.text[start:end]``, and the rule that read them."""

    article_id: str
    start: int
    end: int
    words: str
    rule: str


_NONE: Mapping[str, Evidence] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Announcement:
    """Something a company announced, planned, did, or was reported to do.

    Attributes
    ----------
    company, ticker
        The company, and its symbol on the day of publication (``None`` where it is not traded).
    event_type
        Name of an event type (``layoff``, ``model_launch``, or a user's own).
    date
        The day the words became known; where no words say so, the day of publication (rule
        ``publication``) for news, and unknown for what lies behind it.
    session
        ``pre`` or ``after`` where the words place the news before the opening or after the close,
        else ``unknown``; a time by the clock makes ``date`` a moment.
    effective
        When the deed itself takes place, where the text says so.
    status, role
        How far the deed is, and its place in the article.
    headcount, percent
        Size; ``percent`` is in per cent points of the whole workforce.
    name
        What is launched or who is meant, where the type has names.
    score
        0 to 1: how much of it stands in the text itself rather than being inferred.
    evidence
        Field name to its proof.
    """

    article_id: str
    company: str
    ticker: str | None
    event_type: str
    date: DateSpan
    session: Literal["pre", "after", "unknown"]
    effective: DateSpan | None
    status: Status
    headcount: Quantity | None
    percent: Quantity | None
    role: Role
    name: str | None
    score: float
    evidence: Mapping[str, Evidence] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, eq=False)
class PriceClaim:
    """A statement about a share price that prices can confirm or contradict.

    Attributes
    ----------
    company, ticker
        The company and the line of its shares that is meant.
    date
        The session; for ``session="period"`` the stretch of days the move covers.
    session
        Which price of the day is meant.
    level, currency
        The price as quoted; ``None`` where only a change is stated.
    change
        Signed, as a decimal fraction; ``None`` where only a level or direction is stated.
    qualifier
        The hedge of the change, or of the level where there is no change.
    direction
        ``up``, ``down``, or ``""`` where the words give none.
    """

    article_id: str
    company: str
    ticker: str | None
    date: DateSpan
    session: SessionKind
    level: float | None
    currency: str | None
    change: float | None
    qualifier: Qualifier
    direction: Literal["up", "down", ""]
    evidence: Mapping[str, Evidence] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Words that look like an announcement and are none, with the rule that says why."""

    evidence: Evidence
    reason: str


@dataclass(frozen=True, eq=False)
class Extraction:
    """Everything found in one article, in order of place."""

    article_id: str
    announcements: tuple[Announcement, ...]
    price_claims: tuple[PriceClaim, ...]
    rejections: tuple[Rejection, ...] = ()
