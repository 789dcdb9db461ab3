"""The figure of a placebo test in time; takes numbers and an Axes, gives the Axes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from eventstudy.reporting import formats
from eventstudy.reporting.plots_axes import new_axes, stack
from eventstudy.reporting.style import LIGHT, SMALL, Theme, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Piles across the figure.
_PILES = 72


def plot_placebo(
    own: float,
    others: ArrayLike,
    ax: Axes | None = None,
    *,
    p_value: float = np.nan,
    name: str = "the events",
    theme: Theme = LIGHT,
    simulated: bool = False,
) -> Axes:
    """Draw stretches of other days as piles of dots, and mark the events' own days.

    Parameters
    ----------
    own
        Abnormal return of the events' days, in usual deviations.
    others
        The same of stretches of other days, shape (J,); missing values are left out.
    p_value
        Of ``own`` among ``others``, written beside the mark.
    name
        Of what was studied, for the mark.
    """
    values = np.asarray(others, dtype=float)
    values = values[np.isfinite(values)]
    ax = new_axes((7.2, 2.3), theme, wide=True) if ax is None else ax
    title = "Abnormal return among that of other days, in usual deviations"
    dress(ax, theme, title, simulated=simulated)
    ax.grid(visible=False)
    reach = np.abs([*values, own, 2.0])
    limit = 1.06 * float(reach[np.isfinite(reach)].max())
    x, y = stack(values, limit, 2 * limit / _PILES)
    tallest = max(5.0, float(y.max(initial=0.0)) + 1)
    ax.scatter(x, (y + 0.5) / tallest, s=11, color=theme.muted, linewidths=0, alpha=0.85)
    if np.isfinite(own):
        ax.axvline(own, ymax=0.92, color=theme.series[0], linewidth=1.6)
        ax.plot(own, 0.0, "D", markersize=5, color=theme.series[0], clip_on=False)
        said = f"\n{formats.said_p(p_value)}" if np.isfinite(p_value) else ""
        near = own > 0.45 * limit, own < -0.45 * limit
        ax.annotate(
            f"{formats.clip(formats.clean(name), 30)} {formats.number(own, 2, signed=True)}{said}",
            (own, 1.0), xytext=(-5 if near[0] else 5 if near[1] else 0, 0),
            textcoords="offset points", color=theme.series[0], fontsize=SMALL,
            fontweight="bold", va="top",
            ha="right" if near[0] else "left" if near[1] else "center", parse_math=False,
        )  # fmt: skip
    ax.axvline(0, ymax=0.92, color=theme.muted, linewidth=0.8, zorder=0.5)
    ax.set_xlim(-limit, limit)
    ax.set_ylim(0, 1.1)
    ax.set_yticks([])
    ax.xaxis.set_major_formatter(lambda at, _: formats.number(at, 1, signed=True))
    return ax
