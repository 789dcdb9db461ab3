"""Results that draw themselves: one method per figure, each takes and returns Axes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from eventstudy.errors import InputError
from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.formats import window as window_text
from eventstudy.results.content import event_detail, group_label, placebo, report_content
from eventstudy.results.outcome import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class DrawnOutcome(Outcome):
    """An outcome with its report's content and its figures."""

    @cached_property
    def content(self) -> ReportContent:
        """Everything the report shows, laid out once."""
        return report_content(self)

    def plot_caar(self, ax: Axes | None = None, *, level: float | None = None) -> Axes:
        """Draw the average cumulated abnormal return of each group with its band."""
        from eventstudy.reporting.plots import plot_caar

        frames = {
            label: part.caar_frame(level).reset_index() for label, part in self._parts().items()
        }
        return plot_caar(
            frames,
            ax,
            level=self._level(level),
            window=self.spec.windows.headline,
            simulated=self.simulated,
        )

    def plot_forest(
        self, ax: Axes | None = None, window: tuple[int, int] | None = None, *, top: int = 60
    ) -> Axes:
        """Draw each event's CAR over a window with its interval; the ``top`` largest moves."""
        from eventstudy.reporting.plots import plot_forest

        frame = self.over(*(window or self.spec.windows.headline))
        frame = frame.assign(
            ticker=self.panel.tickers, day_zero=self.panel.day_zero.astype(str)
        ).dropna(subset=["car"])
        largest = frame["car"].abs().nlargest(top).index
        return plot_forest(
            frame.loc[largest],
            ax,
            level=self.spec.inference.level,
            title="" if len(frame) <= top else f"The {top} largest of {len(frame)} events",
            simulated=self.simulated,
        )

    def plot_event(self, event_id: str, ax: Axes | None = None) -> Axes:
        """Draw one event: its price against the benchmark and its abnormal returns."""
        from eventstudy.reporting.plots import plot_event

        row = self._row(event_id)
        ticker = self.panel.tickers[row]
        detail = event_detail(self, row)
        return plot_event(
            detail.prices,
            detail.abnormal,
            ax,
            level=self.spec.inference.level,
            names=(ticker, self.spec.exchanges.of(ticker).benchmark),
            others=detail.others,
            title=f"{self.events[row].company}, {self.panel.day_zero[row]}",
            simulated=self.simulated,
        )

    def plot_car_distribution(
        self, ax: Axes | None = None, window: tuple[int, int] | None = None
    ) -> Axes:
        """Draw the CARs of each group, their averages and what the tests say of them."""
        from eventstudy.reporting.plots import plot_car_distribution
        from eventstudy.reporting.summaries import verdict

        bounds = window or self.spec.windows.headline
        groups = {label: part.over(*bounds) for label, part in self._parts().items()}
        shown = {group.label: group for group in self.content.shown_groups}
        rows = {label: group.window(bounds) for label, group in shown.items()}
        return plot_car_distribution(
            groups,
            ax,
            averages={
                label: (float(row["mean_car"]), float(row["lower"]), float(row["upper"]))
                for label, row in rows.items()
                if row is not None
            },
            verdicts={
                label: verdict(group, bounds, self.spec.inference.level)
                for label, group in shown.items()
            },
            simulated=self.simulated,
        )

    def plot_heatmap(self, ax: Axes | None = None) -> Axes:
        """Draw every event's abnormal returns as a row of colours, the largest gains on top."""
        from eventstudy.reporting.plots_overview import plot_heatmap

        window = self.spec.windows.headline
        groups = {
            label: part.ar.iloc[np.argsort(-part.abnormal.car(*window), kind="stable")]
            for label, part in self._parts().items()
        }
        return plot_heatmap(groups, ax, simulated=self.simulated)

    def plot_timeline(self, ax: Axes | None = None) -> Axes:
        """Draw when the events were, on the path of the benchmark."""
        from eventstudy.reporting.plots_overview import plot_timeline

        return plot_timeline(
            self.content.market,
            {label: list(part.panel.day_zero) for label, part in self._parts().items()},
            ax,
            name=self.content.market_name,
            simulated=self.simulated,
        )

    def plot_p_values(self, ax: Axes | None = None) -> Axes:
        """Draw the p values of every test and window as tiles, group beside group."""
        from eventstudy.reporting.plots_overview import plot_p_values

        shown = self.content.shown_groups
        return plot_p_values(
            {group.label: group.significance for group in shown},
            ax,
            level=self.spec.inference.level,
            window=self.spec.windows.headline,
            advised={group.label: group.advised for group in shown},
            simulated=self.simulated,
        )

    def plot_size(
        self, ax: Axes | None = None, column: Literal["percent", "headcount"] | None = None
    ) -> Axes:
        """Draw abnormal returns against the size of the cut, with a line and its band.

        Without ``column`` in per cent of staff, or in people where too few state a share.
        """
        from eventstudy.reporting.plots_size import plot_size, size_column

        content = self.content
        return plot_size(
            {group.label: content.events_of(group) for group in content.shown_groups},
            ax,
            column=column or size_column(content.events) or "percent",
            level=self.spec.inference.level,
            simulated=self.simulated,
        )

    def plot_placebo(
        self,
        ax: Axes | None = None,
        window: tuple[int, int] | None = None,
        *,
        event_id: str | None = None,
    ) -> Axes:
        """Draw a window of the events, or of one of them, among other days of the same securities.

        Values are average abnormal returns in usual deviations, the test *Placebo in time*.
        """
        from eventstudy.reporting.plots_placebo import plot_placebo

        bounds = window or self.spec.windows.headline
        self._check_window(*bounds)
        part = self if event_id is None else self.take(np.array([self._row(event_id)]))
        found = placebo(part, bounds)
        if found is None:
            raise InputError(
                f"There are too few days before the events to compare {window_text(bounds)} with.",
                window=bounds,
            )
        return plot_placebo(
            found.own,
            found.others,
            ax,
            p_value=found.p_value,
            name=part.panel.tickers[0] if len(part) == 1 else "events",
            simulated=self.simulated,
        )

    def _parts(self) -> dict[str, Outcome]:
        """Return the groups of the study by the words that name them."""
        parts = self.by(self.spec.study.group_by)
        return {group_label(self, name): part for name, part in parts.items()}

    def _row(self, event_id: str) -> int:
        try:
            return self.event_ids.index(event_id)
        except ValueError:
            gone = {item.event_id: item for item in self.excluded}.get(event_id)
            why = f"it was excluded: {gone.reason.value} ({gone.detail})" if gone else "unknown id"
            raise InputError(
                f"There is no estimated event {event_id!r}; {why}.", event_id=event_id
            ) from None
