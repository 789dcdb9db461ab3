"""One event, and why an event may be left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from eventstudy.events.dates import EventPrecision, format_announced_at

SessionKind = Literal["pre", "during", "after", "unknown"]
Review = Literal["proposed", "confirmed", "rejected"]


class ExclusionReason(StrEnum):
    """The closed list of reasons why an event is not estimated."""

    UNREADABLE = "unreadable row"
    REJECTED = "rejected in review"
    DATE_TOO_COARSE = "date too coarse"
    OTHER_STEP = "another step of the same decision is studied"
    NO_SESSION = "no session"
    DUPLICATE = "duplicate"
    UNKNOWN_TICKER = "unknown ticker"
    NO_PRICES = "prices unavailable"
    POOR_PRICES = "prices too poor"
    OUTSIDE_DATA = "outside data"
    DAY_ZERO_MISSING = "day zero missing"
    ESTIMATION_TOO_SHORT = "estimation too short"
    EVENT_WINDOW_INCOMPLETE = "event window incomplete"
    ZERO_VARIANCE = "zero variance"
    MODEL_NOT_FITTED = "model not fitted"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One event that is not estimated: its id, the reason, and the facts of the case."""

    event_id: str
    reason: ExclusionReason
    detail: str


@dataclass(frozen=True, slots=True)
class Event:
    """One announcement as the study uses it.

    Attributes
    ----------
    announced_at
        A moment with a zone, a date, the first day of a coarser span, or None when unknown.
    until
        Last day of a span coarser than a day, else None.
    session
        When on that day: before the open, during, after the close, or unknown. A moment settles
        it by itself.
    zone
        IANA zone in which a bare date was meant; empty for the exchange's own.
    percent
        Share of the staff in per cent points.
    chain, step
        The decision that several events are steps of, and which step this is.
    extra
        Columns of the file that the tool does not know, kept for writing it back.
    """

    event_id: str
    ticker: str
    event_type: str
    announced_at: date | datetime | None
    company: str = ""
    session: SessionKind = "unknown"
    group: str = ""
    headcount: float | None = None
    percent: float | None = None
    what: str = ""
    sources: tuple[str, ...] = ()
    review: Review = "proposed"
    precision: EventPrecision = "day"
    until: date | None = None
    zone: str = ""
    chain: str = ""
    step: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def first_day(self) -> date | None:
        """First day on which it may have been announced."""
        at = self.announced_at
        return at.date() if isinstance(at, datetime) else at

    @property
    def last_day(self) -> date | None:
        """Last day on which it may have been announced."""
        return self.until or self.first_day

    @property
    def announced_text(self) -> str:
        """The date as ``events.csv`` writes it."""
        return format_announced_at(self.announced_at, self.precision, self.until)


def with_sources(event: Event, sources: Iterable[str]) -> Event:
    """Return the event with further sources added, none twice."""
    return replace(event, sources=tuple(dict.fromkeys((*event.sources, *sources))))
