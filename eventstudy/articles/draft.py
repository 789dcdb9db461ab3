"""What one clause says of one company's deed, before clauses are put together."""

from __future__ import annotations

from dataclasses import dataclass

from eventstudy.articles.clock import TimeOfDay
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.event_types import EventType, Trigger
from eventstudy.articles.quantities import Quantity
from eventstudy.articles.records import Status
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.subjects import Subject


@dataclass(frozen=True, eq=False)
class Draft:
    """What one clause says of one company's deed."""

    subject: Subject
    event_type: EventType
    trigger: Trigger
    index: int
    sentence: Sentence
    date: DateSpan | None
    vague: DateSpan | None
    effective: DateSpan | None
    headcount: Quantity | None
    percent: Quantity | None
    part: Quantity | None
    name: tuple[str, tuple[int, int]] | None
    status: Status
    news: bool
    further: bool
    weak: bool
    spoken: bool
    ahead: bool
    time: TimeOfDay | None
    headed: bool
    earlier: bool

    @property
    def sized(self) -> bool:
        """Whether the clause states a size."""
        return self.headcount is not None or self.percent is not None
