"""The tables of a report, one function each: content in, ``Table`` out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from eventstudy.inference.multiple import holm
from eventstudy.reporting import formats
from eventstudy.reporting.content import GroupContent, ReportContent
from eventstudy.reporting.tables import Column, Table


def _confidence(content: ReportContent) -> str:
    return f"{formats.number(100 * content.level, 0)}% interval"


def key_figures(
    content: ReportContent, groups: Sequence[GroupContent] = ()
) -> tuple[dict[str, str], ...]:
    """Return per group (all shown by default) the few figures of the first page, as text."""
    cards = []
    for group in groups or content.shown_groups:
        row = group.window(content.headline_window)
        p = _leading_p(group, content.headline_window)
        cards.append(
            {
                "label": formats.clean(group.label),
                "mean": formats.percent(None if row is None else row["mean_car"]),
                "interval": formats.interval(None if row is None else (row["lower"], row["upper"])),
                "events": formats.plural(group.n_events, "event"),
                "p": p,
            }
        )
    return tuple(cards)


def _leading_p(group: GroupContent, window: tuple[int, int]) -> str:
    """Return the p value of the advised test, with its name; empty when none is advised."""
    tests = group.tests(window)
    row = tests[tests["test"] == group.advised]
    if row.empty:
        return ""
    first = row.iloc[0]
    return f"{formats.clean(str(first['test']))}: {formats.said_p(first['p_value'])}"


def verdict(group: GroupContent, window: tuple[int, int], level: float) -> str:
    """Say how many tests reject, and what the advised one finds; empty without a p value."""
    p = group.tests(window)["p_value"].dropna()
    if p.empty:
        return ""
    counted = f"{int((p < 1 - level).sum())} of {formats.plural(len(p), 'test')} reject"
    leading = _leading_p(group, window)
    return f"{counted} · {leading}" if leading else counted


def windows_table(content: ReportContent, groups: Sequence[GroupContent] = ()) -> Table:
    """Show groups (all by default) by window: size, interval, typical event."""
    columns = (
        Column("group", "Group"),
        Column("window", "Window", "window"),
        Column("n", "n", "integer"),
        Column("mean_car", "Mean CAR", "percent"),
        Column("interval", _confidence(content), "interval"),
        Column("median", "Median", "percent"),
        Column("share_positive", "Positive", "share"),
        Column("mean_bhar", "Mean BHAR", "percent", optional=True),
    )
    records = [
        {**row, "group": group.label, **_spans(row)}
        for group in groups or content.groups
        for row in _records(group.windows)
    ]
    note = (
        "CAR: cumulative abnormal return; BHAR: buy-and-hold abnormal return; windows in trading "
        "days from day zero, both ends inside."
    )
    return Table.from_records("", columns, records, (note,))


def tests_table(content: ReportContent, group: GroupContent) -> Table:
    """Show one group's tests: the statistic over the headline window, p values over all windows."""
    bounds = {(int(a), int(b)): None for a, b in group.significance[["start", "end"]].to_numpy()}
    head = content.headline_window
    windows = tuple(bounds)
    columns = (
        Column("test", "Test"),
        Column("statistic", f"Statistic {formats.window(head)}", "number", 2),
        Column("df", "df", "integer", optional=True),
        *(Column(f"p{i}", f"p {formats.window(b)}", "p_value") for i, b in enumerate(windows)),
    )
    records = []
    for name, rows in group.significance.groupby("test", sort=False):
        test = str(name)
        by_window = {(int(row["start"]), int(row["end"])): row for row in _records(rows)}
        first = by_window.get(head, {})
        p_values = [by_window.get(b, {}).get("p_value", math.nan) for b in windows]
        title = f"{test} (advised)" if test == group.advised else test
        figures = {"statistic": first.get("statistic"), "df": first.get("df")}
        records.append({"test": title, **figures, **_numbered(p_values)})
        if test == group.advised and len(windows) > 1:
            records.append({"test": f"{test} (Holm, all windows)", **_numbered(holm(p_values))})
    notes = [group.advice] if group.advice else []
    notes += [
        f"{row['test']}: {row['note']}"
        for row in _records(group.tests(head))
        if not formats.is_missing(row["note"]) and str(row["note"])
    ]
    return Table.from_records("", columns, records, [formats.clean(note) for note in notes])


