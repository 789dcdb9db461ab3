"""Making, placing and labelling axes in the house style, shared by every figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eventstudy.reporting import formats
from eventstudy.reporting.style import SMALL, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FloatArray = NDArray[np.float64]


def new_axes(size: tuple[float, float], theme: Theme, rows: int = 0, *, wide: bool = False) -> Axes:
    """Make a figure with one axes; margins in inches, so that they suit every height."""
    from matplotlib import pyplot as plt

    return place_axes(plt.figure(figsize=size, facecolor=theme.paper), rows=rows, wide=wide)


def place_axes(figure: Figure, *, rows: int = 0, wide: bool = False) -> Axes:
    """Add the one axes of a figure, leaving room for its labels.

    A forest (``rows`` > 0) has labels on the left, ``wide`` figures have none at the side.
    """
    width, height = figure.get_size_inches()
    left, right = (1.42, 0.55) if rows else (0.2, 0.2) if wide else (0.55, 1.15)
    bottom, top = (0.28 if rows or wide else 0.45), (0.36 if width > 5 else 0.56)
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    return figure.add_axes(box)


def is_narrow(ax: Axes) -> bool:
    """Say whether the figure has the width of a phone."""
    figure = ax.get_figure(root=True)
    return figure is not None and figure.get_figwidth() < 5


def divide(ax: Axes) -> tuple[Axes, Axes]:
    """Part an axes into an upper and a lower panel."""
    ax.set_axis_off()
    return ax.inset_axes((0, 0.50, 1, 0.50)), ax.inset_axes((0, 0, 1, 0.33))


def mark_zero(ax: Axes, theme: Theme) -> None:
    """Draw the line of no return and that of day zero, and name the latter."""
    ax.axhline(0, color=theme.muted, linewidth=0.6, zorder=1)
    ax.axvline(0, color=theme.muted, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    ax.annotate(
        "day 0", (0, 1), xycoords=("data", "axes fraction"), xytext=(3, -2),
        textcoords="offset points", fontsize=6.5, color=theme.muted, va="top",
    )  # fmt: skip


def label_days(ax: Axes, theme: Theme) -> None:
    """Let the x axis count trading days from day zero."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(nbins=11, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda tau, _: formats.signed_day(round(tau))))
    ax.set_xlabel("trading days from day zero", fontsize=SMALL, color=theme.muted)


def per_cent(ax: Axes, side: str) -> None:
    """Write the decimal fractions of one axis in per cent, with the decimals its ticks have."""
    from matplotlib.ticker import FuncFormatter

    axis = ax.yaxis if side == "y" else ax.xaxis

    def write(x: float, _: int | None) -> str:
        return formats.percent(x, _decimals(axis.get_majorticklocs()))

    axis.set_major_formatter(FuncFormatter(write))


def _decimals(ticks: Iterable[float]) -> int:
    """Return the decimals that write every tick exactly in per cent, four at most.

    >>> _decimals([-0.01, 0, 0.01]), _decimals([0, 0.0025])
    (0, 2)
    """
    values = [100 * float(tick) for tick in ticks]
    exact = (d for d in range(4) if all(abs(v - round(v, d)) < 1e-6 for v in values))
    return next(exact, 4)


def stack(values: FloatArray, limit: float, step: float) -> tuple[FloatArray, FloatArray]:
    """Place each value in its bin (beyond the edge: in the last) and count it up the pile."""
    bins = np.round(np.clip(np.sort(values), -limit, limit) / step).astype(np.int64)
    first = np.searchsorted(bins, bins, side="left")
    return (bins * step).astype(np.float64), (np.arange(bins.size) - first).astype(float)
