"""The figures of a report, rendered to bytes: the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd

from eventstudy.reporting import (
    alternatives,
    figure_data,
    formats,
    plots,
    plots_axes,
    plots_overview,
    plots_placebo,
    plots_size,
    summaries,
)
from eventstudy.reporting.content import EventDetail, GroupContent, Placebo, ReportContent
from eventstudy.reporting.rendering import RenderedFigure, render
from eventstudy.reporting.style import LIGHT, RC

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Events that get a full figure; every event gets a small one (``sparklines``).
FEATURED = 4
#: Groups told apart in the timeline and by size; more would be noise.
MOST_GROUPS = 4


def render_figures(
    content: ReportContent, *, full: bool = True
) -> dict[str, tuple[RenderedFigure, ...]]:
    """Draw all figures of a report; of a short one none of single events.

    Returns
    -------
    dict
        By part: ``main`` (one figure), ``distribution``, ``timeline``, ``p_values``, ``size`` (one
        or none each), ``placebo``, ``forests``, ``events``.
    """
    with mpl.rc_context(RC):
        return {
            "main": (_main(content),),
            "distribution": tuple(_distribution(content)),
            "timeline": tuple(_timeline(content)),
            "p_values": tuple(_p_values(content)),
            "size": tuple(_size(content)),
            "placebo": tuple(_placebo(content)) if full else (),
            "forests": tuple(_forests(content)) if full else (),
            "events": tuple(_events(content)) if full else (),
        }


def _main(content: ReportContent) -> RenderedFigure:
    frames = {group.label: group.caar for group in content.shown_groups}

    def draw(figure: Figure) -> None:
        plots.plot_caar(
            frames,
            plots_axes.place_axes(figure),
            level=content.level,
            window=content.headline_window,
            simulated=content.simulated,
        )

    return render(
        "caar",
        "Cumulative average abnormal return around day zero, with its "
        f"{formats.number(100 * content.level, 0)}% confidence band. Shaded: the window "
        f"{content.window_text} that the answer speaks of.",
        alternatives.caar_text(frames, content.level, simulated=content.simulated),
        draw,
        (7.2, 3.5),
        (4.3, 3.4),
        figure_data.caar_data(content),
    )


def _distribution(content: ReportContent) -> Iterator[RenderedFigure]:
    groups = {
        group.label: events
        for group in content.shown_groups
        if not (events := content.events_of(group)).empty
    }
    if all(len(events) < 2 for events in groups.values()):
        return
    averages = {
        group.label: (float(row["mean_car"]), float(row["lower"]), float(row["upper"]))
        for group in content.shown_groups
        if (row := group.window(content.headline_window)) is not None
    }
    verdicts = {
        group.label: summaries.verdict(group, content.headline_window, content.level)
        for group in content.shown_groups
    }

    def draw(figure: Figure) -> None:
        axes = plots_axes.place_axes(figure, wide=True)
        plots.plot_car_distribution(
            groups, axes, averages=averages, verdicts=verdicts, simulated=content.simulated
        )

    yield render(
        "distribution",
        f"Abnormal returns of the single events over {content.window_text}, one dot each; values "
        "beyond the edge stand in the last pile. The diamond is the average with its interval.",
        alternatives.distribution_text(groups, simulated=content.simulated),
        draw,
        (7.2, 0.65 + 1.15 * len(groups)),
        (4.3, 0.85 + 1.15 * len(groups)),
        figure_data.distribution_data(content),
    )


def _timeline(content: ReportContent) -> Iterator[RenderedFigure]:
    if content.market.empty or content.events.empty:
        return
    groups = {
        group.label: content.events_of(group)["day_zero"].tolist()
        for group in content.shown_groups[:MOST_GROUPS]
    }

    def draw(figure: Figure) -> None:
        plots_overview.plot_timeline(
            content.market,
            groups,
            plots_axes.place_axes(figure),
            name=content.market_name,
            simulated=content.simulated,
        )

    yield render(
        "timeline",
        f"Day zeros on {formats.clean(content.market_name)}: one mark per event, on the path of "
        "the benchmark and in the strip of its group.",
        alternatives.timeline_text(
            content.market, groups, content.market_name, simulated=content.simulated
        ),
        draw,
        (7.2, 2.15 + 0.18 * len(groups)),
        (4.3, 2.6 + 0.18 * len(groups)),
        figure_data.timeline_data(content, content.shown_groups[:MOST_GROUPS]),
    )


def _p_values(content: ReportContent) -> Iterator[RenderedFigure]:
    shown = content.few_groups
    groups = {group.label: group.significance for group in shown}
    if all(frame.empty for frame in groups.values()):
        return
    tests = len({test for frame in groups.values() for test in frame["test"]})

    def draw(figure: Figure) -> None:
        plots_overview.plot_p_values(
            groups,
            plots_axes.place_axes(figure, rows=tests),
            level=content.level,
            window=content.headline_window,
            advised={group.label: group.advised for group in shown},
            simulated=content.simulated,
        )

    steps = [formats.number((1 - content.level) / part, 3) for part in (50, 5, 1)]
    yield render(
        "p-values",
        f"p values by test and window; coloured below {steps[2]}, {steps[1]} and {steps[0]}, the "
        "darker the smaller; framed: the advised test.",
        alternatives.p_values_text(
            groups, content.level, content.headline_window, simulated=content.simulated
        ),
        draw,
        (7.2, 0.95 + plots_overview.TILE_ROW * tests),
    )


def _size(content: ReportContent) -> Iterator[RenderedFigure]:
    column = plots_size.size_column(content.events)
    if column is None:
        return
    groups = {group.label: content.events_of(group) for group in content.shown_groups[:MOST_GROUPS]}
    slope = plots_size.slope_words(plots_size.size_trend(groups, column), column)

    def draw(figure: Figure) -> None:
        plots_size.plot_size(
            groups,
            plots_axes.place_axes(figure),
            column=column,
            level=content.level,
            simulated=content.simulated,
        )

    yield render(
        "size",
        f"Abnormal return over {content.window_text} against the size of the cut, for the events "
        "that state one. Line: least squares, its band robust to unequal variances; it shows "
        "that the two go together or not, not why.",
        alternatives.size_text(groups, column, slope, simulated=content.simulated),
        draw,
        (7.2, 2.9),
        (4.3, 3.3),
        figure_data.size_data(content, column),
    )


def _placebo(content: ReportContent) -> Iterator[RenderedFigure]:
    for position, group in enumerate(content.shown_groups[:MOST_GROUPS], 1):
        found = group.placebo
        if found is None:
            continue

        def draw(figure: Figure, group: GroupContent = group, found: Placebo = found) -> None:
            plots_placebo.plot_placebo(
                found.own,
                found.others,
                plots_axes.place_axes(figure, wide=True),
                p_value=found.p_value,
                name=group.label,
                simulated=content.simulated,
            )

        yield render(
            f"placebo-{position}",
            f"{formats.clip(formats.clean(group.label), 40)}: {content.window_text} (diamond) "
            f"among {formats.plural(found.others.size, 'stretch', 'stretches')} of as many days "
            "before the events, one dot each; averages in usual deviations.",
            alternatives.placebo_text(group.label, found, simulated=content.simulated),
            draw,
            (7.2, 1.9),
            (4.3, 2.2),
            figure_data.placebo_data(found),
        )


def _forests(content: ReportContent) -> Iterator[RenderedFigure]:
    limit = plots.forest_limit(content.events)
    whole = len(content.told) == len(content.events)
    scope = "every event" if whole else f"each of the {len(content.told)} clearest events"
    for position, group in enumerate(content.shown_groups):
        events = content.events_of(group)
        events = events[events["event_id"].isin(content.told)]
        if events.empty:
            continue
        pages = plots.forest_pages(events)
        for number, page in enumerate(pages, 1):
            part = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
            label = formats.clip(formats.clean(group.label), 40)
            draw = partial(
                _forest, content, page, limit, LIGHT.series_colour(position, group.name),
                f"{label}{part}: abnormal return over {content.window_text}",
            )  # fmt: skip
            yield render(
                f"forest-{position + 1}-{number}",
                f"{label}{part}: {scope} with its "
                f"{formats.number(100 * content.level, 0)}% interval. Filled dots: the interval "
                "leaves zero out; arrows: it runs beyond the edge.",
                alternatives.forest_text(label, page, simulated=content.simulated),
                draw,
                (7.2, 0.75 + plots.FOREST_ROW * max(len(page), 6)),
            )


def _forest(
    content: ReportContent,
    page: pd.DataFrame,
    limit: float,
    colour: str,
    title: str,
    figure: Figure,
) -> None:
    plots.plot_forest(
        page,
        plots_axes.place_axes(figure, rows=len(page)),
        level=content.level,
        colour=colour,
        limit=limit,
        title=title,
        simulated=content.simulated,
    )


def _events(content: ReportContent) -> Iterator[RenderedFigure]:
    rows = content.events.set_index("event_id")
    for number, detail in enumerate(featured(content), 1):
        row = rows.loc[detail.event_id]
        name = f"{formats.clean(str(row['ticker']))}, {formats.day(row['day_zero'])}"
        yield render(
            f"event-{number}",
            f"{name}: price against {formats.clean(content.benchmark)}, and abnormal returns; "
            "triangles mark other news.",
            alternatives.event_text(
                name, detail.prices, detail.abnormal, simulated=content.simulated
            ),
            partial(_event, content, detail, str(row["ticker"]), name),
            (7.2, 3.05),
            (4.3, 3.6),
            figure_data.event_data(detail),
        )


def _event(
    content: ReportContent, detail: EventDetail, ticker: str, name: str, figure: Figure
) -> None:
    plots.plot_event(
        detail.prices,
        detail.abnormal,
        plots_axes.place_axes(figure),
        level=content.level,
        names=(ticker, content.benchmark),
        others=detail.others,
        title=f"{formats.clip(name, 40)}: price, day −1 = 100",
        simulated=content.simulated,
    )


def featured(content: ReportContent) -> tuple[EventDetail, ...]:
    """Return the details drawn in full: those with the largest abnormal return per error."""
    size = content.events.set_index("event_id")["t"].abs()
    known = [detail for detail in content.details if detail.event_id in size.index]
    known.sort(key=lambda detail: (-_finite(size[detail.event_id]), detail.event_id))
    return tuple(known[:FEATURED])


def _finite(value: object) -> float:
    return 0.0 if formats.is_missing(value) else float(str(value))
