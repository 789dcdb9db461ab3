from __future__ import annotations

import math
from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.plots_overview import plot_heatmap, plot_p_values, plot_timeline
from tests.reporting.test_plots import days_by_label


@pytest.fixture(autouse=True)
def _no_display_left_open() -> Iterator[None]:
    mpl.use("agg")
    yield
    plt.close("all")


def test_heatmap_shows_every_value_in_its_place(content: ReportContent) -> None:
    groups = days_by_label(content)
    ax = plot_heatmap(groups, limit=0.1)
    for image, frame in zip(ax.images, groups.values(), strict=True):
        values = image.get_array()
        assert values is not None
        np.testing.assert_array_equal(values, frame.to_numpy(float))
        assert image.get_clim() == (-0.1, 0.1)
    extents = [list(map(float, image.get_extent())) for image in ax.images]
    assert extents == [[-10.5, 10.5, 8, 0], [-10.5, 10.5, 12, 9]]  # a gap of one row between


def test_timeline_puts_every_event_on_the_benchmark() -> None:
    days = pd.date_range("2024-01-01", periods=10).to_numpy("datetime64[D]")
    level = np.linspace(50.0, 59.0, 10)
    level[4] = math.nan
    frame = pd.DataFrame({"day": days, "level": level})
    ax = plot_timeline(frame, {"Cuts": ["2024-01-03", "2024-01-10"], "None": []}, name="SPY")
    path, strip, dots, *_ = ax.lines
    assert len(np.asarray(path.get_xdata())) == 9  # the day without a level is left out
    np.testing.assert_allclose(np.asarray(path.get_ydata(), float)[[0, -1]], [100, 118])
    assert list(np.asarray(strip.get_xdata())) == [days[2], days[9]]
    np.testing.assert_allclose(np.asarray(dots.get_ydata(), float), [104, 118])
    assert [text.get_text() for text in ax.texts] == ["Cuts 2", "None 0"]
    assert ax.get_title("left") == "The events on SPY, first day = 100"


def test_timeline_without_a_benchmark_still_shows_the_days() -> None:
    nothing = pd.DataFrame({"day": [], "level": []})
    ax = plot_timeline(nothing, {"Cuts": ["2024-01-03"]})
    assert ax.texts[0].get_text() == "Cuts 1"


def test_p_values_are_written_and_coloured_in_steps() -> None:
    values = (0.0005, 0.008, 0.049, 0.05, math.nan)
    frame = pd.DataFrame({"test": "BMP", "start": range(5), "end": range(5), "p_value": values})
    ax = plot_p_values({"Cuts": frame}, window=(1, 1), advised={"Cuts": "BMP"})
    texts = {text.get_text(): text for text in ax.texts}
    assert [*texts][:5] == ["<.001", ".008", ".049", ".050", "–"]
    assert texts["[+1, +1]"].get_fontweight() == "bold"
    assert texts["[0, 0]"].get_fontweight() == "normal"
    tiles = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [tile.get_alpha() for tile in tiles if tile.get_fill()] == [0.9, 0.5, 0.22, 0.35, 0.35]
    assert sum(not tile.get_fill() for tile in tiles) == 5  # the advised test is framed
    assert [label.get_text() for label in ax.get_yticklabels()] == ["BMP"]


def test_groups_may_have_tests_of_their_own() -> None:
    one = pd.DataFrame({"test": ["A"], "start": [0], "end": [1], "p_value": [0.5]})
    other = pd.DataFrame({"test": ["B"], "start": [0], "end": [1], "p_value": [0.6]})
    ax = plot_p_values({"One": one, "Other": other})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B"]
    corners = [p.get_xy() for p in ax.patches if isinstance(p, Rectangle)]
    assert np.allclose(corners, [(0.03, 0.06), (1.53, 1.06)])
