"""Announcements found in articles meet the event table: matched, or proposed as new events.

Matching is by company, type, size and overlapping dates. Sources add up. In a row that nobody has
reviewed, a coarse date gives way to a finer one inside it, and what is missing is filled in, each
with the words it rests on; a reviewed row gets nothing but the source. The articles are taken in
an order of their own, until nothing changes any more: their order in the folder does not matter,
and reading them again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from html import escape
from typing import TYPE_CHECKING

from eventstudy.articles.reading import Article
from eventstudy.articles.records import Extraction
from eventstudy.events.agreement import slug
from eventstudy.events.chains import FURTHER, link_steps
from eventstudy.events.dates import format_announced_at
from eventstudy.events.event import Event, Exclusion, ExclusionReason
from eventstudy.events.matching import Shelf
from eventstudy.events.reference import ReferenceTable, Unresolved, refine_row
from eventstudy.events.rows import Refinement, Row
from eventstudy.events.sightings import Proof, Sighting, sighting
from eventstudy.events.table import EventSet
from eventstudy.symbols import current_symbol

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ArticleLink", "Proposals", "Refinement", "Unresolved", "merge"]

_Key = tuple[str, str]


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
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, eq=False)
class Proposals:
    """The event table after articles were read.

    Attributes
    ----------
    events
        The table with sources added and new events, marked as proposed, at the end.
    links
        Which announcement speaks of which event, in the order of articles and of their text.
    added
        Ids of the new events.
    exclusions
        Announcements that no event can be made of, with the reason.
    refinements
        Fields of unreviewed rows that became known, or known better, and by which words or which
        row of the reference table; the steps of a decision are among them as ``chain``.
    unresolved
        Coarse dates that several rows of the reference table fit.
    """

    events: EventSet
    links: tuple[ArticleLink, ...]
    added: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    refinements: tuple[Refinement, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()

    def __repr__(self) -> str:
        return (
            f"<Proposals: {len(self.added)} events proposed, {len(self.links)} announcements "
            f"matched or proposed, {len(self.refinements)} fields refined>"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.to_frame().to_html(index=False, max_rows=40)}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per refinement: event_id, field, before, after, proof."""
        import pandas as pd

        names = [field.name for field in fields(Refinement)]
        return pd.DataFrame([astuple(item) for item in self.refinements], columns=names)


def merge(
    events: EventSet,
    found: Iterable[tuple[Article, Extraction]],
    reference: ReferenceTable | None = None,
) -> Proposals:
    """Match the announcements of articles with events; propose an event for each that has none.

    Parameters
    ----------
    events
        The event table.
    found
        Articles with what was read in them, taken one by one; an article is not kept.
    reference
        Known events that refine the coarse dates of unreviewed rows.
    """
    seen = [sighting(article, item) for article, read in found for item in read.announcements]
    seen.sort(key=lambda item: item.rank)
    merging = _Merging(events)
    unresolved = merging.settle([item for item in seen if item.symbol], reference)
    return Proposals(
        events=EventSet(tuple(row.event() for row in merging.rows), events.exclusions),
        links=merging.links(),
        added=tuple(row.known.event_id for row in merging.rows if row.new),
        exclusions=tuple(dict.fromkeys(_not_traded(item) for item in seen if not item.symbol)),
        refinements=tuple(item for row in merging.rows for item in row.refinements[row.born :]),
        unresolved=unresolved,
    )


