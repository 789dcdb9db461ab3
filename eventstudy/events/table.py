"""The event file: CSV in and out, nothing lost on the way.

A row that cannot be read becomes an exclusion with its line, never a stop.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pandas as pd

from eventstudy.errors import EventError
from eventstudy.events.dates import parse_announced_at
from eventstudy.events.event import Event, Exclusion, ExclusionReason, Review, SessionKind

#: Columns of ``events.csv`` in the order in which they are written.
COLUMNS = (
    "event_id", "company", "ticker", "event_type", "group", "announced_at", "session", "zone",
    "headcount", "percent", "review", "chain", "step", "what", "sources",
)  # fmt: skip
SOURCE_SEPARATOR = " | "
#: A comma between groups of three digits, as in 11,000.
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True, eq=False)
class EventSet:
    """Events in their order, and the rows that could not be read."""

    events: tuple[Event, ...]
    exclusions: tuple[Exclusion, ...] = ()

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __repr__(self) -> str:
        types = Counter(event.event_type for event in self.events)
        listed = ", ".join(f"{n} {kind}" for kind, n in types.most_common())
        return f"<EventSet: {len(self)} events{': ' if listed else ''}{listed}>"

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False, max_rows=20, notebook=True))

    @classmethod
    def from_csv(cls, path: str | Path) -> EventSet:
        """Read ``events.csv``.

        ``ticker`` and ``announced_at`` are required columns; the others have defaults. A row
        that cannot be read becomes an exclusion; a second row with the same id is renamed and
        excluded as a duplicate.

        Raises
        ------
        EventError
            When the file is missing, is not UTF-8 text, or lacks a required column.
        """
        header, rows = read_rows(path)
        missing = {"ticker", "announced_at"} - set(header)
        if missing:
            raise EventError(
                f"The event file {path} has no column {' and no column '.join(sorted(missing))}; "
                f"its columns are {', '.join(header) or 'none'}, and it may have "
                f"{', '.join(COLUMNS)}, with commas between them.",
                path=str(path),
            )
        return cls.from_rows(header, rows)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> EventSet:
        """Read a frame with the columns of ``events.csv``."""
        cells = frame.astype(object).where(frame.notna(), "").to_numpy()
        rows = ((number, list(map(_cell, row))) for number, row in enumerate(cells, start=1))
        return cls.from_rows([str(name) for name in frame.columns], rows)

    @classmethod
    def from_rows(cls, header: Sequence[str], rows: Iterable[tuple[int, list[str]]]) -> EventSet:
        """Read rows with the numbers of their lines, below a header in lower case."""
        numbered = [(number, cells) for number, cells in rows if any(cells)]
        ids = [row_id(header, number, cells) for number, cells in numbered]
        taken = set(ids)  # an id made up for an exclusion must not be one of the file's own
        seen: set[str] = set()
        events: dict[str, Event] = {}
        exclusions: list[Exclusion] = []
        for (number, cells), event_id in zip(numbered, ids, strict=True):
            if event_id in seen:
                own_id = next(i for n in count(2) if (i := f"{event_id}#{n}") not in taken)
                taken.add(own_id)
                reason, detail = (
                    ExclusionReason.DUPLICATE,
                    (f"repeats the id {event_id}; give it another id if it is another event"),
                )
            else:
                seen.add(event_id)
                own_id, reason = event_id, ExclusionReason.UNREADABLE
                event = _event_or_why(event_id, header, cells)
                if isinstance(event, Event):
                    events[event_id] = event
                    continue
                detail = event
            exclusions.append(Exclusion(own_id, reason, f"line {number}: {detail}"))
        return cls(tuple(events.values()), tuple(exclusions))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per event with the columns of ``events.csv``."""
        return pd.DataFrame([row_from_event(event) for event in self.events], columns=self._names)

    def to_csv(self, path: str | Path) -> None:
        """Write ``events.csv``; reading it again gives the same events."""
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self._names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(row_from_event(event) for event in self.events)

    @property
    def _names(self) -> list[str]:
        extra = dict.fromkeys(key for event in self.events for key, _ in event.extra)
        return [*COLUMNS, *extra]


