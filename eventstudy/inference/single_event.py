"""Tests that work for one event: its window against the same security's other days.

Several events are tested as one portfolio, by their average abnormal return per relative day. One
event can show that its days were unusual for the security; not why they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from eventstudy.errors import InputError
from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import window_indicator
from eventstudy.inference.distributions import Discrete, Drawn
from eventstudy.inference.parametric import IndependenceT
from eventstudy.inference.significance import SignificanceResult, ratio, sample_note, tabulate

FloatArray = NDArray[np.float64]
#: What one event can show, in words.
CAVEAT = (
    "One event can show that its days were unusual for this security; it cannot tell the "
    "announcement from other news of the same days, nor say what such announcements do."
)


@dataclass(frozen=True)
class SampleQuantile:
    """The window's sum among all sums of as many estimation days in a row.

    The p value is twice the smaller tail, (1 + number as far) / (1 + number), so that neither
    normality nor symmetry is needed (Gelbach, Helland and Klick 2013). The statistic is the sum in
    deviations of those before. It is a test for single days: the sums of longer windows overlap and
    are few in effect, so that over 11 days with 120 before it rejects 9 % of true nulls at 5 %;
    `Conformal` does not.
    """

    name: ClassVar[str] = "Sample quantile"
    label: ClassVar[str] = "Sample quantile test (Gelbach, Helland and Klick)"
    null: ClassVar[str] = (
        "the abnormal return of the window is drawn from the distribution of estimation days"
    )
    reference: ClassVar[str] = "Gelbach, Helland and Klick (2013)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        series = _Portfolio(abnormal, windows, standardised=False)
        found = [
            (series.sums[w], series.stretches(days, step=1)) for w, days in enumerate(series.days)
        ]
        return _ranked(self, series, found, tails=True)


@dataclass(frozen=True)
class PlaceboInTime:
    """The window's standardised sum among those of pseudo-events before it.

    Pseudo-events lie back to back in the estimation window, so that none shares a day with another;
    each is scaled by the deviation of the remaining days, as the event is by days that are not its
    own. p = (1 + number as far from zero) / (1 + number).
    """

    name: ClassVar[str] = "Placebo in time"
    label: ClassVar[str] = "Placebo test in time, pseudo-events of the same security"
    null: ClassVar[str] = "the event's window is like any other stretch of as many days"
    reference: ClassVar[str] = "Abadie, Diamond and Hainmueller (2015)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        series = _Portfolio(abnormal, windows, standardised=True)
        found = []
        for w, days in enumerate(series.days):
            sums = series.stretches(days, step=max(days, 1))
            squares = series.stretches(days, step=max(days, 1), squares=True)
            total, length = np.nansum(series.before**2), np.isfinite(series.before).sum()
            left = np.maximum(length - days - 1.0, 0.0)
            placebo = ratio(sums, np.sqrt(days * ratio(total - squares, left + 0.0 * squares)))
            spread = np.sqrt(days * total / (length - 1.0)) if length > 1 else np.nan
            found.append((series.sums[w] / spread, placebo[np.isfinite(placebo)]))
        return _ranked(self, series, found, tails=False)


@dataclass(frozen=True)
class Conformal:
    """The window's sum among those of all rotations of the days, its own among them.

    Standardised residuals and the window's standardised abnormal returns form one ring of T + L
    days; every rotation puts other days in the window's place. p is the share of rotations whose
    sum is as far from zero (Chernozhukov, Wüthrich and Zhu 2021). Exact when the days are
    exchangeable, and nearly so when they are only stationary.
    """

    name: ClassVar[str] = "Conformal"
    label: ClassVar[str] = "Conformal permutation test (Chernozhukov, Wüthrich and Zhu)"
    null: ClassVar[str] = "abnormal returns of the window and of the other days are exchangeable"
    reference: ClassVar[str] = "Chernozhukov, Wüthrich and Zhu (2021)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        series = _Portfolio(abnormal, windows, standardised=True)
        over, statistic, distributions, notes, smallest = series.over, [], [], [], []
        for w, days in enumerate(series.days):
            own = series.own(w)
            ring = np.concatenate([own, series.before[np.isfinite(series.before)]])
            wrapped = np.concatenate([ring, ring[: max(days - 1, 0)]])
            sums = _moving_sums(wrapped, days) if days else np.empty(0)
            scale = float(np.sqrt((sums**2).mean())) if len(sums) > days else np.nan
            statistic.append(own.sum() / scale if scale > 0.0 else np.nan)
            support = np.sort(sums) / scale if scale > 0.0 else np.empty(0)
            label = f"all {len(support)} rotations of the days"
            weights = np.full(len(support), 1.0 / max(len(support), 1))
            distributions.append(Discrete(label, support, weights))
            smallest.append(1.0 / max(len(support), 1))
            notes.append(_note(series.n[w], statistic[-1], smallest[-1]))
        facts = {"days": np.array(series.days), "smallest_p": np.array(smallest)}
        return tabulate(
            self, over.windows, np.array(statistic), series.n, distributions, notes, facts
        )


def one_event(
    abnormal: AbnormalReturns, event_id: str, windows: Sequence[Window]
) -> tuple[SignificanceResult, ...]:
    """Test one event by itself: t with prediction error, sample quantile, placebo, conformal.

    Raises
    ------
    InputError
        If there is no such event.
    """
    if event_id not in abnormal.event_ids:
        raise InputError(
            f"There is no estimated event {event_id!r}; there are "
            f"{', '.join(abnormal.event_ids[:5])}{' ...' if len(abnormal) > 5 else ''}.",
            event_id=event_id,
        )
    alone = abnormal.take([abnormal.event_ids.index(event_id)])
    tests = (IndependenceT(), SampleQuantile(), PlaceboInTime(), Conformal())
    return tuple(result for test in tests for result in test.compute(alone, windows))


class _Portfolio:
    """The events' average abnormal return per relative day, before and in every window.

    Standardised, a day's returns in units of their own deviation are added and divided by the root
    of their number, so that days with fewer events weigh alike.
    """

    def __init__(
        self, abnormal: AbnormalReturns, windows: Sequence[Window], *, standardised: bool
    ) -> None:
        self.over = abnormal.over(windows)
        self.n = np.isfinite(self.over.car).sum(axis=0)
        est, event = (
            (abnormal.sar_est, abnormal.sar) if standardised else (abnormal.ar_est, abnormal.ar)
        )
        #: Shape (T,), NaN where no event has a residual.
        self.before = _daily(est, root=standardised)
        self._event = _daily(event, root=standardised)
        bounds = np.array(self.over.windows, dtype=np.int64).reshape(-1, 2)
        self._inside = window_indicator(abnormal.tau, bounds).astype(bool)
        self._inside &= np.isfinite(self._event)
        self.days = [int(inside.sum()) for inside in self._inside]
        self.sums = np.array([self.own(w).sum() if d else np.nan for w, d in enumerate(self.days)])

    def own(self, w: int) -> FloatArray:
        """Return the window's values that are there."""
        values: FloatArray = self._event[self._inside[w]]
        return values

    def stretches(self, days: int, step: int, *, squares: bool = False) -> FloatArray:
        """Return the sums of ``days`` values in a row, back from the last, ``step`` apart."""
        values = self.before[np.isfinite(self.before)]
        if not 0 < days <= len(values):
            return np.empty(0)
        sums = _moving_sums(values**2 if squares else values, days)
        return sums[::-1][::step]


