"""Alternative text: what a figure shows, in words written from its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from eventstudy.reporting import formats
from eventstudy.reporting.content import Placebo
from eventstudy.reporting.formats import interval, listing, percent, plural, signed_day

_STAMP = "Simulated prices. "


def caar_text(frames: Mapping[str, pd.DataFrame], level: float, *, simulated: bool) -> str:
    """Describe ``plot_caar``: per group where the path ends and its lowest and highest day."""
    parts = []
    for label, frame in frames.items():
        seen = frame.dropna(subset=["caar"])
        if seen.empty:
            parts.append(f"{formats.clean(label)}: no values.")
            continue
        caar = seen["caar"].to_numpy(float)
        last, low, high = (seen.iloc[at] for at in (-1, int(caar.argmin()), int(caar.argmax())))
        parts.append(
            f"{formats.clean(label)}, {plural(int(seen['n'].max()), 'event')}: "
            f"{percent(last['caar'])} on day {signed_day(last['tau'])} "
            f"({formats.number(100 * level, 0)}% interval "
            f"{interval((last['lower'], last['upper']))}); lowest {percent(low['caar'])} on day "
            f"{signed_day(low['tau'])}, highest {percent(high['caar'])} on day "
            f"{signed_day(high['tau'])}."
        )
    opening = "Line chart of the cumulative average abnormal return by trading day. "
    return f"{_STAMP if simulated else ''}{opening}{' '.join(parts)}"


def forest_text(label: str, events: pd.DataFrame, *, simulated: bool) -> str:
    """Describe ``plot_forest``: how many events, how many clear of zero, the extremes."""
    ordered = events.sort_values("car", kind="stable")
    above, below = int((events["lower"] > 0).sum()), int((events["upper"] < 0).sum())
    text = (
        f"{_STAMP if simulated else ''}Forest chart of {plural(len(events), 'event')} "
        f"({formats.clean(label)}), largest abnormal return on top. Wholly above zero: "
        f"{plural(above, 'interval')}; wholly below: {plural(below, 'interval')}."
    )
    if ordered["car"].notna().any():
        low, high = ordered.iloc[0], ordered.dropna(subset=["car"]).iloc[-1]
        text += (
            f" From {percent(low['car'], 1)} ({formats.clean(str(low['ticker']))}) to "
            f"{percent(high['car'], 1)} ({formats.clean(str(high['ticker']))})."
        )
    return text


def event_text(name: str, prices: pd.DataFrame, abnormal: pd.DataFrame, *, simulated: bool) -> str:
    """Describe ``plot_event``: security and benchmark at the end, the largest abnormal return."""
    ends = []
    for key in ("security", "benchmark"):
        path = prices[key].dropna()
        ends.append(f"the {key} at {formats.number(path.iloc[-1] if len(path) else None, 1)}")
    text = (
        f"{_STAMP if simulated else ''}Price and abnormal returns of {formats.clean(name)}. "
        f"With day −1 at 100, the window ends with {listing(ends)}."
    )
    seen = abnormal.dropna(subset=["ar"])
    if not seen.empty:
        top = seen.iloc[int(np.argmax(seen["ar"].abs().to_numpy()))]
        text += (
            f" Largest abnormal return of a day: {percent(top['ar'])} on day "
            f"{signed_day(top['tau'])}."
        )
    return text


def distribution_text(groups: Mapping[str, pd.DataFrame], *, simulated: bool) -> str:
    """Describe ``plot_car_distribution``: median, middle half and extremes per group."""
    parts = []
    for label, frame in groups.items():
        car = frame["car"].dropna()
        if car.empty:
            parts.append(f"{formats.clean(label)}: no values.")
            continue
        low, quarter, half, three, high = car.quantile([0, 0.25, 0.5, 0.75, 1])
        parts.append(
            f"{formats.clean(label)}: median {percent(half)}, middle half "
            f"{interval((quarter, three))}, all {interval((low, high))}."
        )
    opening = f"{_STAMP if simulated else ''}Dot piles of single events' abnormal returns."
    return " ".join([opening, *parts])


def heatmap_text(groups: Mapping[str, pd.DataFrame], *, simulated: bool) -> str:
    """Describe ``plot_heatmap``: per group its largest gain and loss of a day."""
    parts = []
    for label, frame in groups.items():
        values = frame.to_numpy(float)
        if not np.isfinite(values).any():
            parts.append(f"{formats.clean(label)}: no values.")
            continue
        low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
        days = [int(frame.columns[at % values.shape[1]]) for at in (low, high)]
        parts.append(
            f"{formats.clean(label)}, {plural(len(frame), 'event')}: from "
            f"{percent(values.flat[low], 1)} on day {signed_day(days[0])} to "
            f"{percent(values.flat[high], 1)} on day {signed_day(days[1])}."
        )
    opening = f"{_STAMP if simulated else ''}Heat map of abnormal returns, events by days."
    return " ".join([opening, *parts])


def timeline_text(
    market: pd.DataFrame, groups: Mapping[str, Sequence[object]], name: str, *, simulated: bool
) -> str:
    """Describe ``plot_timeline``: how the benchmark went, when each group's events were."""
    path = market.dropna(subset=["level"])
    parts = []
    if len(path):
        change = float(path["level"].iloc[-1]) / float(path["level"].iloc[0]) - 1
        parts.append(
            f"{formats.clean(name)} from {formats.day(path['day'].iloc[0])} to "
            f"{formats.day(path['day'].iloc[-1])}: {percent(change, 0)}."
        )
    for label, zeros in groups.items():
        days = sorted(formats.day(day) for day in zeros)
        when = f" from {days[0]} to {days[-1]}" if days else ""
        parts.append(f"{formats.clean(label)}: {plural(len(days), 'event')}{when}.")
    opening = f"{_STAMP if simulated else ''}Timeline of the events on the benchmark."
    return " ".join([opening, *parts])


