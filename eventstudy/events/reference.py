"""A table of known events refines the coarse dates of proposals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eventstudy.errors import EventError
from eventstudy.events.agreement import names_agree, sizes_agree
from eventstudy.events.event import Event
from eventstudy.events.rows import STATUS_WORDS, Row
from eventstudy.events.table import EventSet, read_rows
from eventstudy.symbols import current_symbol

#: Other names for the columns of an event file.
_OTHER_NAMES = {"announced_on": "announced_at", "source_url": "sources"}


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A proposal with a coarse date that several rows of the reference table fit."""

    event_id: str
    announced_text: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ReferenceTable:
    """Known events, by company and type; only those known to the day are of use.

    Attributes
    ----------
    name
        Name of the file, which the refined rows note.
    events
        The events, and the rows that could not be read.
    """

    name: str
    events: EventSet

    @classmethod
    def from_csv(cls, path: str | Path) -> ReferenceTable:
        """Read a table with the columns ticker, event_type and announced_at (or announced_on).

        headcount, percent, session, zone, what and sources (or source_url) are read as well.

        Raises
        ------
        EventError
            When the file is missing, is no CSV, or lacks one of the three columns.
        """
        path = Path(path)
        header, rows = read_rows(path)
        header = [_OTHER_NAMES.get(name, name) for name in header]
        for column in ("ticker", "event_type", "announced_at"):
            if header.count(column) != 1:
                raise EventError(
                    f"The reference table {path} must have one column {column}; its columns are "
                    f"{', '.join(header) or 'none'}.",
                    path=str(path),
                )
        return cls(path.name, EventSet.from_rows(header, rows))

    def by_key(self) -> dict[tuple[str, str], list[Event]]:
        """Return the events known to the day, by current symbol and type."""
        found: dict[tuple[str, str], list[Event]] = {}
        for event in self.events:
            if event.precision in ("moment", "day") and event.review != "rejected":
                found.setdefault((current_symbol(event.ticker), event.event_type), []).append(event)
        return found


def refine_row(row: Row, known: Iterable[Event], table: str) -> Unresolved | None:
    """Give an open row with a coarse date the day of the one known event that fits it.

    An event fits when its day lies in the row's interval and neither size nor name speaks
    against it. Those whose size or name speaks for it go before those that cannot be compared.

    Returns
    -------
    Unresolved or None
        The events that fit, when more than one does and their days differ.
    """
    event = row.known
    first, last = event.first_day, event.last_day
    if not row.open or row.day is not None or first is None or last is None:
        return None
    inside = [k for k in known if (day := k.first_day) is not None and first <= day <= last]
    rated = [(fit, k) for k in inside if (fit := _fit(event, k)) is not None]
    best = max((fit for fit, _ in rated), default=False)
    fitting = [k for fit, k in rated if fit == best]
    if not fitting:
        return None
    if len({k.announced_at for k in fitting}) > 1:
        return Unresolved(event.event_id, event.announced_text, tuple(k.event_id for k in fitting))
    _take_over(row, fitting[0], table)
    return None


def _fit(event: Event, known: Event) -> bool | None:
    """Say whether size or name speaks for an event (True), neither (False), or against it."""
    named = None
    if event.what and not event.what.startswith(STATUS_WORDS):
        named = names_agree(event.what, known.what)
    sized = sizes_agree(event, known)
    return None if sized is False or named is False else bool(sized or named)


def _take_over(row: Row, known: Event, table: str) -> None:
    proof = f"{known.event_id} ({table})"
    row.change(
        "announced_at",
        row.known.announced_text,
        proof,
        announced_at=known.announced_at,
        precision=known.precision,
        until=None,
        zone=known.zone,
    )
    if row.known.session == "unknown" != known.session and not isinstance(
        known.announced_at, datetime
    ):
        row.change("session", "", proof, session=known.session)
    for name in ("headcount", "percent"):
        if getattr(row.known, name) is None and getattr(known, name) is not None:
            row.change(name, "", proof, **{name: getattr(known, name)})
    for source in (*known.sources, f"{table}: {known.event_id}"):
        row.sources.setdefault(source)