class _Merging:
    """One merge: the rows, shelved by company and type, and what was matched with what."""

    def __init__(self, events: EventSet) -> None:
        self.rows: list[Row] = []
        self._ids = {event.event_id for event in events}
        self._ids |= {item.event_id for item in events.exclusions}
        self._chains = {event.chain for event in events}
        self._shelves: dict[_Key, Shelf] = {}
        self._matched: list[tuple[Sighting, list[Row]]] = []
        for event in events:
            self._add(Row(event, len(self.rows)))

    def settle(
        self, seen: list[Sighting], reference: ReferenceTable | None
    ) -> tuple[Unresolved, ...]:
        """Take everything in until nothing changes; return what the reference leaves open.

        It ends, because rows and sources are only added, dates only refined, and fields only
        filled.
        """
        known = reference.by_key() if reference is not None else {}
        touched = dict.fromkeys((item.symbol, item.event_type) for item in seen)
        changed = True
        while changed:
            changed = self._pass(seen)
            unresolved: list[Unresolved] = []
            for key, events in known.items():
                for row in self._shelf(key).rows:
                    had = len(row.refinements)
                    left = refine_row(row, events, reference.name if reference else "")
                    unresolved += [left] if left is not None else []
                    changed = changed or len(row.refinements) > had
            for key in touched:
                changed = link_steps(self._shelf(key).rows, self._chains) or changed
        return tuple(unresolved)

    def _pass(self, seen: list[Sighting]) -> bool:
        self._matched = []
        changed = False
        for item in seen:
            shelf = self._shelf((item.symbol, item.event_type))
            matches = shelf.matches(item)
            if not matches:
                matches = [self._add(_proposed(item, self._free_id(item), len(self.rows)))]
                changed = True
            for row in matches:
                undated = row.known.first_day is None
                changed = row.take(item, alone=len(matches) == 1) or changed
                if undated:
                    shelf.place(row)
            self._matched.append((item, matches))
        return changed

    def links(self) -> tuple[ArticleLink, ...]:
        """Return which announcement speaks of which event."""
        matched = sorted(self._matched, key=lambda pair: (pair[0].source, pair[0].place))
        return tuple(
            ArticleLink(row.known.event_id, s.article_id, s.article_title, s.status, s.proofs)
            for s, rows in matched
            for row in rows
        )

    def _shelf(self, key: _Key) -> Shelf:
        return self._shelves.setdefault(key, Shelf())

    def _add(self, row: Row) -> Row:
        self.rows.append(row)
        self._ids.add(row.known.event_id)
        self._shelf((current_symbol(row.known.ticker), row.known.event_type)).add(row)
        return row

    def _free_id(self, seen: Sighting) -> str:
        stem = _stem(seen)
        event_id, n = stem, 1
        while event_id in self._ids:
            n += 1
            event_id = f"{stem}-{n}"
        return event_id


def _stem(seen: Sighting) -> str:
    when = seen.first_day.isoformat() if seen.first_day else "undated"
    if seen.precision in ("week", "month", "quarter", "half", "year"):
        when = format_announced_at(seen.announced_at, seen.precision, seen.until)
    return f"{seen.event_type}-{slug(seen.company)}-{when}"


def _not_traded(seen: Sighting) -> Exclusion:
    return Exclusion(
        _stem(seen),
        ExclusionReason.UNKNOWN_TICKER,
        f"{seen.company} is not traded, or its symbol is not known ({seen.article_title})",
    )


def _proposed(seen: Sighting, event_id: str, order: int) -> Row:
    """Return a new row, with the words behind each of its fields."""
    event = Event(
        event_id=event_id,
        ticker=seen.ticker or seen.symbol,
        company=seen.company,
        event_type=seen.event_type,
        group=seen.event_type,
        announced_at=seen.announced_at,
        precision=seen.precision,
        until=seen.until,
        session=seen.session,
        zone=seen.zone,
        headcount=seen.headcount,
        percent=seen.percent,
        what=seen.name or (f"{seen.status}, {FURTHER}" if seen.further else seen.status),
    )
    row = Row(event, order, new=True)
    row.note("announced_at", "", seen.proof("date"))
    if seen.session != "unknown":
        row.note("session", "", seen.proof("session"))
    for name in ("headcount", "percent"):
        if getattr(seen, name) is not None:
            row.note(name, "", seen.proof(name))
    row.born = len(row.refinements)
    row.further = seen.further
    return row
