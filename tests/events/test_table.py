from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from eventstudy.errors import EventError
from eventstudy.events.event import ExclusionReason
from eventstudy.events.table import EventSet

HEADER = (
    "event_id,company,ticker,event_type,group,announced_at,session,zone,headcount,percent,"
    "review,chain,step,what,sources,desk\n"
)
GOOD = (
    'meta-1,Meta,META,layoff,,2022-11-09,pre,,11000,13,confirmed,meta-2022,announcement,"first, '
    'large",https://example.org/a | articles/x.md,NY\n'
)


def written(folder: Path, text: str) -> Path:
    path = folder / "events.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_keeps_all_it_says(tmp_path: Path) -> None:
    events = EventSet.from_csv(written(tmp_path, HEADER + GOOD))
    (event,) = events
    assert (event.company, event.ticker, event.group, event.session) == (
        "Meta", "META", "layoff", "pre",
    )  # fmt: skip
    assert (event.headcount, event.percent) == (11000, 13)
    assert event.sources == ("https://example.org/a", "articles/x.md")
    assert event.what == "first, large"
    assert event.extra == (("desk", "NY"),)
    assert repr(events) == "<EventSet: 1 events: 1 layoff>"


def test_reading_what_was_written_gives_the_same_events(tmp_path: Path) -> None:
    events = EventSet.from_csv(written(tmp_path, HEADER + GOOD))
    events.to_csv(tmp_path / "again.csv")
    assert EventSet.from_csv(tmp_path / "again.csv").events == events.events
    assert EventSet.from_frame(events.to_frame()).events == events.events


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,A,,layoff,,2022-11-09,,,,,,,,,,\n", "ticker '' is no symbol"),
        ("a,A,AA,layoff,,soon,,,,,,,,,,\n", "'soon' is no ISO date"),
        ("a,A,AA,layoff,,2022-11-09,noon,,,,,,,,,\n", "session 'noon' is not one of pre, during"),
        ("a,A,AA,layoff,,2022-11-09,,Mars/Base,,,,,,,,\n", "no IANA time zone"),
        ("a,A,A\x00A,layoff,,2022-11-09,,,,,,,,,,\n", "is no symbol"),
        ("a,A,AA,layoff,all,2022-11-09,,,,,,,,,,\n", "stands for every event"),
        ("a,A,AA,layoff,,9999-12-31,,,,,,,,,,\n", "outside the years 1900 to 2100"),
        ("a,A,AA,layoff,,2022-11-09,,,,,,,,cut, deep,,\n", "has 17 cells where the header has 16"),
        ("a,A,AA,layoff,,2022-11-09\n", "has 6 cells where the header has 16"),
        ("a,A,AA,layoff,,2022-11-09,,,about 8000,,,,,,,\n", "headcount 'about 8000' is no number"),
        ("a,A,AA,layoff,,2022-11-09,,,,130,,,,,,\n", "percent '130' is no number from 0 to 100"),
        ("a,A,AA,layoff,,2022-11-09,,,,,done,,,,,\n", "review 'done' is not one of proposed"),
    ],
)
def test_a_bad_row_is_excluded_with_its_line_and_the_rest_is_read(
    tmp_path: Path, row: str, said: str
) -> None:
    events = EventSet.from_csv(written(tmp_path, HEADER + row + GOOD))
    assert [event.event_id for event in events] == ["meta-1"]
    (exclusion,) = events.exclusions
    assert exclusion.reason is ExclusionReason.UNREADABLE
    assert exclusion.detail.startswith("line 2: ")
    assert said in exclusion.detail


def test_a_repeated_id_is_a_duplicate_and_an_empty_line_is_nothing(tmp_path: Path) -> None:
    events = EventSet.from_csv(written(tmp_path, HEADER + GOOD + ",,,,,,,,,,,,,,,\n" + GOOD))
    assert len(events) == 1
    (exclusion,) = events.exclusions
    assert (exclusion.event_id, exclusion.reason) == ("meta-1#2", ExclusionReason.DUPLICATE)


def test_ids_made_up_for_duplicates_leave_the_files_own_alone(tmp_path: Path) -> None:
    events = EventSet.from_csv(
        written(
            tmp_path,
            "event_id,ticker,announced_at\n"
            + "".join(f"{i},META,2026-04-0{n}\n" for n, i in enumerate(["a", "a", "a#2", "a"], 1)),
        )
    )
    assert [event.event_id for event in events] == ["a", "a#2"]
    assert [item.event_id for item in events.exclusions] == ["a#3", "a#4"]


def test_sizes_may_be_written_for_people(tmp_path: Path) -> None:
    (event,) = EventSet.from_csv(
        written(tmp_path, 'ticker,announced_at,headcount,percent\nA,2026-04-01,"11,000",13%\n')
    )
    assert (event.headcount, event.percent) == (11000, 13)


def test_two_columns_are_enough(tmp_path: Path) -> None:
    (event,) = EventSet.from_csv(written(tmp_path, "ticker,announced_at\nSNAP,2026-04-15\n"))
    assert (event.company, event.event_type, event.group) == ("SNAP", "event", "event")
    assert (event.session, event.review) == ("unknown", "proposed")


def test_a_frame_with_dates_and_gaps_is_read() -> None:
    frame = pd.DataFrame(
        {
            "ticker": ["SNAP", "META"],
            "announced_at": [pd.Timestamp("2026-04-15"), pd.Timestamp("2026-04-17")],
            "headcount": [1000, None],
        }
    )
    snap, meta = EventSet.from_frame(frame)
    assert (snap.announced_text, snap.headcount) == ("2026-04-15", 1000)
    assert (meta.announced_text, meta.headcount) == ("2026-04-17", None)


def test_a_file_that_is_no_event_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EventError, match="There is no event file"):
        EventSet.from_csv(tmp_path / "none.csv")
    with pytest.raises(EventError, match="no column announced_at and no column ticker"):
        EventSet.from_csv(written(tmp_path, "date,symbol\n"))
    with pytest.raises(EventError, match=r"its columns are ticker;announced_at, .* with commas"):
        EventSet.from_csv(written(tmp_path, "ticker;announced_at\n"))
    with pytest.raises(EventError, match="its columns are none"):
        EventSet.from_csv(written(tmp_path, ""))
    with pytest.raises(EventError, match="the column ticker twice"):
        EventSet.from_csv(written(tmp_path, "ticker,announced_at,ticker\n"))
    with pytest.raises(EventError, match="a quotation mark that is not closed"):
        EventSet.from_csv(written(tmp_path, 'ticker,announced_at\nA,"2026\nB,2026\n'))
    (tmp_path / "events.csv").write_bytes(b"ticker,announced_at\n\xff\xfe,x\n")
    with pytest.raises(EventError, match="save it as CSV in UTF-8"):
        EventSet.from_csv(tmp_path / "events.csv")
