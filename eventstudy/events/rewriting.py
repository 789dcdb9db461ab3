"""The event file after a merge: changed cells and new rows are written, all else is left alone."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from eventstudy.errors import EventError
from eventstudy.events.table import COLUMNS, EventSet, read_rows, row_from_event, row_id

_Cells = dict[str, str]


def update_csv(path: str | Path, before: EventSet, after: EventSet) -> bool:
    """Bring the file of ``before`` to the state of ``after``; return whether anything was written.

    Cells keep their spelling where they do not change, rows that cannot be read stay, and a
    column is added only where it is needed. The file is replaced as a whole or not at all; one
    that does not exist is made.

    Raises
    ------
    EventError
        When the file cannot be read as a whole, or is not the one that ``before`` was read from.
    """
    path = Path(path).resolve()
    if not path.exists():
        after.to_csv(path)
        return True
    changes, new = _changes(before, after)
    if not changes and not new:
        return False
    header, rows = read_rows(path)
    wanted = {name for cells in (*changes.values(), *new) for name, cell in cells.items() if cell}
    order = [*COLUMNS, *dict.fromkeys(name for cells in new for name in cells), *sorted(wanted)]
    added = list(dict.fromkeys(name for name in order if name in wanted and name not in header))
    names = [*header, *added]
    lines = [[*_spelled(path), *added], *_updated(header, names, rows, changes)]
    if changes:
        first = next(iter(changes))
        raise EventError(
            f"The event file {path} has no row {first} any more; it was changed in the meantime. "
            "Run the command again.",
            path=str(path),
        )
    lines += [[cells.get(name, "") for name in names] for cells in new]
    _replace(path, lines)
    return True


def _changes(before: EventSet, after: EventSet) -> tuple[dict[str, _Cells], list[_Cells]]:
    """Return the changed cells by the id of their row, and the new rows."""
    known = {event.event_id: event for event in before}
    changes: dict[str, _Cells] = {}
    new: list[_Cells] = []
    for event in after:
        old = known.get(event.event_id)
        cells = row_from_event(event)
        if old is None:
            new.append(cells)
        elif old is not event:
            was = row_from_event(old)
            if changed := {name: cell for name, cell in cells.items() if was.get(name, "") != cell}:
                changes[event.event_id] = changed
    return changes, new


def _updated(
    header: Sequence[str],
    names: Sequence[str],
    rows: Sequence[tuple[int, list[str]]],
    changes: dict[str, _Cells],
) -> Iterator[list[str]]:
    """Yield the rows with their changes, each taken from ``changes`` when it was made."""
    for number, cells in rows:
        changed = changes.pop(row_id(header, number, cells), {}) if any(cells) else {}
        if len(cells) != len(header):  # empty, or unreadable: it is to be mended by hand
            yield cells
            continue
        full = [*cells, *([""] * (len(names) - len(header)))]
        yield [changed.get(name, cell) for name, cell in zip(names, full, strict=True)]


def _spelled(path: Path) -> list[str]:
    """Return the header as the file spells it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def _replace(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """Write beside the file, then put it in the file's place; marks and line ends are kept."""
    with path.open("rb") as file:
        head = file.read(65536)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n" if b"\r\n" in head else "\n").writerows(lines)
    beside = path.with_name(f"{path.name}.new")
    encoding = "utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else "utf-8"
    beside.write_text(text.getvalue(), encoding=encoding, newline="")
    shutil.copymode(path, beside)
    beside.replace(path)
