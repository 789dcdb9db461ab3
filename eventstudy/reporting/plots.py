"""The figures of paths and single events: each takes frames and an Axes, gives the Axes back.

No function shows a figure, changes a frame or touches a global setting. Without ``ax`` a new
figure is made in the house style. Returns are decimal fractions; per cent appears on the axes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy.reporting import formats
from eventstudy.reporting.plots_axes import (
    divide,
    is_narrow,
    label_days,
    mark_zero,
    new_axes,
    per_cent,
    stack,
)
from eventstudy.reporting.style import LIGHT, LINE_STYLES, MOST_MARKS, SMALL, Theme, dress, spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from eventstudy.reporting.content import OtherNews

#: From so many groups on, a label has one line.
_MOST_TALL = 5
#: Height in inches of one row of a forest.
FOREST_ROW = 0.148


def plot_caar(
    frames: pd.DataFrame | Mapping[str, pd.DataFrame],
    ax: Axes | None = None,
    *,
    level: float = 0.95,
    window: tuple[int, int] | None = None,
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw the cumulative average abnormal return with its confidence band.

    Parameters
    ----------
    frames
        One frame with the columns ``tau, caar, lower, upper, n``, or one per group, by label. A
        label ``"All events"`` gets no colour of its own only when it stands alone.
    ax
        Where to draw.
    level
        Level of the band, named on the figure.
    window
        A window to shade lightly.
    theme, simulated
        Colours; whether to stamp the figure.
    """
    groups = {"": frames} if isinstance(frames, pd.DataFrame) else dict(frames)
    ax = new_axes((7.2, 3.7), theme) if ax is None else ax
    band = formats.number(100 * level, 0)
    dress(ax, theme, f"Cumulative average abnormal return, with {band}% band", simulated=simulated)
    ends: list[tuple[str, str, float]] = []
    days = np.concatenate([frame["tau"].to_numpy(float) for frame in groups.values()])
    if days.size:
        ax.set_xlim(days.min() - 0.4, days.max() + 0.3)
    for i, (label, frame) in enumerate(groups.items()):
        colour = theme.series_colour(i, "all" if len(groups) == 1 else "")
        tau = frame["tau"].to_numpy(float)
        path = frame["caar"].to_numpy(float)
        ax.fill_between(
            tau, frame["lower"].to_numpy(float), frame["upper"].to_numpy(float),
            color=colour, alpha=0.16, linewidth=0,
        )  # fmt: skip
        ax.plot(tau, path, color=colour, linewidth=1.8, linestyle=LINE_STYLES[i % 4])
        seen = path[np.isfinite(path)]
        if label and seen.size:
            split = "\n" if len(groups) < _MOST_TALL else " "
            text = f"{formats.clip(formats.clean(label), 24)}{split}{_count(frame)}"
            ends.append((text, colour, float(seen[-1])))
    mark_zero(ax, theme)
    if window is not None:
        ax.axvspan(window[0] - 0.5, window[1] + 0.5, color=theme.grid, alpha=0.55, linewidth=0)
    per_cent(ax, "y")
    label_days(ax, theme)
    low, high = ax.get_ylim()
    gap = 0.13 if len(groups) < _MOST_TALL else 0.06
    heights = spread([height for _, _, height in ends], gap * (high - low))
    for (text, colour, _), height in zip(ends, heights, strict=True):
        ax.annotate(
            text, (1.0, height), xycoords=("axes fraction", "data"), xytext=(5, 0),
            textcoords="offset points", color=colour, fontsize=SMALL, fontweight="bold",
            va="center", annotation_clip=False, parse_math=False,
        )  # fmt: skip
    return ax


