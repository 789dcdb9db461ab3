"""The figures of the whole sample: heat map, timeline, p values.

Each takes frames and an Axes and gives the Axes back, as those of ``plots`` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy.reporting import formats
from eventstudy.reporting.plots_axes import is_narrow, label_days, new_axes
from eventstudy.reporting.style import LIGHT, MOST_MARKS, SMALL, Theme, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Height in inches of one row of tiles.
TILE_ROW = 0.185


def plot_heatmap(
    groups: Mapping[str, pd.DataFrame],
    ax: Axes | None = None,
    *,
    limit: float | None = None,
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw abnormal returns, one row per event and one column per day, group under group.

    The colours get steadily lighter from loss to gain, so that a print in grey can be read.

    Parameters
    ----------
    groups
        Per label a frame of abnormal returns, events by relative days, in the order to be drawn;
        a missing value stays empty.
    limit
        Return at which the colours end; by default the 98 % quantile of all absolute returns.
    """
    from matplotlib.ticker import FuncFormatter

    rows = sum(len(frame) for frame in groups.values())
    size = (7.2, min(9.0, max(2.2, 0.8 + 0.035 * rows)))
    ax = new_axes(size, theme) if ax is None else ax
    dress(ax, theme, "Abnormal return of every event and day", simulated=simulated)
    ax.grid(visible=False)
    values = [np.abs(frame.to_numpy(float)).ravel() for frame in groups.values()]
    pooled = np.concatenate([np.zeros(1), *values])
    pooled = pooled[np.isfinite(pooled)]
    limit = max(float(np.quantile(pooled, 0.98)), 1e-4) if limit is None else limit
    gap, top, image = max(1.0, 0.015 * rows), 0.0, None
    for i, (label, frame) in enumerate(groups.items()):
        days = frame.columns.to_numpy(float)
        box = (days[0] - 0.5, days[-1] + 0.5, top + len(frame), top)
        image = ax.imshow(
            frame.to_numpy(float), extent=box, aspect="auto", interpolation="none",
            cmap="cividis", vmin=-limit, vmax=limit,
        )  # fmt: skip
        ax.annotate(
            f"{formats.clip(formats.clean(label), 16)}\nn = {len(frame)}",
            (1.0, top), xycoords=("axes fraction", "data"), xytext=(5, 0),
            textcoords="offset points", fontsize=SMALL, fontweight="bold", va="top",
            color=theme.series_colour(i, "all" if len(groups) == 1 else ""), parse_math=False,
            annotation_clip=False,
        )  # fmt: skip
        ax.set_xlim(*box[:2])
        top += len(frame) + gap
    ax.set_ylim(max(top - gap, 1.0), 0)
    ax.set_yticks([])
    label_days(ax, theme)
    if image is not None:
        scale = ax.inset_axes((1.025, 0.01, 0.022, 0.2))
        bar = ax.figure.colorbar(image, cax=scale, ticks=[-limit, 0, limit])
        bar.outline.set_visible(False)
        scale.tick_params(length=0, labelsize=6.2, labelcolor=theme.muted)
        scale.yaxis.set_major_formatter(FuncFormatter(lambda x, _: formats.percent(x, 1)))
    return ax


