"""The event file of data/ai-announcements, read as a plain table."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

STUDY = Path(__file__).parents[1] / "data" / "ai-announcements"
COLUMNS = [
    "event_id", "company", "ticker", "event_type", "group", "announced_at", "session", "zone",
    "headcount", "percent", "review", "chain", "step", "what", "sources",
]  # fmt: skip
STEPS = {"report", "announcement", "memo", "update", "execution", "preview", "release"}

Row = dict[str, str]


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return _read(STUDY / "events.csv")


def _day(row: Row) -> date:
    text = row["announced_at"]
    return datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text)


def test_columns_and_ids(rows: list[Row]) -> None:
    assert list(rows[0]) == COLUMNS
    assert len(rows) == len({row["event_id"] for row in rows}) == 194
    assert Counter(row["group"] for row in rows) == {"layoff": 88, "model_launch": 106}
    assert Counter(row["review"] for row in rows) == {"confirmed": 180, "proposed": 14}


def test_every_row_is_well_formed(rows: list[Row]) -> None:
    for row in rows:
        assert row["group"] == row["event_type"], row
        assert re.fullmatch(r"[A-Z]{1,5}|\d{4}\.HK", row["ticker"]), row
        assert row["session"] in {"pre", "during", "after", "unknown"}, row
        assert not row["zone"] or ZoneInfo(row["zone"]).key == row["zone"], row
        assert row["company"], row
        assert row["what"], row
        assert row["event_id"].endswith(_day(row).isoformat()), row
        for column, most in (("headcount", 100_000), ("percent", 100)):
            assert not row[column] or 0 < float(row[column]) <= most, row


def test_a_moment_agrees_with_its_session(rows: list[Row]) -> None:
    moments = [row for row in rows if "T" in row["announced_at"]]
    for row in moments:
        moment = datetime.fromisoformat(row["announced_at"])
        clock = moment.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M")
        expected = "pre" if clock < "09:30" else "during" if clock < "16:00" else "after"
        assert row["session"] == expected, row
    assert {row["ticker"] for row in moments} == {"2513.HK", "0100.HK", "ADSK"}


def test_no_company_has_two_events_of_one_kind_on_one_day(rows: list[Row]) -> None:
    counted = Counter((row["ticker"], row["group"], _day(row)) for row in rows)
    assert max(counted.values()) == 1


def test_steps_of_a_chain_belong_together(rows: list[Row]) -> None:
    chains: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        assert bool(row["chain"]) == bool(row["step"]), row
        if row["chain"]:
            assert row["step"] in STEPS, row
            chains[row["chain"]].append(row)
    for chain, steps in chains.items():
        assert len(steps) >= 2, chain
        assert len({(row["ticker"], row["group"]) for row in steps}) == 1, chain
        assert steps == sorted(steps, key=_day), chain
    assert [row["step"] for row in chains["meta-2026"]] == ["report", "memo", "execution"]


def _sources(rows: list[Row]) -> Iterator[tuple[Row, str]]:
    for row in rows:
        yield from ((row, source) for source in filter(None, row["sources"].split(" | ")))


def test_sources_are_addresses_or_our_own_digests(rows: list[Row]) -> None:
    for row, source in _sources(rows):
        assert source.startswith(("https://", "http://")) or (STUDY / source).is_file(), row


def test_a_confirmed_event_has_a_source(rows: list[Row]) -> None:
    assert [r["event_id"] for r in rows if r["review"] == "confirmed" and not r["sources"]] == []


def test_both_digests_are_used(rows: list[Row]) -> None:
    used = {source for _, source in _sources(rows) if source.startswith("articles/")}
    digests = {f"articles/{path.name}" for path in (STUDY / "articles").glob("*.md")}
    assert used == digests


def test_facts_equal_the_reference(rows: list[Row], shared: Path) -> None:
    reference = {row["event_id"]: row for row in _read(shared / "events" / "reference_events.csv")}
    ours = {row["event_id"]: row for row in rows}
    assert ours.keys() >= reference.keys()
    for event_id, fact in reference.items():
        row = ours[event_id]
        assert _day(row).isoformat() == fact["announced_on"], event_id
        assert (row["review"] == "confirmed") == (fact["confirmed"] == "yes"), event_id
        for column in ("company", "ticker", "event_type", "session", "headcount", "percent"):
            assert row[column] == fact[column], (event_id, column)
        assert row["sources"].startswith(fact["source_url"]), event_id
