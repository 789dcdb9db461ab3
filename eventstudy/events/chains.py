"""Steps of one decision: the report, the announcement, the memo, the day it is carried out.

Two rows of one company and type are steps of one decision when their sizes (or names) agree, or
one has none, when the later one is at least as far as the earlier one (reported or planned, then
announced, then completed), and when no more than `STRETCH` days lie between them; or when the
later one falls on the day that an article gave for the deed. A "further" cut with a number of its
own is a decision of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import takewhile

from eventstudy.events.agreement import same_name, sizes_agree, slug
from eventstudy.events.event import Event
from eventstudy.events.rows import STATUS_WORDS, Row

#: Days within which a decision goes from its first report to its last step.
STRETCH = 120
#: Days by which a deed may miss the day that was given for it.
_DELAY = timedelta(days=3)
#: An announced deed is looked for as far ahead.
_LONGEST = 400
#: Two steps that are equally far must be the same number, differently rounded.
_SAME = 1.05

FURTHER = "a further round"
_FAR = {
    "report": 0, "reported": 0, "planned": 0, "preview": 0,
    "execution": 2, "release": 2, "completed": 2,
}  # fmt: skip


def link_steps(rows: Sequence[Row], taken: set[str]) -> bool:
    """Give the steps of one decision a common chain; return whether anything was linked.

    Only rows that the reader has proposed, and that have no chain, are given one; they may join
    the chain of any other row.

    Parameters
    ----------
    rows
        The rows of one company and type.
    taken
        Names of chains that are in use; new ones are added.
    """
    dated = [row for row in rows if row.day is not None and row.known.review != "rejected"]
    dated.sort(key=lambda row: (row.day, row.order))
    linked = False
    for later, earlier, why in _pairs(dated):
        a, b = earlier.known, later.known
        if a.chain and not b.chain and later.of_reader:
            _join(later, a.chain, _step(later, dated, a.chain), why)
        elif b.chain and not a.chain and earlier.of_reader:
            _join(earlier, b.chain, _step(earlier, dated, b.chain), f"{b.event_id} follows")
        elif not a.chain and not b.chain and earlier.of_reader and later.of_reader:
            chain = _new_chain(a, taken)
            _join(earlier, chain, _step(earlier, dated, chain), f"{b.event_id} follows")
            _join(later, chain, _step(later, dated, chain), why)
        else:
            continue
        linked = True
    return linked


def _pairs(dated: Sequence[Row]) -> Iterator[tuple[Row, Row, str]]:
    """Yield each row with the latest one before it whose decision it can be a step of."""
    for place, later in enumerate(dated):
        for earlier in reversed(dated[:place]):
            gap = (later.day - earlier.day).days  # type: ignore[operator]
            if gap > _LONGEST:
                break
            if later.known.chain and later.known.chain == earlier.known.chain:
                break
            why = _reason(earlier, later, gap)
            if why:
                yield later, earlier, why
                break


def _reason(earlier: Row, later: Row, gap: int) -> str:
    """Say why the later row can be a step of the earlier one's decision, or nothing."""
    a, b = earlier.known, later.known
    if gap < 1 or later.further or FURTHER in b.what:
        return ""
    agree = sizes_agree(a, b)
    if agree is False:
        return ""
    if _on_its_day(earlier, later):
        return f"the day that {a.event_id} gave for it"
    if gap > STRETCH or _far(b) < _far(a):
        return ""
    if _has_name(a) or _has_name(b):
        named = same_name(a.what, b.what)
        return f"the name of {a.event_id}, {gap} days before" if named else ""
    if agree is None:
        return f"{a.event_id}, {gap} days before, one step less far" if _far(a) < _far(b) else ""
    if _far(a) == _far(b) and not sizes_agree(a, b, _SAME):
        return ""
    return f"the size of {a.event_id}, {gap} days before"


def _has_name(event: Event) -> bool:
    """Say whether this is news of something with a name: it has no size, and words of its own."""
    sized = event.headcount is not None or event.percent is not None
    return not sized and bool(event.what) and not event.what.startswith(STATUS_WORDS)


def _far(event: Event) -> int:
    """Return how far a deed is: 0 said to come, 1 announced, 2 done."""
    return _FAR.get(event.step or event.what.partition(",")[0], 1)


def _step(row: Row, dated: Sequence[Row], chain: str) -> str:
    """Name a step by how far it is, and by what the chain has before it."""
    earlier = takewhile(lambda other: other is not row, dated)
    before = [other for other in earlier if other.known.chain == chain]
    if _has_name(row.known):
        return "release" if before else "announcement"
    far = _far(row.known)
    if far == 0:
        return "report"
    if far == 2 or any(_on_its_day(other, row) for other in before):
        return "execution"
    return "memo" if any(_far(other.known) >= 1 for other in before) else "announcement"


def _on_its_day(earlier: Row, later: Row) -> bool:
    """Say whether the later row falls on the day that articles on the earlier one gave."""
    day = later.day
    return day is not None and any(
        first - _DELAY <= day <= last + _DELAY for first, last in earlier.effective
    )


def _join(row: Row, chain: str, step: str, why: str) -> None:
    row.change("chain", "", why, chain=chain, step=step)


def _new_chain(first: Event, taken: set[str]) -> str:
    year = str(first.first_day.year) if first.first_day else "undated"
    stem = f"{slug(first.company)}-{slug(first.what) if _has_name(first) else year}"
    name, n = stem, 1
    while name in taken:
        n += 1
        name = f"{stem}-{n}"
    taken.add(name)
    return name
