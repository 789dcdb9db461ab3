"""A row of the event table while articles are merged into it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, get_args

from eventstudy.articles.records import Status
from eventstudy.events.dates import breadth
from eventstudy.events.event import Event
from eventstudy.events.sightings import Sighting

#: The extra column in which a proposal keeps the words that it rests on.
EVIDENCE = "evidence"
_SEPARATOR = " | "
#: How far a deed is that is only said to come.
LEAKED = ("reported", "planned")
#: How the column ``what`` of a proposal without a name begins.
STATUS_WORDS = get_args(Status)


@dataclass(frozen=True, slots=True)
class Refinement:
    """A field of a proposal that became known, or known better.

    ``proof`` holds the words with their article and rule, or the row of the reference table.
    """

    event_id: str
    field: str
    before: str
    after: str
    proof: str

    def __str__(self) -> str:
        change = f"{self.before} -> {self.after}" if self.before else self.after
        return f"{self.field} {change}: {self.proof}"


@dataclass(eq=False)
class Row:
    """One event with what the articles of this merge add to it; frozen again by `event`."""

    known: Event
    order: int
    new: bool = False
    sources: dict[str, None] = field(default_factory=dict)
    refinements: list[Refinement] = field(default_factory=list)
    effective: list[tuple[date, date]] = field(default_factory=list)
    further: bool = False
    born: int = 0  # as many of the refinements are the words of a new row

    @property
    def open(self) -> bool:
        """Whether its fields may be filled: nobody has reviewed it."""
        return self.known.review == "proposed"

    @property
    def evidence(self) -> str:
        """What the file itself keeps of the words; only the reader's proposals have any."""
        return dict(self.known.extra).get(EVIDENCE, "")

    @property
    def of_reader(self) -> bool:
        """Whether the row was proposed from articles, now or before, and is not reviewed."""
        return self.open and (self.new or bool(self.evidence))

    @property
    def day(self) -> date | None:
        """Its day, where it is known as precisely."""
        return self.known.first_day if self.known.precision in ("moment", "day") else None

    def cited(self, source: str) -> bool:
        """Say whether the row already names a source."""
        return source in self.sources or source in self.known.sources

    def change(self, name: str, before: str, proof: str, /, **values: Any) -> None:
        """Change some fields of an open row, and keep what the change rests on."""
        self.known = replace(self.known, **values)
        self.note(name, before, proof)

    def note(self, what: str, before: str, proof: str) -> None:
        """Keep what the present value of a field rests on."""
        value = getattr(self.known, what)
        if what == "announced_at":
            value = self.known.announced_text or "unknown"
        after = f"{value:.10g}" if isinstance(value, float) else str(value)
        self.refinements.append(Refinement(self.known.event_id, what, before, after, proof))

    def event(self) -> Event:
        """Return the row as an event: sources added, and the words behind its fields."""
        sources = tuple(dict.fromkeys((*self.known.sources, *self.sources)))
        event = self.known
        if sources != event.sources:
            event = replace(event, sources=sources)
        if not self.refinements:
            return event  # nothing but a source: a reviewed row stays as it is
        said = [self.evidence] if self.evidence else []
        said += [str(item).replace(_SEPARATOR, " / ") for item in self.refinements]
        extra = {**dict(event.extra), EVIDENCE: _SEPARATOR.join(said)}
        return replace(event, extra=tuple(extra.items()))

    def take(self, seen: Sighting, *, alone: bool = True) -> bool:
        """Take what an article says; return whether anything is new.

        What may speak of several rows is a source of each, and tells no field of any.
        """
        fresh = not self.cited(seen.source)
        self.sources.setdefault(seen.source)
        if alone and seen.effective is not None and seen.effective not in self.effective:
            self.effective.append(seen.effective)
        if not self.open or not alone:
            return fresh
        had = len(self.refinements)
        self._refine_date(seen)
        same_day = self.day is not None and seen.first_day == seen.last_day == self.day
        if same_day and self.known.session == "unknown" != seen.session:
            self.change("session", "", seen.proof("session"), session=seen.session)
        for name in ("headcount", "percent"):
            if getattr(self.known, name) is None and getattr(seen, name) is not None:
                self.change(name, "", seen.proof(name), **{name: getattr(seen, name)})
        what = self.known.what
        if not what or (what in LEAKED and same_day and seen.status == "announced"):
            self.change("what", what, seen.proof("status"), what=seen.name or seen.status)
        return fresh or len(self.refinements) > had

    def _refine_date(self, seen: Sighting) -> None:
        """Take a finer date that lies inside the coarse one."""
        row = self.known
        if seen.first_day is None or seen.last_day is None:
            return
        if breadth(seen.announced_at, seen.until) >= breadth(row.announced_at, row.until):
            return
        outside = (
            row.first_day is not None
            and row.last_day is not None
            and not row.first_day <= seen.first_day <= seen.last_day <= row.last_day
        )
        if outside:
            return
        self.change(
            "announced_at",
            row.announced_text or "unknown",
            seen.proof("date"),
            announced_at=seen.announced_at,
            precision=seen.precision,
            until=seen.until,
            zone=seen.zone,
        )
