"""Every figure against a stored picture of its marks and a stored list of its texts.

Versions of matplotlib set the same text in other pixels: between 3.10 and 3.11 more changes in them
than when a line is lost. So texts are hidden in the pictures and compared as texts, each with the
place of its middle. What is left is compared in blocks of pixels, by the root of the mean square
difference in the region where it is largest: an edge may move by half a pixel (up to 8 of 255
between the two versions), but a lost line or band is seen (13 and more, see the last test).

``EVENTSTUDY_DRAW=1 pytest tests/reporting/test_images.py`` stores pictures and texts anew; look at
them before they are committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import image
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.style import DARK, LIGHT, RC, Theme
from tests.reporting.test_plots import EVERY_FIGURE, Draw, caar

PICTURES = Path(__file__).with_name("pictures")
DPI = 60
#: Pixels averaged, and how many such averages on a side make up a region.
BLOCK, REGION = 4, 8
TOLERANCE = 10.0
#: Pixels by which the middle of a text may move.
SHIFT = 8

Words = list[tuple[int, int, str]]


@pytest.fixture(autouse=True)
def _house_style() -> Iterator[None]:
    mpl.use("agg")
    with mpl.rc_context(RC):
        yield
    plt.close("all")


def drawn(ax: Axes) -> tuple[NDArray[np.float64], Words]:
    """Draw the figure of an axes: its marks (height, width, red green blue), and its texts."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.set_dpi(DPI)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    words = []
    for text in texts:
        box = text.get_window_extent()
        middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        words.append((round(middle[0]), round(middle[1]), text.get_text().replace("\n", " / ")))
        text.set_alpha(0)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(np.float64), words


def distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the root mean square difference in the region where it is largest."""
    assert one.shape == other.shape
    height, width = (size - size % BLOCK for size in one.shape[:2])
    gap = (one - other)[:height, :width]
    blocks = gap.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3).mean(axis=(1, 3))
    regions = sliding_window_view((blocks**2).mean(axis=2), (REGION, REGION))
    return float(np.sqrt(regions.mean(axis=(2, 3)).max()))


def stored(name: str) -> tuple[NDArray[np.float64], Words]:
    pixels = image.imread(PICTURES / f"{name}.png")
    lines = (PICTURES / f"{name}.txt").read_text("utf-8").splitlines()
    words = [(int(x), int(y), said) for x, y, said in (line.split(" ", 2) for line in lines)]
    return np.asarray(pixels)[..., :3].astype(np.float64) * 255, words


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("draw", EVERY_FIGURE, ids=lambda draw: draw.__name__)
def test_every_figure_looks_as_it_did(draw: Draw, theme: Theme, content: ReportContent) -> None:
    pixels, words = drawn(draw(content, theme=theme, simulated=True))
    name = f"{draw.__name__}-{theme.name}"
    if os.environ.get("EVENTSTUDY_DRAW"):
        PICTURES.mkdir(exist_ok=True)
        image.imsave(PICTURES / f"{name}.png", pixels.astype(np.uint8), metadata={"Software": ""})
        lines = "".join(f"{x} {y} {said}\n" for x, y, said in words)
        (PICTURES / f"{name}.txt").write_text(lines, "utf-8")
    before, said_before = stored(name)
    assert [said for *_, said in words] == [said for *_, said in said_before]
    places = np.array([word[:2] for word in words]) - [word[:2] for word in said_before]
    assert np.abs(places).max() <= SHIFT
    assert distance(pixels, before) < TOLERANCE


def test_no_picture_is_orphaned() -> None:
    names = {f"{draw.__name__}-{t.name}" for draw in EVERY_FIGURE for t in (LIGHT, DARK)}
    assert {path.stem for path in PICTURES.iterdir()} == names


@pytest.mark.parametrize("lost", ["line", "band", "shade"])
def test_a_figure_that_lost_something_is_noticed(lost: str, content: ReportContent) -> None:
    whole, _ = drawn(caar(content, window=(0, 1)))
    ax = caar(content, window=(0, 1))
    mark = {"line": ax.lines[0], "band": ax.collections[0], "shade": ax.patches[-1]}[lost]
    mark.remove()
    assert distance(whole, drawn(ax)[0]) > TOLERANCE