def _numbered(p_values: Iterable[float]) -> dict[str, float]:
    return {f"p{i}": p for i, p in enumerate(p_values)}


def nulls_table(content: ReportContent) -> Table:
    """Show every test once: what it supposes, and where it comes from."""
    seen: dict[str, dict[str, Any]] = {}
    for group in content.groups:
        for row in _records(group.significance):
            seen.setdefault(str(row["test"]), row)
    columns = (
        Column("test", "Test"),
        Column("label", "In full"),
        Column("null", "Null hypothesis"),
        Column("reference", "Reference"),
    )
    return Table.from_records("", columns, list(seen.values()))


def comparison_table(content: ReportContent) -> Table:
    """Show the difference of the two groups per window."""
    columns = (
        Column("window", "Window", "window"),
        Column("difference", "Difference", "percent"),
        Column("interval", _confidence(content), "interval"),
        Column("welch_p", "Welch t p", "p_value"),
        Column("mann_whitney_p", "Mann–Whitney p", "p_value"),
    )
    records = [{**row, **_spans(row)} for row in _records(content.comparison)]
    first, second = (formats.clean(label) for label in content.compared)
    among = "" if len(content.shown_groups) == 2 else ", the two groups with the most events"
    return Table.from_records("", columns, records, (f"{first} minus {second}{among}.",))


def truth_table(content: ReportContent) -> Table | None:
    """Hold planted against estimated effects; None unless the market is simulated."""
    events = content.events.dropna(subset=["planted", "car"])
    if not content.simulated or events.empty:
        return None
    columns = (
        Column("group", "Group"),
        Column("n", "Events", "integer"),
        Column("planted", "Planted, mean", "percent"),
        Column("car", "Estimated, mean", "percent"),
        Column("error", "Mean error", "percent"),
        Column("covered", "Intervals that hold the truth", "share"),
    )
    records = []
    for group in content.groups:
        rows = events if group.name == "all" else events[events["group"] == group.name]
        if rows.empty:
            continue
        held = (rows["lower"] <= rows["planted"]) & (rows["planted"] <= rows["upper"])
        records.append(
            {
                "group": group.label,
                "n": len(rows),
                "planted": rows["planted"].mean(),
                "car": rows["car"].mean(),
                "error": (rows["car"] - rows["planted"]).mean(),
                "covered": held.mean(),
            }
        )
    level = formats.number(100 * content.level, 0)
    note = f"If all is well, about {level}% of the intervals hold the planted effect."
    return Table.from_records("", columns, records, (note,))


def events_table(content: ReportContent) -> Table:
    """Show the events that are told with their numbers over the headline window."""
    columns = (
        Column("ticker", "Ticker"),
        Column("company", "Company"),
        Column("group", "Group"),
        Column("day_zero", "Day zero", "day"),
        Column("car", f"CAR {content.window_text}", "percent"),
        Column("interval", _confidence(content), "interval"),
        Column("t", "t", "number", 2),
        Column("p_value", "p", "p_value"),
        *((Column("planted", "Planted", "percent"),) if content.simulated else ()),
    )
    records = [
        {**row, "company": formats.clip(row["company"], 32)}
        for row in event_records(content)
        if str(row["event_id"]) in content.told
    ]
    notes = list(event_notes(content))
    if left := len(content.events) - len(records):
        notes.append(
            f"The {len(records):,} events with the clearest reactions; the other {left:,} stand in "
            "the HTML report and in tables/events.csv."
        )
    return Table.from_records("", columns, records, notes)


def event_notes(content: ReportContent) -> tuple[str, ...]:
    """Say what has to be known to read the table of events."""
    assumed = int(content.events["assumed"].sum())
    first = (
        "t and p of a single event take its return over the window against the spread of its own "
        "estimation days."
    )
    notes = [first]
    if assumed:
        notes.append(
            f"* Of {formats.plural(len(content.events), 'event')}, {assumed} "
            f"{'rests' if assumed == 1 else 'rest'} on an assumed time of day."
        )
    return tuple(notes)


