"""The house style of every figure: few colours, told apart also in grey and without full sight.

The series colours are those of Okabe and Ito (2008). Every role has a colour of its own within a
theme, so that an SVG can be themed by replacing colours (``rendering.inline_svg``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIMULATED = "SIMULATED PRICES"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by role; ``series`` in the order in which groups are drawn."""

    name: str
    paper: str
    ink: str
    muted: str
    grid: str
    neutral: str
    alarm: str
    series: tuple[str, str, str, str]

    def series_colour(self, position: int, name: str = "") -> str:
        """Return the colour of the group at ``position``; ``"all"`` is neutral."""
        return self.neutral if name == "all" else self.series[position % len(self.series)]

    def roles(self) -> dict[str, str]:
        """Return role → colour, as CSS names."""
        named = {
            role: getattr(self, role)
            for role in ("paper", "ink", "muted", "grid", "neutral", "alarm")
        }
        return named | {f"series-{i}": colour for i, colour in enumerate(self.series, 1)}


LIGHT = Theme(
    name="light",
    paper="#fefefe",
    ink="#1b2430",
    muted="#5c6773",
    grid="#dfe4e8",
    neutral="#46515e",
    alarm="#b3261e",
    series=("#0072b2", "#d55e00", "#00805e", "#a8578a"),
)
DARK = Theme(
    name="dark",
    paper="#14191f",
    ink="#e6eaee",
    muted="#9ca8b4",
    grid="#2e3740",
    neutral="#b4bec8",
    alarm="#ff8a7a",
    series=("#5ab4ec", "#f28e45", "#38c79c", "#e0a1c6"),
)

LINE_STYLES = ("solid", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
SMALL, NORMAL = 7.5, 8.5
#: More marks of one kind than that become pixels inside a vector figure, which stays small.
MOST_MARKS = 2000

#: Settings under which figures are made and saved; used with ``rc_context``, never set globally.
RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": NORMAL,
    "text.parse_math": False,
    "text.usetex": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "eventstudy",
    "axes.unicode_minus": True,
    "path.simplify": True,
    "savefig.bbox": "standard",
    "savefig.facecolor": "auto",
}


def dress(ax: Axes, theme: Theme, title: str = "", *, simulated: bool = False) -> None:
    """Give an axes the house style: quiet frame, title instead of a turned axis label."""
    ax.set_facecolor(theme.paper)
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(theme.muted)
        spine.set_linewidth(0.6)
    ax.tick_params(
        axis="both", which="both", length=0, pad=4, labelsize=SMALL, labelcolor=theme.muted
    )
    ax.grid(visible=True, axis="y", color=theme.grid, linewidth=0.6)
    ax.set_axisbelow(True)
    if title:
        ax.set_title(
            title, loc="left", fontsize=NORMAL, fontweight="bold", color=theme.ink, pad=9, y=1.0,
            parse_math=False,  # a height that is given needs not be measured at every drawing
        )  # fmt: skip
    if simulated:
        figure = ax.get_figure(root=True)
        narrow = figure is not None and figure.get_figwidth() < 5
        ax.annotate(
            SIMULATED, (1, 1), xycoords="axes fraction", xytext=(0, 24 if narrow else 9),
            textcoords="offset points", ha="right", fontsize=SMALL, fontweight="bold",
            color=theme.alarm, annotation_clip=False,
        )  # fmt: skip


def spread(positions: list[float], gap: float) -> list[float]:
    """Move positions apart so that neighbours keep ``gap``; order and middle stay.

    >>> spread([0.0, 0.0], 1.0)
    [-0.5, 0.5]
    """
    order = sorted(range(len(positions)), key=positions.__getitem__)
    moved = list(positions)
    for _ in range(50):
        for low, high in pairwise(order):
            short = gap - (moved[high] - moved[low])
            if short > 1e-9 * gap:
                moved[low] -= short / 2
                moved[high] += short / 2
    return moved
