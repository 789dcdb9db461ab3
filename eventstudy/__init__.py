"""Did the market react? From news articles to abnormal returns, tests and a report.

The names below are imported when they are first used, so ``import eventstudy`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eventstudy.articles.extraction import extract
    from eventstudy.articles.reading import read_article, read_articles
    from eventstudy.errors import EventStudyError, EventStudyWarning
    from eventstudy.events.event import Event
    from eventstudy.events.table import EventSet
    from eventstudy.market.prices import InMemorySource, PriceSource, PriceTable
    from eventstudy.results.results import EventStudyResults
    from eventstudy.specification import StudySpec
    from eventstudy.study import EventStudy

__version__ = "0.1.0"

_HOMES = {
    "Event": "eventstudy.events.event",
    "EventSet": "eventstudy.events.table",
    "EventStudy": "eventstudy.study",
    "EventStudyError": "eventstudy.errors",
    "EventStudyResults": "eventstudy.results.results",
    "EventStudyWarning": "eventstudy.errors",
    "InMemorySource": "eventstudy.market.prices",
    "PriceSource": "eventstudy.market.prices",
    "PriceTable": "eventstudy.market.prices",
    "StudySpec": "eventstudy.specification",
    "extract": "eventstudy.articles.extraction",
    "read_article": "eventstudy.articles.reading",
    "read_articles": "eventstudy.articles.reading",
}

__all__ = [
    "Event",
    "EventSet",
    "EventStudy",
    "EventStudyError",
    "EventStudyResults",
    "EventStudyWarning",
    "InMemorySource",
    "PriceSource",
    "PriceTable",
    "StudySpec",
    "__version__",
    "extract",
    "read_article",
    "read_articles",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