def _daily(values: FloatArray, *, root: bool) -> FloatArray:
    there = np.isfinite(values)
    n = there.sum(axis=0).astype(np.float64)
    return ratio(np.where(there, values, 0.0).sum(axis=0), np.sqrt(n) if root else n)


def _moving_sums(values: FloatArray, days: int) -> FloatArray:
    sums: FloatArray = np.lib.stride_tricks.sliding_window_view(values, days).sum(axis=1)
    return sums


def _ranked(
    test: SampleQuantile | PlaceboInTime,
    series: _Portfolio,
    found: Sequence[tuple[float, FloatArray]],
    *,
    tails: bool,
) -> list[SignificanceResult]:
    statistic, distributions, notes, smallest = [], [], [], []
    for (own, others), n in zip(found, series.n, strict=True):
        spread = float(others.std(ddof=1)) if len(others) > 1 else np.nan
        scale = spread if tails else 1.0
        usable = len(others) > 1 and spread > 0.0
        statistic.append(own / scale if usable else np.nan)
        values = others / scale if usable else others
        distributions.append(Drawn(f"{len(others)} stretches of other days", values, tails))
        smallest.append((2.0 if tails else 1.0) / (1.0 + len(others)))
        notes.append(_note(n, statistic[-1], smallest[-1]))
    facts = {"days": np.array(series.days), "smallest_p": np.array(smallest)}
    return tabulate(
        test, series.over.windows, np.array(statistic), series.n, distributions, notes, facts
    )


def _note(n: int, statistic: float, smallest: float) -> str:
    if note := sample_note(n, 1.0, "", least=1):
        return note
    if not np.isfinite(statistic):
        return "there are too few other days, or all are equal, to compare the window with"
    return f"too few other days: no p value can be below {smallest:.2f}" if smallest > 0.05 else ""
