"""Every error and warning of the package.

::

    EventStudyError
    ├── InputError (ValueError)          something the user handed in is wrong
    │   ├── ArticleError                 an article cannot be read
    │   ├── EventError                   an event table or row cannot be read
    │   ├── PriceError                   a price or factor table cannot be read
    │   ├── SpecificationError           study.toml or an argument of a study is wrong
    │   └── WindowError                  a window is malformed or outside the event window
    ├── CalendarError (LookupError)      a calendar is unknown or does not reach the date
    ├── DataSourceError                  a source of prices failed as a whole
    │   ├── SourceUnavailable
    │   ├── RateLimited
    │   └── SymbolNotFound
    ├── EstimationError                  nothing can be estimated
    └── TooManyExcluded                  fewer events are left than the study allows

    EventStudyWarning (UserWarning)      kept on the results, never printed by the library
    ├── ClusteredEvents
    ├── OtherMeasure
    ├── OverlappingEvents
    ├── PriceQuality
    ├── ShortEstimation
    ├── ThinTrading
    ├── UnknownEarnings
    └── UnknownTimeOfDay

Facts are attributes; the message is one sentence that says what, where, what is allowed and how
to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class EventStudyError(Exception):
    """Base of all errors.

    Parameters
    ----------
    message
        One sentence: what, where, what is allowed, how to mend it.
    **facts
        The values the sentence speaks of, kept as attributes in ``facts``.
    """

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts: dict[str, Any] = facts


class InputError(EventStudyError, ValueError):
    """Something the user handed in is wrong."""


class ArticleError(InputError):
    """An article cannot be read."""


class EventError(InputError):
    """An event table, or one row of it, cannot be read."""


class PriceError(InputError):
    """A table of prices or factors cannot be read."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a specification: its place (``"windows.event"``), the value, the remedy."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class SpecificationError(InputError):
    """A study's specification is wrong; carries every mistake at once in ``mistakes``."""

    def __init__(
        self, message: str, mistakes: tuple[Mistake, ...] | list[Mistake] = (), **facts: Any
    ) -> None:
        super().__init__(message, **facts)
        self.mistakes: tuple[Mistake, ...] = tuple(mistakes)


class WindowError(InputError):
    """A window is malformed, overlaps another, or leaves the event window."""


class CalendarError(EventStudyError, LookupError):
    """A calendar is unknown, or a date lies outside it."""


class DataSourceError(EventStudyError):
    """A source of prices failed as a whole."""


class SourceUnavailable(DataSourceError):
    """The source cannot be reached, or answered nonsense."""


class RateLimited(DataSourceError):
    """The source asks to wait."""


class SymbolNotFound(DataSourceError):
    """The source does not know a symbol that the study cannot do without."""


class EstimationError(EventStudyError):
    """Nothing can be estimated."""


class TooManyExcluded(EventStudyError):
    """Fewer events are left than the study allows."""


class EventStudyWarning(UserWarning):
    """Base of all warnings.

    Warnings are kept on the results (``results.warnings``) and shown by the summary, the report
    and the command line; the library never prints them.

    Parameters
    ----------
    message
        One sentence.
    event_ids
        The events it concerns; empty when it concerns the study as a whole.
    """

    def __init__(self, message: str, event_ids: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.event_ids = event_ids


class ClusteredEvents(EventStudyWarning):
    """Several events share a day zero, so their abnormal returns are correlated."""


class OtherMeasure(EventStudyWarning):
    """The study is of volume or volatility, in the place of returns."""


class OverlappingEvents(EventStudyWarning):
    """Event windows of one security overlap, so one event's reaction is in the other's."""


class PriceQuality(EventStudyWarning):
    """A price series has a defect that was seen and left."""


class ShortEstimation(EventStudyWarning):
    """An estimation window has many missing days."""


class ThinTrading(EventStudyWarning):
    """A security has a large share of zero returns."""


class UnknownEarnings(EventStudyWarning):
    """The earnings dates of a company could not be had; a report may lie in its event windows."""


class UnknownTimeOfDay(EventStudyWarning):
    """The time of day of an announcement is unknown; day zero may be a day early."""