def event_records(content: ReportContent) -> Iterator[dict[str, Any]]:
    """Yield the events sorted by day zero and ticker, ready for tables."""
    labels = {group.name: formats.clean(group.label) for group in content.groups}
    rows = content.events.assign(
        _day=content.events["day_zero"].map(formats.day), _name=content.events["ticker"].astype(str)
    ).sort_values(["_day", "_name", "event_id"], kind="stable")
    for row in _records(rows):
        star = " *" if row["assumed"] else ""
        yield {
            **row,
            "group": labels.get(str(row["group"]), formats.clean(str(row["group"]))),
            "group_name": str(row["group"]),
            "company": formats.clip(formats.clean(str(row["company"])), 60),
            "ticker": formats.clip(formats.clean(str(row["ticker"])), 14),
            "day_zero": f"{formats.day(row['day_zero'])}{star}",
            **_spans(row),
        }


def exclusions_table(content: ReportContent) -> Table:
    """Show every event left out, with its reason."""
    columns = (
        Column("ticker", "Ticker"),
        Column("company", "Company"),
        Column("reason", "Reason"),
        Column("detail", "Detail"),
    )
    return Table.from_frame("", columns, content.exclusions)


def cautions(content: ReportContent) -> tuple[str, ...]:
    """Return how many events were left out for which reasons, and the warnings, as sentences."""
    said = []
    counts = Counter(str(reason) for reason in content.exclusions["reason"])
    if counts:
        given = len(content.exclusions) + len(content.events)
        why = ", ".join(f"{formats.clean(reason)} ({n})" for reason, n in counts.most_common())
        was = "was" if len(content.exclusions) == 1 else "were"
        said.append(f"{len(content.exclusions)} of {given} events {was} left out: {why}.")
    said += [formats.clip(formats.clean(message), 300) for _, message in content.warnings]
    return tuple(said)


def warnings_table(content: ReportContent) -> Table:
    """Show every warning of the run."""
    columns = (Column("kind", "Kind"), Column("message", "Warning"))
    return Table("", columns, tuple(content.warnings))


def quality_table(content: ReportContent) -> Table:
    """Show every finding of the price checks."""
    columns = (
        Column("ticker", "Ticker"),
        Column("day", "Day", "day"),
        Column("check", "Check"),
        Column("severity", "Severity"),
        Column("detail", "Finding"),
        Column("action", "What was done"),
    )
    return Table.from_frame("", columns, content.quality)


def verdicts_table(content: ReportContent) -> Table:
    """Show what may be done with each price series; those without a finding share one row."""
    columns = (
        Column("verdict", "Verdict"), Column("ticker", "Prices of"),
        Column("rows", "Days", "integer"), Column("first", "From", "day"),
        Column("last", "To", "day"), Column("currency", "In", optional=True),
        Column("reasons", "Why"),
    )  # fmt: skip
    rows = _records(content.verdicts)
    fine = [row for row in rows if row["verdict"] == "fine" and not row["reasons"]]
    if len(fine) > 1:
        names = ", ".join(str(row["ticker"]) for row in fine)
        together = {"verdict": f"fine ({len(fine)})", "ticker": names}
        rows = [*(row for row in rows if row not in fine), together]
    return Table.from_records("", columns, rows)


def provenance_table(content: ReportContent) -> Table:
    """Flatten the provenance to one line per value."""
    columns = (Column("key", "What"), Column("value", "Value"))
    return Table("", columns, tuple(_flat(content.provenance)))


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield a line per value; a mapping of plain values below the top is one line."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if not isinstance(value, Mapping):
            yield name, _plain(value)
        elif prefix and not any(isinstance(item, Mapping) for item in value.values()):
            yield name, " · ".join(f"{inner} {_plain(item)}" for inner, item in value.items())
        else:
            yield from _flat(value, f"{name}.")


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)


def _spans(row: Mapping[str, Any]) -> dict[str, Any]:
    """Join the pairs of a row: the confidence bounds and the window."""
    joined: dict[str, Any] = {"interval": (row["lower"], row["upper"])}
    if "start" in row:
        joined["window"] = (int(row["start"]), int(row["end"]))
    return joined


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items()} for row in frame.to_dict(orient="records")
    ]
