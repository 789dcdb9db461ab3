"""Which rows of the event table an article speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from eventstudy.events.agreement import names_agree, same_name, sizes_agree
from eventstudy.events.rows import LEAKED, STATUS_WORDS, Row
from eventstudy.events.sightings import Sighting

#: A date may differ by a day between the publisher's zone and the exchange's.
_ZONE_SLACK = 1


class Shelf:
    """Rows by the months that their dates touch, so that a merge does not look at all of them."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.undated: list[Row] = []
        self._by_month: dict[int, dict[int, Row]] = {}

    def add(self, row: Row) -> None:
        """Put a row on the shelf."""
        self.rows.append(row)
        first, last = row.known.first_day, row.known.last_day
        if first is None or last is None:
            self.undated.append(row)
            return
        self.place(row)

    def place(self, row: Row) -> None:
        """File a dated row under its months; a row whose date was refined stays where it is."""
        first, last = row.known.first_day, row.known.last_day
        if first is None or last is None:
            return
        for month in range(_month(first), _month(last) + 1):
            self._by_month.setdefault(month, {})[row.order] = row

    def near(self, first: date, last: date) -> Iterator[Row]:
        """Yield the rows that may have been announced between two days, in their order."""
        met: dict[int, Row] = {}
        for month in range(_month(first), _month(last) + 1):
            met |= self._by_month.get(month, {})
        for _, row in sorted(met.items()):
            start, end = row.known.first_day, row.known.last_day
            if start is not None and end is not None and start <= last and end >= first:
                yield row

    def matches(self, seen: Sighting) -> list[Row]:
        """Return the rows that an article speaks of: one, or all within many months."""
        found: list[Row] = []
        if seen.reach is not None:
            first, last = seen.reach
            near = list(self.near(_shifted(first, -_ZONE_SLACK), _shifted(last, _ZONE_SLACK)))
            if seen.broad:  # its own size, or a total over several
                named = [row for row in near if _named(row, seen) is not False]
                found = [row for row in named if sizes_agree(row.known, seen)] or named
            else:
                found = [row for row in near if _compatible(row, seen)]
        if not found:
            undated = [row for row in self.undated if row.known.first_day is None]
            found = [row for row in undated if _same_undated(row, seen)][:1]
        if seen.broad or len(found) < 2:
            return found
        return [min(found, key=lambda row: _distance(row, seen))]


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _shifted(day: date, days: int) -> date:
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _compatible(row: Row, seen: Sighting) -> bool:
    """Say whether size and name allow the match; a day brings a company one such piece of news."""
    if row.day is not None and seen.first_day == seen.last_day == row.day:
        return True
    if sizes_agree(row.known, seen) is False or _named(row, seen) is False:
        return False
    leak = seen.status in LEAKED and row.day is None  # its day is not that of the announcement
    return not (leak and _another_step(row, seen))


def _another_step(row: Row, seen: Sighting) -> bool:
    """Say whether one tells of a leak and the other of what the company itself said or did."""
    what = row.known.what
    if seen.name or not row.of_reader or not what.startswith(STATUS_WORDS):
        return False
    return what.startswith(LEAKED) != (seen.status in LEAKED)


def _named(row: Row, seen: Sighting) -> bool | None:
    """Say whether both have the same name; a reviewer's words need only hold it."""
    what = row.known.what
    if not seen.name or not what or what.startswith(STATUS_WORDS):
        return None
    return same_name(seen.name, what) if row.of_reader else names_agree(seen.name, what)


def _same_undated(row: Row, seen: Sighting) -> bool:
    """Say whether an undated row is what is meant; of a day only size or name can tell."""
    sized, named = sizes_agree(row.known, seen), _named(row, seen)
    if sized is False or named is False:
        return False
    return seen.first_day is None or bool(sized or named)


def _distance(row: Row, seen: Sighting) -> tuple[bool, bool, bool, bool, int, int]:
    """Rank candidates: the very day, the row that names the article, size, step, nearest day."""
    first, last = seen.reach or (date.min, date.max)
    aim = first if seen.first_day is not None else last
    start = row.known.first_day or aim
    inside = first <= start <= last and seen.first_day is not None
    return (
        row.day is None or not seen.first_day == seen.last_day == row.day,
        not row.cited(seen.source),
        sizes_agree(row.known, seen) is None,
        _another_step(row, seen),
        0 if inside else abs((start - aim).days),
        row.order,
    )