def plot_timeline(
    benchmark: pd.DataFrame,
    groups: Mapping[str, Sequence[object]],
    ax: Axes | None = None,
    *,
    name: str = "benchmark",
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw when the events were: day zeros as dots on the benchmark and in a strip per group.

    Parameters
    ----------
    benchmark
        The columns ``day, level``; a day without a level is left out.
    groups
        Per label the day zeros of its events.
    name
        Of the benchmark.
    """
    from matplotlib.dates import AutoDateLocator

    ax = new_axes((7.2, 2.6 + 0.2 * len(groups)), theme) if ax is None else ax
    title = f"The events on {formats.clip(formats.clean(name), 40)}, first day = 100"
    dress(ax, theme, title, simulated=simulated)
    path = benchmark.dropna(subset=["level"])
    days = path["day"].to_numpy("datetime64[D]")
    level = path["level"].to_numpy(float)
    level = 100 * level / level[0] if level.size else level
    ax.plot(days, level, color=theme.muted, linewidth=0.9)
    low, high = (level.min(), level.max()) if level.size else (0.0, 1.0)
    strip = 0.115 * ((high - low) or 1.0)
    for i, (label, zeros) in enumerate(groups.items()):
        colour = theme.series_colour(i, "all" if len(groups) == 1 else "")
        at = np.sort(np.array([str(day)[:10] for day in zeros], dtype="datetime64[D]"))
        height = low - strip * (i + 1.1)
        ax.plot(
            at, np.full(at.size, height), linestyle="none", marker="|", markersize=7,
            markeredgewidth=0.8, color=colour, alpha=0.8, rasterized=at.size > MOST_MARKS,
        )  # fmt: skip
        if days.size:
            near = np.clip(np.searchsorted(days, at), 0, days.size - 1)
            ax.plot(
                days[near], level[near], linestyle="none", marker="osD^"[i % 4], markersize=3.2,
                color=colour, markeredgecolor=theme.paper, markeredgewidth=0.4,
                rasterized=at.size > MOST_MARKS,
            )  # fmt: skip
        ax.annotate(
            f"{formats.clip(formats.clean(label), 17)} {at.size}", (1.0, height),
            xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            fontsize=6.8, fontweight="bold", color=colour, va="center", annotation_clip=False,
            parse_math=False,
        )  # fmt: skip
    most = 4 if is_narrow(ax) else 9
    locator = AutoDateLocator(minticks=2, maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.set_ylim(low - strip * (len(groups) + 0.8), high + 0.6 * strip)
    ax.set_yticks([tick for tick in ax.get_yticks() if low <= tick <= high])
    return ax


def plot_p_values(
    groups: Mapping[str, pd.DataFrame],
    ax: Axes | None = None,
    *,
    level: float = 0.95,
    window: tuple[int, int] | None = None,
    advised: Mapping[str, str] | None = None,
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw the p values as tiles, tests by windows, group beside group; the darker, the smaller.

    Parameters
    ----------
    groups
        Per label a frame with ``test, start, end, p_value``.
    level
        p values of ``1 - level`` and more stay without colour.
    window
        The headline window, written in bold.
    advised
        Per label the test to lead with; its tiles have a frame.
    """
    tests = list(dict.fromkeys(str(t) for frame in groups.values() for t in frame["test"]))
    size = (7.2, 0.9 + TILE_ROW * max(len(tests), 4))
    ax = new_axes(size, theme, rows=max(len(tests), 1)) if ax is None else ax
    dress(ax, theme, "p values by test and window", simulated=simulated)
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    left = 0.0
    for i, (label, frame) in enumerate(groups.items()):
        colour = theme.series_colour(i, "all" if len(groups) == 1 else "")
        windows = list(dict.fromkeys(zip(frame["start"], frame["end"], strict=True)))
        place = {bounds: left + column for column, bounds in enumerate(windows)}
        for test, start, end, p in zip(
            frame["test"], frame["start"], frame["end"], frame["p_value"], strict=True
        ):
            _tile(
                ax, (place[start, end], tests.index(str(test))), float(p), colour,
                round(1 - level, 9),
                framed=str(test) == (advised or {}).get(label), theme=theme,
            )  # fmt: skip
        for bounds, x in place.items():
            ax.text(
                x + 0.5, -0.15, formats.window(bounds), ha="center", va="bottom", fontsize=5.8,
                color=theme.ink if bounds == window else theme.muted,
                fontweight="bold" if bounds == window else "normal",
            )  # fmt: skip
        ax.text(
            left, -0.95, formats.clip(formats.clean(label), 46 // len(groups)), fontsize=SMALL,
            va="bottom", fontweight="bold", color=colour, parse_math=False,
        )  # fmt: skip
        left += len(windows) + 0.5
    ax.set_xlim(0, max(left - 0.5, 1.0))
    ax.set_ylim(max(len(tests), 1), -1.75)
    ax.set_xticks([])
    ax.set_yticks(np.arange(len(tests)) + 0.5, [formats.clip(test, 26) for test in tests])
    return ax


def _tile(
    ax: Axes,
    corner: tuple[float, float],
    p: float,
    colour: str,
    alpha: float,
    *,
    framed: bool,
    theme: Theme,
) -> None:
    """Draw one p value: three steps of colour below ``alpha``, none above."""
    from matplotlib.patches import Rectangle

    x, y = corner
    strength = 0.9 if p < alpha / 50 else 0.5 if p < alpha / 5 else 0.22 if p < alpha else 0.0
    face = theme.grid if strength == 0.0 else colour
    ax.add_patch(
        Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, facecolor=face, alpha=strength or 0.35)
    )
    if framed:
        ax.add_patch(
            Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, fill=False, edgecolor=theme.ink,
                      linewidth=0.9)
        )  # fmt: skip
    ax.text(
        x + 0.5, y + 0.53, _short_p(p), ha="center", va="center", fontsize=6,
        color=theme.paper if strength > 0.8 else theme.ink if strength else theme.muted,
    )  # fmt: skip


def _short_p(p: float) -> str:
    """Write a p value for a tile: ``.032``, ``<.001``, ``–``."""
    return formats.p_value(p).replace("0.", ".").replace(" ", "")