def p_values_text(
    groups: Mapping[str, pd.DataFrame], level: float, window: tuple[int, int], *, simulated: bool
) -> str:
    """Describe ``plot_p_values``: per group and window how many tests reject."""
    parts = []
    for label, frame in groups.items():
        counts = []
        for start, end in dict.fromkeys(zip(frame["start"], frame["end"], strict=True)):
            rows = frame[(frame["start"] == start) & (frame["end"] == end)]
            p = rows["p_value"].dropna()
            counts.append(
                f"{formats.window((start, end))} {int((p < 1 - level).sum())} of {len(p)}"
            )
        parts.append(f"{formats.clean(label)}: {listing(counts)}.")
    opening = (
        f"{_STAMP if simulated else ''}Tiles of p values, tests by windows. Tests that reject at "
        f"{formats.number(100 * (1 - level), 0)}%, by window (headline {formats.window(window)}):"
    )
    return " ".join([opening, *parts])


def placebo_text(label: str, placebo: Placebo, *, simulated: bool) -> str:
    """Describe ``plot_placebo``: the other days, the events' own, and how many lie as far out."""
    others = placebo.others[np.isfinite(placebo.others)]
    opening = f"{_STAMP if simulated else ''}Dot piles of other days before the events"
    if not others.size:
        return f"{opening} ({formats.clean(label)}): no values."
    far = int((np.abs(others) >= abs(placebo.own)).sum())
    low, high = (formats.number(edge, 2, signed=True) for edge in (others.min(), others.max()))
    return (
        f"{opening} ({formats.clean(label)}): {plural(others.size, 'stretch', 'stretches')} from "
        f"{low} to {high} usual deviations. The events' own days: "
        f"{formats.number(placebo.own, 2, signed=True)}; {far} of {others.size} lie as far from "
        f"zero; {formats.said_p(placebo.p_value)}."
    )


def size_text(
    groups: Mapping[str, pd.DataFrame], column: str, slope: str, *, simulated: bool
) -> str:
    """Describe ``plot_size``: how many events have a size, and the slope of the line."""
    counts = [
        f"{formats.clean(label)} {plural(int(events[column].notna().sum()), 'event')}"
        for label, events in groups.items()
    ]
    what = "per cent of staff" if column == "percent" else "number of people"
    return (
        f"{_STAMP if simulated else ''}Abnormal return against the size of the cut ({what}), one "
        f"mark per event: {listing(counts)}. Line: {slope}."
    )
