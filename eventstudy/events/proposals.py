"""Announcements found in articles meet the event table: matched, or proposed as new events.

Matching is by security, type and overlapping dates; sizes break ties. A reviewed row is never
changed but for its list of sources. An announcement of a firm that is not traded, or without a
symbol, is kept as an exclusion. Doing it again changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from eventstudy.articles.extraction import Announcement, Extraction
from eventstudy.articles.reading import Article
from eventstudy.events.dates import EventPrecision
from eventstudy.events.event import Event, Exclusion, ExclusionReason, with_sources
from eventstudy.events.table import EventSet
from eventstudy.symbols import current_symbol

#: A date may differ by a day between the publisher's zone and the exchange's.
ZONE_SLACK = timedelta(days=1)
#: How far back "recently" reaches.
RECENT = timedelta(days=90)
#: Two sizes within this ratio are the same announcement in other words.
SIZE_SLACK = 1.25


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """What an article says of an event.

    ``proofs`` holds for each field that was read its name, the article's own words, and the rule
    that found them.
    """

    event_id: str
    article_id: str
    article_title: str
    status: str
    proofs: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, eq=False)
class Proposals:
    """The event table after articles were read.

    Attributes
    ----------
    events
        The table with sources added and new events, marked as proposed, at the end.
    links
        Which announcement speaks of which event.
    added
        Ids of the new events.
    exclusions
        Announcements that no event can be made of, with the reason.
    """

    events: EventSet
    links: tuple[ArticleLink, ...]
    added: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]


def merge(events: EventSet, found: Iterable[tuple[Article, Extraction]]) -> Proposals:
    """Match the announcements of articles with events; propose an event for each that has none."""
    table = {event.event_id: event for event in events}
    links: list[ArticleLink] = []
    added: list[str] = []
    exclusions: list[Exclusion] = []
    for article, extraction in found:
        for announcement in extraction.announcements:
            matches = _matches(announcement, article, list(table.values()))
            if not matches:
                proposal = _propose(announcement, article, taken=table)
                if isinstance(proposal, Exclusion):
                    exclusions.append(proposal)
                    continue
                table[proposal.event_id] = proposal
                added.append(proposal.event_id)
                matches = [proposal]
            for event in matches:
                table[event.event_id] = _joined(table[event.event_id], announcement, article)
                links.append(_link(event.event_id, announcement, article))
    merged = EventSet(tuple(table.values()), events.exclusions)
    return Proposals(merged, tuple(links), tuple(added), tuple(dict.fromkeys(exclusions)))


def _matches(announcement: Announcement, article: Article, events: Sequence[Event]) -> list[Event]:
    """Return the events an announcement speaks of: one, or all within a span of many months."""
    if announcement.ticker is None:
        return []
    symbol = current_symbol(announcement.ticker)
    candidates = [
        event
        for event in events
        if event.event_type == announcement.event_type
        and current_symbol(event.ticker) == symbol
        and event.first_day is not None
    ]
    start, end = _reach(announcement, article)
    if start is None or end is None:
        return []
    overlapping = [
        event
        for event in candidates
        if (event.first_day or date.max) <= end and (event.last_day or date.min) >= start
    ]
    if not overlapping:
        return []
    if announcement.date.precision in ("year", "half", "unknown") and announcement.date.start:
        return overlapping
    return [min(overlapping, key=lambda event: _distance(event, announcement, end))]


def _reach(announcement: Announcement, article: Article) -> tuple[date | None, date | None]:
    """Return the days on which the announcement may have been made, zones allowed for."""
    span = announcement.date
    if span.start is not None:
        return span.start - ZONE_SLACK, (span.end or span.start) + ZONE_SLACK
    published = _published_day(article)
    if published is None:
        return None, None
    return published - RECENT, published + ZONE_SLACK


def _distance(event: Event, announcement: Announcement, end: date) -> tuple[bool, int]:
    """Rank candidates: same size first, then the day nearest to the one the article gives."""
    aim = announcement.date.start or end
    return not _same_size(event, announcement), abs(((event.first_day or aim) - aim).days)


def _same_size(event: Event, announcement: Announcement) -> bool:
    for known, said in (
        (event.headcount, announcement.headcount),
        (event.percent, announcement.percent),
    ):
        if known and said is not None and said.value:
            return max(known, said.value) / min(known, said.value) <= SIZE_SLACK
    return True


def _propose(
    announcement: Announcement, article: Article, taken: dict[str, Event]
) -> Event | Exclusion:
    span = announcement.date
    when = span.start.isoformat() if span.start else "undated"
    stem = f"{announcement.event_type}-{_slug(announcement.company)}-{when}"
    event_id, n = stem, 1
    while event_id in taken:
        n += 1
        event_id = f"{stem}-{n}"
    if announcement.ticker is None:
        return Exclusion(
            stem,
            ExclusionReason.UNKNOWN_TICKER,
            f"{announcement.company} is not traded, or its symbol is not known ({article.title})",
        )
    at, precision, until = _placed(announcement)
    return Event(
        event_id=event_id,
        ticker=announcement.ticker,
        company=announcement.company,
        event_type=announcement.event_type,
        group=announcement.event_type,
        announced_at=at,
        precision=precision,
        until=until,
        session=announcement.session if precision == "day" else "unknown",
        zone=(article.zone or "") if precision == "day" and at == _published_day(article) else "",
        headcount=announcement.headcount.value if announcement.headcount else None,
        percent=announcement.percent.value if announcement.percent else None,
        what=announcement.name or announcement.status,
    )


def _placed(announcement: Announcement) -> tuple[date | None, EventPrecision, date | None]:
    span = announcement.date
    if span.moment is not None:
        return span.moment, "moment", None
    if span.start is None or span.precision == "unknown":
        return None, "unknown", None
    if span.end is None or span.end == span.start:
        return span.start, "day", None
    return span.start, "interval", span.end


def _published_day(article: Article) -> date | None:
    published = article.published
    return published.date() if isinstance(published, datetime) else published


def _joined(event: Event, announcement: Announcement, article: Article) -> Event:
    """Add the article to the event's sources; fill what an unreviewed row lacks."""
    event = with_sources(event, [article.path or article.id])
    if event.review != "proposed":
        return event
    return replace(
        event,
        headcount=event.headcount
        or (announcement.headcount.value if announcement.headcount else None),
        percent=event.percent or (announcement.percent.value if announcement.percent else None),
    )


def _link(event_id: str, announcement: Announcement, article: Article) -> ArticleLink:
    return ArticleLink(
        event_id=event_id,
        article_id=article.id,
        article_title=article.title,
        status=announcement.status,
        proofs=tuple(
            (name, " ".join(proof.words.split()), proof.rule)
            for name, proof in announcement.evidence.items()
        ),
    )


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "firm"
