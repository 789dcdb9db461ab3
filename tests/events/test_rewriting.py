from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eventstudy.errors import EventError
from eventstudy.events.event import Event, with_sources
from eventstudy.events.rewriting import update_csv
from eventstudy.events.table import EventSet

FILE = (
    "Event_ID,Ticker,announced_at,Headcount,desk\r\n"
    'a,META,2022-11-09,"11,000",NY\r\n'
    "\r\n"
    "b,SNAP,4/5/2026,1000,NY\r\n"
    "c,INTC,2024-08-01\r\n"
    "d,INTC,2024-08,,LA\r\n"
)
NEW = Event("e", "AMZN", "layoff", date(2026, 1, 28), sources=("x.txt",))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.encode())
    return path


def test_what_does_not_change_keeps_its_spelling(file: Path) -> None:
    before = EventSet.from_csv(file)
    assert [event.event_id for event in before] == ["a", "d"]
    assert not update_csv(file, before, before)
    a, d = before
    day = replace(d, announced_at=date(2024, 8, 1), precision="day", until=None)
    assert update_csv(file, before, EventSet((with_sources(a, ["y.txt"]), day, NEW)))
    assert file.read_bytes().decode("utf-8-sig") == (
        "Event_ID,Ticker,announced_at,Headcount,desk,event_type,session,review,sources\r\n"
        'a,META,2022-11-09,"11,000",NY,,,,y.txt\r\n'
        "\r\n"
        "b,SNAP,4/5/2026,1000,NY,,,,\r\n"
        "c,INTC,2024-08-01\r\n"
        "d,INTC,2024-08-01,,LA,,,,\r\n"
        "e,AMZN,2026-01-28,,,layoff,unknown,proposed,x.txt\r\n"
    )
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_was_changed_in_the_meantime_is_left_alone(file: Path) -> None:
    before = EventSet.from_csv(file)
    other = FILE.replace("a,META", "z,META")
    file.write_text(other, encoding="utf-8", newline="")
    added = with_sources(before.events[0], ["y.txt"])
    with pytest.raises(EventError, match="has no row a any more"):
        update_csv(file, before, EventSet((added, before.events[1])))
    assert file.read_bytes().decode() == other


def test_a_file_that_does_not_exist_is_made(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    assert update_csv(path, EventSet(()), EventSet((NEW,)))
    assert EventSet.from_csv(path).events[0].sources == ("x.txt",)
