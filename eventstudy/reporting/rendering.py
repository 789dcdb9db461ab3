"""From a drawing to SVG, which page and paper show; ``pdf.render_png`` makes pixels of it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from warnings import catch_warnings, filterwarnings

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from eventstudy.reporting.style import LIGHT
from eventstudy.reporting.tables import Table


@dataclass(frozen=True, slots=True)
class RenderedFigure:
    """One figure: file name without ending, caption, alternative text, SVG in the light theme.

    ``narrow`` is an SVG of the same data for a phone; empty where none is needed. ``data`` is what
    is drawn as a table; None where the page shows it anyway.
    """

    name: str
    caption: str
    alt: str
    svg: str
    narrow: str = ""
    data: Table | None = None


def inline_svg(figure: RenderedFigure, *, narrow: bool = False) -> str:
    """Return the SVG for a web page: ids of its own, colours by role, the page's font.

    A colour becomes ``var(--role, #colour)``, so that one drawing serves light and dark.
    """
    svg, name = (figure.narrow, f"{figure.name}-narrow") if narrow else (figure.svg, figure.name)
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<g|<path|<use) id="[a-z]+\w*_\d+"', r"\1", svg)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\1{name}-", svg)
    box = svg.split('viewBox="', 1)[1].split('"', 1)[0]
    opening = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}" role="img" aria-label="{html.escape(figure.alt)}">'
    )
    svg = opening + svg[svg.index(">") + 1 :]
    return themed(svg.replace("'DejaVu Sans', sans-serif", "inherit"))


def themed(svg: str) -> str:
    """Replace the light theme's colours by CSS variables."""
    for role, colour in LIGHT.roles().items():
        svg = svg.replace(colour, f"var(--{role},{colour})")
    return svg


def render(
    name: str,
    caption: str,
    alt: str,
    draw: Callable[[Figure], object],
    size: tuple[float, float],
    narrow: tuple[float, float] | None = None,
    data: Table | None = None,
) -> RenderedFigure:
    """Draw one figure in the size of a page and, where asked, in that of a phone."""
    figure = _canvas(*size)
    draw(figure)
    small = ""
    if narrow is not None:
        slim = _canvas(*narrow)
        draw(slim)
        small = _svg(slim)
    return RenderedFigure(name, caption, alt, _svg(figure), small, data)


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with catch_warnings():
        # Text stays text: whoever shows it has a font for what matplotlib's lacks.
        filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        figure.savefig(text, format="svg", dpi=200, metadata=nothing)
    return text.getvalue()


def _canvas(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), facecolor=LIGHT.paper)
    FigureCanvasAgg(figure)
    return figure
