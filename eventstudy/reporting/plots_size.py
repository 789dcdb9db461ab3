"""The figure of size against reaction; takes frames and an Axes, gives the Axes back."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from eventstudy.reporting import formats
from eventstudy.reporting.plots_axes import new_axes, per_cent
from eventstudy.reporting.style import LIGHT, MOST_MARKS, SMALL, Theme, dress
from eventstudy.reporting.trend import Trend, fit_trend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SizeColumn = Literal["percent", "headcount"]
_AXIS = {"percent": "size of the cut, % of staff", "headcount": "people, log scale"}
_STEP = {"percent": "for each per cent of staff", "headcount": "for ten times the people"}


def size_column(events: pd.DataFrame) -> SizeColumn | None:
    """Return how sizes are best compared: in per cent of staff, else in people, else not."""
    columns: tuple[SizeColumn, ...] = ("percent", "headcount")
    for column in columns:
        if fit_trend(size_values(events, column), events["car"].to_numpy(float)) is not None:
            return column
    return None


def size_values(events: pd.DataFrame, column: SizeColumn) -> np.ndarray:
    """Return the sizes as the line takes them: per cent as it is, people as log10; shape (N,)."""
    size = pd.to_numeric(events[column]).to_numpy(float)
    if column == "percent":
        return size
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, np.log10(size), np.nan)


def size_trend(groups: Mapping[str, pd.DataFrame], column: SizeColumn) -> Trend | None:
    """Fit one line through all events that have a size; None when they are too few."""
    pooled = pd.concat(list(groups.values())) if groups else pd.DataFrame()
    return None if pooled.empty else fit_trend(size_values(pooled, column), pooled["car"])


def slope_words(trend: Trend | None, column: SizeColumn) -> str:
    """Say the slope, or that there is none to say."""
    return "too few sizes for a line" if trend is None else trend.sentence(_STEP[column])


def plot_size(
    groups: Mapping[str, pd.DataFrame],
    ax: Axes | None = None,
    *,
    column: SizeColumn = "percent",
    level: float = 0.95,
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw each event's abnormal return against the size of its cut, with a line and its band.

    The line is least squares, its band robust to unequal variances (HC3).

    Parameters
    ----------
    groups
        Per label the events with ``car`` and ``column``; events without a size are left out.
    column
        ``percent`` in per cent of staff, ``headcount`` in people on a log scale.
    level
        Of the band.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax = new_axes((7.2, 3.2), theme) if ax is None else ax
    dress(ax, theme, "Abnormal return against the size of the cut", simulated=simulated)
    trend = size_trend(groups, column)
    seen = []
    for i, (label, events) in enumerate(groups.items()):
        x, y = size_values(events, column), events["car"].to_numpy(float)
        there = np.isfinite(x) & np.isfinite(y)
        seen.append(x[there])
        if not there.any():
            continue
        colour = theme.series_colour(i, "all" if len(groups) == 1 else "")
        ax.scatter(
            x[there],
            y[there],
            s=13,
            marker="osD^"[i % 4],
            color=colour,
            alpha=0.75,
            linewidths=0,
            rasterized=there.sum() > MOST_MARKS,
        )
        ax.annotate(
            f"{formats.clip(formats.clean(label), 20)}\nn = {int(there.sum())}",
            (1.0, 1 - 0.16 * len([found for found in seen[:-1] if found.size])),
            xycoords="axes fraction", xytext=(5, 0), textcoords="offset points", color=colour,
            fontsize=SMALL, fontweight="bold", va="top", annotation_clip=False, parse_math=False,
        )  # fmt: skip
    ax.axhline(0, color=theme.muted, linewidth=0.6, zorder=1)
    pooled = np.concatenate([np.zeros(0), *seen])
    if trend is not None:
        along = np.linspace(pooled.min(), pooled.max(), 60)
        line, low, high = trend.band(along, level)
        ax.fill_between(along, low, high, color=theme.neutral, alpha=0.14, linewidth=0)
        ax.plot(along, line, color=theme.neutral, linewidth=1.4)
    per_cent(ax, "y")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=column == "headcount"))
    write = _people if column == "headcount" else _points
    ax.xaxis.set_major_formatter(FuncFormatter(write))
    ax.set_xlabel(_AXIS[column], fontsize=SMALL, color=theme.muted)
    ax.annotate(
        fill(f"Line: {slope_words(trend, column)}", 21), (1.0, 0.0), xycoords="axes fraction",
        xytext=(5, 0), textcoords="offset points", fontsize=6.4, color=theme.muted, va="bottom",
        annotation_clip=False, parse_math=False,
    )  # fmt: skip
    return ax


def _people(x: float, _: int) -> str:
    return formats.number(10**x, 0)


def _points(x: float, _: int) -> str:
    return f"{formats.number(x, 0)}%"