def read_rows(path: str | Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Read the header of a CSV file, in lower case, and its rows with the lines they end on.

    Raises
    ------
    EventError
        When the file is missing, is not UTF-8 text, or is no CSV.
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise EventError(
            f"There is no event file {path}; create it, or name another under [study] events.",
            path=str(path),
        ) from None
    except (UnicodeDecodeError, OSError) as error:
        raise EventError(
            f"The event file {path} cannot be read ({error.__class__.__name__}); "
            "save it as CSV in UTF-8.",
            path=str(path),
        ) from None
    return _parsed(text, path)


def row_id(header: Sequence[str], number: int, cells: Sequence[str]) -> str:
    """Return the id of a row; one without is called by its line."""
    at = header.index("event_id") if "event_id" in header else len(header)
    return (cells[at].strip() if at < len(cells) else "") or f"row-{number}"


def _parsed(text: str, path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Part a file into its header and its rows with their line numbers."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise EventError(
            f"The event file {path} is no CSV from line {reader.line_num} on ({error}); look for "
            "a quotation mark that is not closed.",
            path=str(path),
            line=reader.line_num,
        ) from None
    header = [name.strip().lower() for name in rows[0][1]] if rows else []
    twice = [name for name, n in Counter(header).items() if n > 1 and name]
    if twice:
        raise EventError(
            f"The event file {path} has the column {twice[0]} twice; remove or rename one.",
            path=str(path),
        )
    return header, rows[1:]


def _event_or_why(event_id: str, header: Sequence[str], cells: Sequence[str]) -> Event | str:
    """Return the event of a row, or the sentence that says why there is none."""
    if len(cells) != len(header):
        return (
            f"has {len(cells)} cells where the header has {len(header)}; put quotes around a text "
            "with a comma."
        )
    try:
        return _event_from_row(event_id, dict(zip(header, cells, strict=True)))
    except EventError as error:
        return str(error)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        midnight = value.tzinfo is None and value.time() == datetime.min.time()
        return value.date().isoformat() if midnight else value.isoformat()
    return str(value)


def _choice(row: dict[str, Any], column: str, allowed: Sequence[str], default: str) -> str:
    value = (row.get(column) or "").strip().lower() or default
    if value not in allowed:
        raise EventError(f"{column} {value!r} is not one of {', '.join(allowed)}.", value=value)
    return value


def _number(row: dict[str, Any], column: str, most: float) -> float | None:
    text = (row.get(column) or "").strip()
    if not text:
        return None
    try:
        value = float(_THOUSANDS.sub("", text.removesuffix("%")))
    except ValueError:
        value = float("nan")
    if not 0 <= value <= most:
        raise EventError(
            f"{column} {text!r} is no number from 0 to {most:,.0f}; write digits only, or leave it "
            "empty.",
            value=text,
        )
    return value


def _event_from_row(event_id: str, row: dict[str, Any]) -> Event:
    def text(column: str) -> str:
        return (row.get(column) or "").strip()

    ticker = text("ticker")
    if not ticker or not ticker.isprintable():
        raise EventError(f"ticker {ticker!r} is no symbol; write one, or remove the row.")
    zone = text("zone")
    if zone:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise EventError(
                f"zone {zone!r} is no IANA time zone; write one such as Asia/Shanghai.", value=zone
            ) from None
    announced_at, precision, until = parse_announced_at(text("announced_at"), zone)
    if text("group").lower() == "all":
        raise EventError("group 'all' stands for every event in a report; choose another name.")
    event_type = text("event_type") or text("group") or "event"
    return Event(
        event_id=event_id,
        ticker=ticker,
        event_type=event_type,
        announced_at=announced_at,
        company=text("company") or ticker,
        session=_choice(row, "session", get_args(SessionKind), "unknown"),  # type: ignore[arg-type]
        group=text("group") or event_type,
        headcount=_number(row, "headcount", 10_000_000),
        percent=_number(row, "percent", 100),
        what=text("what"),
        sources=tuple(s for s in map(str.strip, text("sources").split("|")) if s),
        review=_choice(row, "review", get_args(Review), "proposed"),  # type: ignore[arg-type]
        precision=precision,
        until=until,
        zone=zone,
        chain=text("chain"),
        step=text("step"),
        extra=tuple((key, value or "") for key, value in row.items() if key and key not in COLUMNS),
    )


def row_from_event(event: Event) -> dict[str, str]:
    """Return the cells of an event by their columns."""

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.10g}"

    return {
        "event_id": event.event_id,
        "company": event.company,
        "ticker": event.ticker,
        "event_type": event.event_type,
        "group": event.group,
        "announced_at": event.announced_text,
        "session": event.session,
        "zone": event.zone,
        "headcount": number(event.headcount),
        "percent": number(event.percent),
        "review": event.review,
        "chain": event.chain,
        "step": event.step,
        "what": event.what,
        "sources": SOURCE_SEPARATOR.join(event.sources),
        **dict(event.extra),
    }
