"""An announcement reduced to what the event table needs: who, what, when, how large, which words.

Sightings are small, so that the articles themselves need not be kept, and they have an order of
their own, so that the order in which articles are read does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from eventstudy.articles.judgement import is_further
from eventstudy.articles.reading import Article
from eventstudy.articles.records import Announcement, Status
from eventstudy.events.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    EventPrecision,
    breadth,
    form_of_span,
)
from eventstudy.symbols import current_symbol

#: How far back "recently" reaches.
RECENT = timedelta(days=90)
#: Letters in front of a finding in which "a further" may stand.
_BEFORE = 20

#: Name of a field, the article's own words, and the rule that found them.
Proof = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one article says of one announcement.

    Attributes
    ----------
    symbol
        The symbol under which the security is filed today, ``""`` for a firm that is not traded.
    announced_at, precision, until
        The date as an event file writes it; see `eventstudy.events.event.Event`.
    guessed
        Whether the day is that of publication for want of words.
    broad
        Whether the words name half a year or more, within which there may be several events.
    published
        The day of publication.
    further
        Whether the words set it apart from a decision before it.
    effective
        First and last day of the deed itself, where the text says so.
    place
        Where in the article it stands.
    """

    symbol: str
    ticker: str | None
    company: str
    event_type: str
    announced_at: date | datetime | None
    precision: EventPrecision
    until: date | None
    guessed: bool
    broad: bool
    published: date | None
    session: Literal["pre", "after", "unknown"]
    zone: str
    headcount: float | None
    percent: float | None
    name: str
    status: Status
    further: bool
    effective: tuple[date, date] | None
    source: str
    article_id: str
    article_title: str
    place: int
    proofs: tuple[Proof, ...]

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
    def reach(self) -> tuple[date, date] | None:
        """Days on which it may have been announced; "recently" counts back from publication."""
        if self.first_day is not None and self.last_day is not None:
            return self.first_day, self.last_day
        if self.published is None:
            return None
        return max(self.published, date.min + RECENT) - RECENT, self.published

    @property
    def rank(self) -> tuple[int, bool, date, str, str, int, str]:
        """Place in the order of taking: the finest dates first, then those with words."""
        first = self.first_day or date.max
        fineness = breadth(self.announced_at, self.until)
        return fineness, self.guessed, first, self.source, self.article_id, self.place, self.company

    def proof(self, field: str) -> str:
        """Return the words of a field, with the article and the rule, in one phrase."""
        origin = self.source
        for name, words, rule in self.proofs:
            if name == field:
                return f"«{words}» ({origin}, {rule})"
        return f"({origin}, day of publication)" if field == "date" and self.guessed else origin


def sighting(article: Article, announcement: Announcement) -> Sighting:
    """Reduce an announcement of an article to what the event table needs."""
    span = announcement.date
    at, precision, until = _placed(announcement)
    published = article.published
    published = published.date() if isinstance(published, datetime) else published
    deed = announcement.effective
    head, share = announcement.headcount, announcement.percent
    trigger = announcement.evidence.get("event_type")
    return Sighting(
        symbol=current_symbol(announcement.ticker) if announcement.ticker else "",
        ticker=announcement.ticker,
        company=announcement.company,
        event_type=announcement.event_type,
        announced_at=at,
        precision=precision,
        until=until,
        guessed=span.rule == "publication",
        broad=span.precision in ("half", "year", "unknown") and span.known,
        published=published,
        session=announcement.session if precision in ("day", "moment") else "unknown",
        zone=(article.zone or "") if precision == "day" and at == published else "",
        headcount=head.value if head else None,
        percent=share.value if share else None,
        name=announcement.name or "",
        status=announcement.status,
        further=_further(article, announcement),
        effective=(deed.start, deed.end or deed.start) if deed and deed.start else None,
        source=article.path or article.id,
        article_id=article.id,
        article_title=article.title,
        place=trigger.start if trigger else 0,
        proofs=tuple(
            (name, " ".join(proof.words.split()), proof.rule)
            for name, proof in announcement.evidence.items()
        ),
    )


def _placed(
    announcement: Announcement,
) -> tuple[date | datetime | None, EventPrecision, date | None]:
    """Return the date as an event file writes it; a year that no price reaches is no date."""
    span = announcement.date
    end = span.end or span.start
    if span.start is None or end is None:
        return None, "unknown", None
    if not FIRST_YEAR <= span.start.year <= end.year <= LAST_YEAR:
        return None, "unknown", None
    if span.moment is not None:
        return span.moment, "moment", None
    if end == span.start:
        return span.start, "day", None
    return span.start, form_of_span(span.start, end), end


def _further(article: Article, announcement: Announcement) -> bool:
    """Say whether "a further 500 jobs" stands where the deed and its size do."""
    fields = ("event_type", "headcount", "percent")
    proofs = [announcement.evidence[f] for f in fields if f in announcement.evidence]
    return any(
        is_further(article.plain[max(0, proof.start - _BEFORE) : proof.end]) for proof in proofs
    )
