"""What a figure draws, as a table to be read below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from eventstudy.reporting import formats
from eventstudy.reporting.content import EventDetail, GroupContent, Placebo, ReportContent
from eventstudy.reporting.tables import Column, Table

#: Marks of one figure told one by one; the rest are counted.
MOST_ROWS = 300
_QUANTILES = (("low", 0.0), ("quarter", 0.25), ("half", 0.5), ("three", 0.75), ("high", 1.0))
_FIVE = ("Lowest", "Lower quarter", "Median", "Upper quarter", "Highest")


def caar_data(content: ReportContent) -> Table:
    """Return per group and day the average path with its bounds."""
    columns = (
        Column("group", "Group"), Column("day", "Day"), Column("n", "Events", "integer"),
        Column("caar", "Cumulated average", "percent"),
        Column("interval", f"{formats.number(100 * content.level, 0)}% interval", "interval"),
    )  # fmt: skip
    records = [
        {
            "group": group.label, "day": formats.signed_day(int(tau)), "n": n, "caar": caar,
            "interval": (lower, upper),
        }
        for group in content.shown_groups
        for tau, n, caar, lower, upper in group.caar[
            ["tau", "n", "caar", "lower", "upper"]
        ].itertuples(index=False)
    ]  # fmt: skip
    return Table.from_records("", columns, records)


def distribution_data(content: ReportContent) -> Table:
    """Return per group how the returns of its events spread."""
    columns = (
        Column("group", "Group"), Column("n", "Events", "integer"),
        *(Column(key, title, "percent") for (key, _), title in zip(_QUANTILES, _FIVE, strict=True)),
    )  # fmt: skip
    records = []
    for group in content.shown_groups:
        cars = content.events_of(group)["car"]
        spread = {key: cars.quantile(share) for key, share in _QUANTILES}
        records.append({"group": group.label, "n": len(cars), **spread})
    return Table.from_records("", columns, records)


def timeline_data(content: ReportContent, groups: Sequence[GroupContent]) -> Table:
    """Return how many events each group has per month."""
    counts = {
        group.label: Counter(formats.day(day)[:7] for day in content.events_of(group)["day_zero"])
        for group in groups
    }
    columns = (
        Column("month", "Month"),
        *(Column(label, formats.clean(label), "integer") for label in counts),
    )
    months = sorted({month for counted in counts.values() for month in counted})
    records = [
        {"month": month, **{label: counted[month] for label, counted in counts.items()}}
        for month in months
    ]
    return Table.from_records("", columns, records)


def size_data(content: ReportContent, column: str) -> Table:
    """Return the events with a size, the largest first."""
    columns = (
        Column("ticker", "Ticker"), Column("day_zero", "Day zero", "day"),
        Column(column, "% of staff" if column == "percent" else "People", "number",
               1 if column == "percent" else 0),
        Column("car", f"CAR {content.window_text}", "percent"),
    )  # fmt: skip
    shown = pd.concat([content.events_of(group) for group in content.shown_groups])
    return _longest(columns, shown.dropna(subset=[column]).sort_values(column, ascending=False))


def placebo_data(placebo: Placebo) -> Table:
    """Return how the other days spread, and the events' own."""
    columns = (
        Column("what", "Days"), Column("n", "Stretches", "integer"),
        *(Column(key, title, "number") for (key, _), title in zip(_QUANTILES, _FIVE, strict=True)),
        Column("p", "p", "p_value"),
    )  # fmt: skip
    spread = dict(
        zip(
            (key for key, _ in _QUANTILES),
            np.nanquantile(placebo.others, [share for _, share in _QUANTILES]),
            strict=True,
        )
    )
    records = [
        {"what": "before the events", "n": placebo.others.size, **spread},
        {"what": "the events' own", "n": 1, "half": placebo.own, "p": placebo.p_value},
    ]
    return Table.from_records("", columns, records)


def event_data(detail: EventDetail) -> Table:
    """Return one event's prices and abnormal returns by day."""
    columns = (
        Column("day", "Day"), Column("security", "Security", "number"),
        Column("benchmark", "Benchmark", "number"), Column("ar", "Abnormal return", "percent"),
        Column("se", "Its standard error", "percent"),
    )  # fmt: skip
    days = detail.prices.merge(detail.abnormal, on="tau", how="outer").sort_values("tau")
    return Table.from_frame("", columns, days.assign(day=days["tau"].map(formats.signed_day)))


def _longest(columns: tuple[Column, ...], frame: pd.DataFrame) -> Table:
    more = len(frame) - MOST_ROWS
    notes = (f"And {more:,} more: all stand in tables/events.csv.",) if more > 0 else ()
    return Table.from_frame("", columns, frame.head(MOST_ROWS), notes)
