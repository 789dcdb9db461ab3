"""What a report tells of one event beside its numbers: facts, sources, words of articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eventstudy.reporting import formats
from eventstudy.reporting.content import EventDetail, ReportContent


def event_facts(content: ReportContent, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the facts of one event as pairs of name and text; missing ones are left out."""
    planted = row["planted"] if content.simulated else None
    facts = (
        ("What", formats.clip(_text(row["what"]), 600)),
        (
            "Size",
            _joined(
                ("{} people", formats.number(row["headcount"], 0)),
                ("{}% of staff", formats.number(row["percent"], 1).removesuffix(".0")),
            ),
        ),
        (
            "Announced",
            _joined(
                ("{}", formats.day(row["announced_at"])),
                ("session: {}", _text(row["session"])),
                ("{}", _text(row["status"])),
                ("{}", _text(row["review"])),
            ),
        ),
        ("Day zero", _text(row["reason"])),
        (
            "Numbers",
            _joined(
                ("BHAR {}", formats.percent(row["bhar"])),
                ("planted {}", formats.percent(planted)),
                ("alpha {}", formats.percent(row["alpha"], 3)),
                ("beta {}", formats.number(row["beta"])),
                ("{} days of estimation", formats.number(row["n_obs"], 0)),
            ),
        ),
    )
    return ((name, text) for name, text in facts if text)


def event_sources(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the sources of one event, one text each."""
    return tuple(part.strip() for part in _text(row["sources"]).split(" | ") if part.strip())


def quotes_by_article(detail: EventDetail) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return per article title its quoted words with their rules, cleaned."""
    found: dict[str, list[tuple[str, str]]] = {}
    for quote in detail.quotes:
        words = formats.clip(formats.clean(quote.words), 400)
        found.setdefault(formats.clean(quote.article), []).append(
            (words, formats.clean(quote.rule))
        )
    return tuple((article, tuple(quotes)) for article, quotes in found.items())


def _joined(*parts: tuple[str, str]) -> str:
    """Put texts into their patterns and join them; missing ones are left out."""
    return " · ".join(
        pattern.format(text) for pattern, text in parts if text not in {"", formats.MISSING}
    )


def _text(value: Any) -> str:
    """Write a text, or the texts of a tuple, cleaned; empty where missing."""
    if isinstance(value, (tuple, list)):
        return " | ".join(map(_text, value))
    return "" if formats.is_missing(value) else formats.clean(str(value))
