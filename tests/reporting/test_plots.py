"""One contract for every figure, then what each of them draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.text import Annotation, Text

from eventstudy.reporting import plots, plots_overview, plots_placebo, plots_size
from eventstudy.reporting.content import OtherNews, ReportContent
from eventstudy.reporting.plots_axes import per_cent
from eventstudy.reporting.style import DARK, LIGHT, SIMULATED, spread

Draw = Callable[..., Axes]


@pytest.fixture(autouse=True)
def _no_display_left_open() -> Iterator[None]:
    mpl.use("agg")
    yield
    plt.close("all")


def caar(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    frames = {group.label: group.caar for group in content.shown_groups}
    return plots.plot_caar(frames, ax, **kwargs)  # type: ignore[arg-type]


def forest(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    return plots.plot_forest(content.events.head(30), ax, **kwargs)  # type: ignore[arg-type]


def event(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    detail = content.details[0]
    return plots.plot_event(detail.prices, detail.abnormal, ax, **kwargs)  # type: ignore[arg-type]


def distribution(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    groups = dict(iter(content.events.groupby("group")))
    return plots.plot_car_distribution(groups, ax, **kwargs)  # type: ignore[arg-type]


def by_label(content: ReportContent) -> dict[str, pd.DataFrame]:
    return {group.label: content.events_of(group) for group in content.shown_groups}


def days_by_label(content: ReportContent) -> dict[str, pd.DataFrame]:
    """Abnormal returns of some events as the heat map takes them."""
    rows = [detail.abnormal.set_index("tau")["ar"] for detail in content.details]
    return {"First": pd.DataFrame(rows[:8]), "Second": pd.DataFrame(rows[8:11])}


def heatmap(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    return plots_overview.plot_heatmap(days_by_label(content), ax, **kwargs)  # type: ignore[arg-type]


def timeline(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    zeros = {label: list(events["day_zero"]) for label, events in by_label(content).items()}
    return plots_overview.plot_timeline(content.market, zeros, ax, **kwargs)  # type: ignore[arg-type]


def p_values(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    frames = {group.label: group.significance for group in content.shown_groups}
    return plots_overview.plot_p_values(frames, ax, **kwargs)  # type: ignore[arg-type]


def size(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    return plots_size.plot_size(by_label(content), ax, **kwargs)  # type: ignore[arg-type]


def placebo(content: ReportContent, ax: Axes | None = None, **kwargs: object) -> Axes:
    others = content.groups[0].caar["aar"] / content.groups[0].caar["aar_se"]
    return plots_placebo.plot_placebo(-3.1, others, ax, p_value=0.045, **kwargs)  # type: ignore[arg-type]


EVERY_FIGURE = (caar, forest, event, distribution, heatmap, timeline, p_values, size, placebo)


def words(ax: Axes) -> list[str]:
    figure = ax.get_figure()
    assert figure is not None
    return [text.get_text() for text in figure.findobj(Text)]


@pytest.mark.parametrize("draw", EVERY_FIGURE, ids=lambda draw: draw.__name__)
class TestContract:
    def test_draws_on_the_axes_it_is_given(self, draw: Draw, content: ReportContent) -> None:
        _, ax = plt.subplots()
        before = plt.get_fignums()
        assert draw(content, ax) is ax
        assert plt.get_fignums() == before

    def test_makes_a_figure_of_its_own(self, draw: Draw, content: ReportContent) -> None:
        before = set(plt.get_fignums())
        ax = draw(content)
        assert isinstance(ax, Axes)
        assert len(set(plt.get_fignums()) - before) == 1

    def test_leaves_settings_and_frames_alone(self, draw: Draw, content: ReportContent) -> None:
        settings = dict(mpl.rcParams)
        frames = [content.events, content.groups[1].caar, content.details[0].prices]
        copies = [frame.copy() for frame in frames]
        draw(content)
        assert dict(mpl.rcParams) == settings
        for frame, copy in zip(frames, copies, strict=True):
            pd.testing.assert_frame_equal(frame, copy)

    def test_says_simulated_only_when_it_is(self, draw: Draw, content: ReportContent) -> None:
        assert SIMULATED in words(draw(content, simulated=True))
        assert SIMULATED not in words(draw(content, simulated=False))

    def test_has_a_dark_side(self, draw: Draw, content: ReportContent) -> None:
        figure = draw(content, theme=DARK).get_figure()
        assert figure is not None
        assert mpl.colors.to_hex(figure.get_facecolor()) == DARK.paper


def test_caar_draws_the_numbers_of_the_frame(content: ReportContent) -> None:
    frame = content.groups[1].caar
    ax = plots.plot_caar(frame, level=0.9)
    points = [np.asarray(line.get_xydata(), float) for line in ax.lines]
    path = next(xy for xy in points if len(xy) == len(frame))
    np.testing.assert_allclose(path, frame[["tau", "caar"]].to_numpy(float))
    (band,) = ax.collections
    vertices = band.get_paths()[0].vertices
    assert np.asarray(vertices)[:, 1].min() == pytest.approx(frame["lower"].min())
    assert np.asarray(vertices)[:, 1].max() == pytest.approx(frame["upper"].max())
    assert ax.get_title("left") == "Cumulative average abnormal return, with 90% band"


def test_caar_labels_do_not_overlap(content: ReportContent) -> None:
    frame = content.groups[1].caar
    ax = plots.plot_caar({"One": frame, "Two": frame})
    notes = [note for note in ax.texts if isinstance(note, Annotation)]
    heights = [note.xy[1] for note in notes if note.get_text()[:3] in {"One", "Two"}]
    low, high = ax.get_ylim()
    assert abs(heights[0] - heights[1]) >= 0.129 * (high - low)


def test_caar_stands_a_day_without_values(content: ReportContent) -> None:
    frame = content.groups[1].caar.copy()
    frame.loc[18:, ["caar", "lower", "upper"]] = math.nan
    plots.plot_caar({"Gaps": frame})


def test_forest_draws_every_interval_once(content: ReportContent) -> None:
    events = content.events.head(30)
    ax = plots.plot_forest(events, limit=1.0)
    drawn = sorted(
        tuple(np.asarray(span)[:, 0])
        for lines in ax.collections
        if isinstance(lines, LineCollection)
        for span in lines.get_segments()
    )
    expected = sorted(tuple(pair) for pair in events[["lower", "upper"]].to_numpy(float).tolist())
    np.testing.assert_allclose(drawn, expected)
    labels = [text.get_text() for text in ax.texts if "  20" in text.get_text()]
    best = events.sort_values("car").iloc[-1]
    assert len(labels) == 30
    assert labels[0] == f"{best['ticker']}  {best['day_zero']}"


def test_forest_marks_what_runs_beyond_the_edge(content: ReportContent) -> None:
    events = content.events.head(3).assign(car=0.0, lower=[-1.0, -0.01, -1.0], upper=0.01)
    ax = plots.plot_forest(events, limit=0.05)
    arrows = {line.get_marker(): len(np.asarray(line.get_xdata())) for line in ax.lines}
    assert (arrows[8], arrows[9]) == (2, 0)


def test_forest_pages_hold_every_event_in_order(content: ReportContent) -> None:
    pages = plots.forest_pages(content.events)
    assert [len(page) for page in pages] == [57, 56, 57]
    whole = pd.concat(pages)
    assert whole["car"].is_monotonic_decreasing
    assert set(whole["event_id"]) == set(content.events["event_id"])


def test_names_are_never_read_as_formulas(content: ReportContent) -> None:
    events = content.events.head(2).assign(ticker=["$\\frac", "$x^2$"])
    ax = plots.plot_forest(events)
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    assert any(word.startswith("$x^2$  20") for word in words(ax))


def test_event_takes_a_pair_of_axes(content: ReportContent) -> None:
    detail = content.details[0]
    figure, (upper, lower) = plt.subplots(2)
    news = (OtherNews(3, "earnings"), OtherNews(None, "memo"))
    assert plots.plot_event(detail.prices, detail.abnormal, (upper, lower), others=news) is upper
    np.testing.assert_allclose(
        [bar.get_height() for bar in lower.patches],
        detail.abnormal["ar"],
    )
    (mark,) = [line for line in lower.lines if line.get_marker() == "v"]
    assert list(np.asarray(mark.get_xdata())) == [3]
    assert figure.axes == [upper, lower]


def test_event_colours_only_days_beyond_chance() -> None:
    tau = np.arange(-2, 3)
    prices = pd.DataFrame({"tau": tau, "security": 100.0, "benchmark": 100.0})
    abnormal = pd.DataFrame({"tau": tau, "ar": [0.0, 0.019, 0.03, -0.0197, -0.01], "se": 0.01})
    _, pair = plt.subplots(2)
    plots.plot_event(prices, abnormal, tuple(pair))
    colours = [mpl.colors.to_hex(bar.get_facecolor()) for bar in pair[1].patches]
    assert colours == [LIGHT.muted, LIGHT.muted, LIGHT.series[0], LIGHT.series[0], LIGHT.muted]


def test_distribution_has_one_dot_per_event(content: ReportContent) -> None:
    ax = distribution(content, averages={"layoff": (0.0, -0.01, 0.01)})
    dots = [len(np.asarray(piles.get_offsets())) for piles in ax.collections]
    assert sum(dots) == len(content.events)
    assert any(line.get_marker() == "D" for line in ax.lines)


@pytest.mark.parametrize(
    ("positions", "expected"),
    [([], []), ([5.0], [5.0]), ([0.0, 10.0], [0.0, 10.0]), ([1.0, 0.0], [1.5, -0.5])],
)
def test_spread(positions: list[float], expected: list[float]) -> None:
    assert spread(positions, 2.0) == pytest.approx(expected)
    assert len(spread([0.0] * 4, 1.0)) == 4


@pytest.mark.parametrize(
    ("limits", "labels"),
    [
        ((-0.012, 0.012), ["−1.0%", "−0.5%", "0.0%", "+0.5%", "+1.0%"]),
        ((-0.08, 0.08), ["−5%", "0%", "+5%"]),
        ((0.0, 0.0011), ["0.00%", "+0.05%", "+0.10%"]),
    ],
)
def test_no_two_ticks_in_per_cent_read_the_same(
    limits: tuple[float, float], labels: list[str]
) -> None:
    ax = plt.figure(figsize=(4, 3)).add_subplot()
    ax.set_ylim(*limits)
    ax.locator_params(axis="y", nbins=len(labels))
    per_cent(ax, "y")
    seen = [t.get_text() for t in ax.get_yticklabels()]
    ticks = ax.get_yticks()
    low, high = limits
    assert [s for s, at in zip(seen, ticks, strict=True) if low <= at <= high] == labels