def plot_forest(
    events: pd.DataFrame,
    ax: Axes | None = None,
    *,
    level: float = 0.95,
    colour: str | None = None,
    limit: float | None = None,
    title: str = "",
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw one line per event: cumulative abnormal return and its interval, largest on top.

    A filled dot: the interval leaves zero out. An interval that leaves the figure ends in an
    arrow. Draw long lists over several figures (``forest_pages``).

    Parameters
    ----------
    events
        The columns ``ticker, day_zero, car, lower, upper``.
    colour
        Of dots and intervals.
    limit
        Half width of the axis as a decimal fraction; by default what holds nearly all intervals.
        Give the same to all figures of one series.
    """
    rows = events.sort_values(["car", "ticker"], ascending=[False, True], kind="stable")
    size = max(1.6, 0.75 + FOREST_ROW * len(rows))
    ax = new_axes((7.2, size), theme, rows=len(rows)) if ax is None else ax
    colour = theme.series[0] if colour is None else colour
    name = f"Abnormal return with {formats.number(100 * level, 0)}% interval"
    dress(ax, theme, title or name, simulated=simulated)
    limit = forest_limit(events) if limit is None else limit
    ax.set_xlim(-limit, limit)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x", color=theme.grid, linewidth=0.6)
    ax.axvline(0, color=theme.muted, linewidth=0.8)
    _draw_intervals(ax, rows, colour, limit, theme)
    clear = (rows["lower"] > 0) | (rows["upper"] < 0)
    sides = ax.get_yaxis_transform()
    for y, (ticker, day, car, strong) in enumerate(
        zip(rows["ticker"], rows["day_zero"], rows["car"], clear, strict=True)
    ):
        label = f"{formats.clip(formats.clean(str(ticker)), 12)}  {formats.day(day)}"
        for x, text, side in ((-0.01, label, "right"), (1.01, formats.percent(car, 1), "left")):
            ax.text(
                x, y, text, transform=sides, ha=side, va="center", fontsize=6.2,
                color=theme.ink if strong else theme.muted, parse_math=False,
            )  # fmt: skip
    ax.set_yticks([])
    per_cent(ax, "x")
    return ax


def _draw_intervals(ax: Axes, rows: pd.DataFrame, colour: str, limit: float, theme: Theme) -> None:
    """Draw the intervals and dots of a forest, strong where the interval leaves zero out."""
    car, low, high = (rows[name].to_numpy(float) for name in ("car", "lower", "upper"))
    y = np.arange(len(rows), dtype=float)
    clear = (low > 0) | (high < 0)
    for chosen, width, alpha, face in ((clear, 1.1, 1.0, colour), (~clear, 0.7, 0.6, theme.paper)):
        ax.hlines(
            y[chosen], np.maximum(low, -limit)[chosen], np.minimum(high, limit)[chosen],
            colors=colour, linewidth=width, alpha=alpha,
        )  # fmt: skip
        seen = chosen & (np.abs(car) <= limit)
        ax.plot(
            car[seen], y[seen], "o", markersize=3.6, markerfacecolor=face,
            markeredgecolor=colour, markeredgewidth=0.9,
        )  # fmt: skip
    for edge, out, mark in ((-limit, low < -limit, 8), (limit, high > limit, 9)):
        ax.plot(
            np.full(out.sum(), edge), y[out], linestyle="none", marker=mark, markersize=3.2,
            color=colour, clip_on=False,
        )  # fmt: skip


def plot_event(
    prices: pd.DataFrame,
    abnormal: pd.DataFrame,
    ax: Axes | tuple[Axes, Axes] | None = None,
    *,
    level: float = 0.95,
    names: tuple[str, str] = ("security", "benchmark"),
    others: Sequence[OtherNews] = (),
    title: str = "",
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw one event: price against benchmark above, abnormal returns with their band below.

    Parameters
    ----------
    prices
        ``tau, security, benchmark``, both 100 at tau = -1.
    abnormal
        ``tau, ar, se``; the band is what chance allows on a day at ``level`` (normal quantile).
    ax
        Two axes, or one that is divided, or None.
    names
        Of the security and the benchmark, for the direct labels.
    others
        Other news; those with a day are marked by a triangle.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that was given or made; of a pair the upper one.
    """
    if isinstance(ax, tuple):
        whole, (upper, lower) = ax[0], ax
    else:
        whole = new_axes((7.2, 3.6), theme) if ax is None else ax
        upper, lower = divide(whole)
    dress(upper, theme, title or "Price, day −1 = 100", simulated=simulated)
    tau = prices["tau"].to_numpy(float)
    ends = []
    for key, name, colour, width in (
        ("benchmark", names[1], theme.muted, 1.1),
        ("security", names[0], theme.series[0], 1.8),
    ):
        path = prices[key].to_numpy(float)
        upper.plot(tau, path, color=colour, linewidth=width)
        seen = path[np.isfinite(path)]
        if seen.size:
            ends.append((formats.clip(formats.clean(name), 12), colour, float(seen[-1])))
    low, high = upper.get_ylim()
    heights = spread([height for *_, height in ends], 0.17 * (high - low))
    for (name, colour, _), height in zip(ends, heights, strict=True):
        upper.annotate(
            name, (1.0, height), xycoords=("axes fraction", "data"), xytext=(4, 0),
            textcoords="offset points", color=colour, fontsize=SMALL, fontweight="bold",
            va="center", annotation_clip=False, parse_math=False,
        )  # fmt: skip
    upper.tick_params(labelbottom=False)
    upper.locator_params(axis="y", nbins=4)
    _draw_abnormal(lower, abnormal, level, theme)
    for panel in (upper, lower):
        panel.axvline(0, color=theme.muted, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
        panel.set_xlim(tau.min() - 0.7, tau.max() + 0.7)
    _mark_others(lower, others, theme)
    return whole


def _draw_abnormal(ax: Axes, abnormal: pd.DataFrame, level: float, theme: Theme) -> None:
    from scipy.special import ndtri

    days = abnormal["tau"].to_numpy(float)
    ar = abnormal["ar"].to_numpy(float)
    reach = float(ndtri(0.5 + level / 2)) * abnormal["se"].to_numpy(float)
    band = f"{formats.number(100 * level, 0)}%"
    dress(ax, theme, f"Abnormal return per day; grey: within {band} of chance")
    ax.fill_between(days, -reach, reach, color=theme.grid, linewidth=0, step="mid")
    clear = np.abs(ar) > reach
    shades = [theme.series[0] if far else theme.muted for far in clear]
    ax.bar(days, ar, width=0.62, color=shades)
    ax.axhline(0, color=theme.muted, linewidth=0.6)
    ax.locator_params(axis="y", nbins=4)
    per_cent(ax, "y")
    label_days(ax, theme)


def _mark_others(ax: Axes, others: Sequence[OtherNews], theme: Theme) -> None:
    days = [other.tau for other in others if other.tau is not None]
    low, high = ax.get_xlim()
    inside = [tau for tau in days if low < tau < high]
    if inside:
        ax.plot(
            inside, [1.0] * len(inside), "v", transform=ax.get_xaxis_transform(), markersize=4.5,
            color=theme.series[1], clip_on=False,
        )  # fmt: skip


def plot_car_distribution(
    groups: Mapping[str, pd.DataFrame],
    ax: Axes | None = None,
    *,
    averages: Mapping[str, tuple[float, float, float]] | None = None,
    verdicts: Mapping[str, str] | None = None,
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw every event as one dot on a pile, a row of piles per group.

    Parameters
    ----------
    groups
        Per label the events with a column ``car``.
    averages
        Per label (mean, lower, upper), drawn under the piles.
    verdicts
        Per label what the tests say, written beside the piles.
    """
    averages, verdicts = averages or {}, verdicts or {}
    ax = new_axes((7.2, 0.8 + 1.25 * len(groups)), theme) if ax is None else ax
    title = "Abnormal returns of single events, and their average"
    dress(ax, theme, title, simulated=simulated)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x", color=theme.grid, linewidth=0.6)
    values = {label: frame["car"].dropna().to_numpy(float) for label, frame in groups.items()}
    pooled = np.concatenate([np.zeros(1), *values.values()])
    bounds = np.abs([bound for average in averages.values() for bound in average])
    widest = float(bounds[np.isfinite(bounds)].max(initial=0.0))
    limit = 1.05 * max(float(np.quantile(np.abs(pooled), 0.99)), widest, 0.01)
    step = 2 * limit / 72
    piles = {label: stack(found, limit, step) for label, found in values.items()}
    tallest = max([4.0, *(float(y.max()) + 1 for _, y in piles.values() if y.size)])
    split = "\n" if is_narrow(ax) else " · "
    for i, (label, (x, y)) in enumerate(piles.items()):
        base = -1.45 * i
        colour = theme.series_colour(i, "all" if len(groups) == 1 else "")
        ax.scatter(
            x, base + (y + 0.5) / tallest, s=11, color=colour, linewidths=0, alpha=0.85,
            rasterized=x.size > MOST_MARKS,
        )  # fmt: skip
        if label in averages:
            mean, low, high = averages[label]
            ax.plot([low, high], [base - 0.13] * 2, color=colour, linewidth=1.6)
            ax.plot(mean, base - 0.13, "D", markersize=4.2, color=colour)
        name = f"{formats.clip(formats.clean(label), 30)}, n = {values[label].size}"
        for x_text, text, side, weight in (
            (0.0, name, "left", "bold"),
            (1.0, verdicts.get(label, "").replace(" · ", split), "right", "normal"),
        ):  # fmt: skip
            ax.annotate(
                text, (x_text, base + 0.95), xycoords=("axes fraction", "data"), color=colour,
                fontsize=SMALL, fontweight=weight, ha=side, va="top", parse_math=False,
            )  # fmt: skip
    ax.axvline(0, color=theme.muted, linewidth=0.8, zorder=0.5)
    ax.set_xlim(-1.03 * limit, 1.03 * limit)
    ax.set_ylim(-1.45 * (len(groups) - 1) - 0.34, 1.08)
    ax.set_yticks([])
    per_cent(ax, "x")
    return ax


def forest_limit(events: pd.DataFrame, share: float = 0.96) -> float:
    """Return the half width that holds a ``share`` of all bounds, and nearly every estimate."""
    bounds = events[["lower", "upper"]].abs().to_numpy(float).ravel()
    cars = events["car"].abs().to_numpy(float)
    bounds, cars = bounds[np.isfinite(bounds)], cars[np.isfinite(cars)]
    if not bounds.size:
        return 0.01
    held = float(np.quantile(bounds, share)), float(np.quantile(cars, min(1, share + 0.03)))
    return 1.04 * max(*held, 0.005)


def forest_pages(events: pd.DataFrame, rows: int = 60) -> tuple[pd.DataFrame, ...]:
    """Split sorted events into pages of nearly equal length, none longer than ``rows``."""
    ordered = events.sort_values(["car", "ticker"], ascending=[False, True], kind="stable")
    pages = max(1, -(-len(ordered) // rows))
    edges = np.linspace(0, len(ordered), pages + 1).round().astype(int)
    return tuple(ordered.iloc[a:b] for a, b in pairwise(edges))


def _count(frame: pd.DataFrame) -> str:
    return f"n = {int(frame['n'].max())}" if "n" in frame and len(frame) else ""
