"""Abnormal returns with the full covariance of their prediction errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from eventstudy.errors import EstimationError, WindowError
from eventstudy.estimation import kernels
from eventstudy.estimation.dependence import Pairs, ResidualCorrelation
from eventstudy.estimation.kernels import BoolArray, FloatArray, IntArray, chosen_rows
from eventstudy.estimation.models import NormalReturnFit
from eventstudy.estimation.panel import DayArray, EventPanel
from eventstudy.estimation.returns import ReturnKind

#: First and last relative day, both inclusive.
Window = tuple[int, int]


@dataclass(frozen=True, eq=False)
class WindowReturns:
    """Cumulative abnormal returns of N events over W windows.

    Attributes
    ----------
    windows
        The W windows.
    car, variance, scar
        CAR over the days that are there, its prediction-error variance 1'V1 over the same days, and
        CAR / sqrt(1'V1); shape (N, W), NaN where a window has no day.
    days
        Number of days that are there, shape (N, W).
    """

    windows: tuple[Window, ...]
    car: FloatArray
    variance: FloatArray
    scar: FloatArray
    days: IntArray


@dataclass(frozen=True, eq=False)
class AverageReturns:
    """Averages over events, day by day.

    Attributes
    ----------
    tau
        Relative days, shape (L,).
    mean
        The average over the ``n`` events that are there, shape (L,); NaN where there is none.
    standard_error
        Cross-sectional: standard deviation (n - 1) over sqrt(n); NaN below two events.
    model_error
        From the prediction errors, sqrt(sum of variances) / n, as if the events were independent;
        it exists for one event, too.
    n
        Number of events in the average, shape (L,).
    """

    tau: IntArray
    mean: FloatArray
    standard_error: FloatArray
    model_error: FloatArray
    n: IntArray


@dataclass(frozen=True, eq=False)
class AbnormalReturns:
    """Abnormal returns of N events; rows are events, and a firm may own several.

    Attributes
    ----------
    event_ids, tickers, day_zero
        Who and when.
    tau
        Relative days of the event window, shape (L2,).
    ar
        Abnormal returns, shape (N, L2); NaN where a return is missing or nothing was estimated.
    covariance
        Covariance of the prediction errors, shape (N, L2, L2); NaN in the rows and columns of
        days without abnormal return.
    r_evt, expected
        Simple returns and normal returns over the event window, shape (N, L2); NaN where the panel
        holds levels.
    ar_est
        Estimation residuals, shape (N, L1).
    sigma2, df, n_obs
        Residual variance, M - k, and M, shape (N,).
    at_est, at_evt
        Calendar positions of the estimation and event days, shapes (N, L1) and (N, L2).
    scale_est
        Standard deviation of each estimation residual over sigma, shape (N, L1), where the model
        gives the days different variances; None where all are 1.
    """

    event_ids: tuple[str, ...]
    tickers: tuple[str, ...]
    day_zero: DayArray
    tau: IntArray
    ar: FloatArray
    covariance: FloatArray
    r_evt: FloatArray
    expected: FloatArray
    ar_est: FloatArray
    sigma2: FloatArray
    df: IntArray
    n_obs: IntArray
    at_est: IntArray
    at_evt: IntArray
    scale_est: FloatArray | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            values = getattr(self, field.name)
            if isinstance(values, np.ndarray):
                values = values.view()
                values.flags.writeable = False
                object.__setattr__(self, field.name, values)

    def __len__(self) -> int:
        return len(self.event_ids)

    def __repr__(self) -> str:
        return f"<AbnormalReturns: {len(self)} events, [{self.tau[0]}, {self.tau[-1]}]>"

    # ---------------------------------------------------------------------- standardised

    @cached_property
    def sar(self) -> FloatArray:
        """AR over the standard deviation of its prediction error, shape (N, L2)."""
        variance = np.diagonal(self.covariance, axis1=1, axis2=2)
        return self.ar / np.sqrt(variance)

    @property
    def sar_est(self) -> FloatArray:
        """Estimation residuals over their standard deviation, shape (N, L1)."""
        standardised: FloatArray = self.ar_est / np.sqrt(self.sigma2)[:, None]
        return standardised if self.scale_est is None else standardised / self.scale_est

    def residual_correlation(self, members: BoolArray | None = None) -> ResidualCorrelation:
        """Return the average correlation of the estimation residuals on shared calendar dates.

        ``members`` is a mask over the events, such as those with a return in a window; all if None.
        """
        chosen = np.ones(len(self), dtype=bool) if members is None else members
        key = chosen.tobytes()
        if key not in self._correlations:
            self._correlations[key] = self.pairs.correlation(chosen)
        return self._correlations[key]

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs of events behind `residual_correlation`."""
        return Pairs.among(self.ar_est, self.at_est)

    @cached_property
    def _correlations(self) -> dict[bytes, ResidualCorrelation]:
        """By set of events: windows with the same events ask for the same."""
        return {}

    def spans(self, window: Window) -> tuple[IntArray, IntArray]:
        """Return the first and last calendar position of every event's window, shape (N,).

        Days outside the calendar are left out; a window of no other ends before it begins.
        """
        at = self.at_evt[:, (self.tau >= window[0]) & (self.tau <= window[1])]
        there, never = at >= 0, np.iinfo(np.int64).max
        first: IntArray = np.where(there, at, never).min(axis=1)
        last: IntArray = np.where(there, at, -never).max(axis=1)
        return first, last

    # --------------------------------------------------------------------------- windows

    def over(self, windows: Sequence[Window]) -> WindowReturns:
        """Return CAR, variance and SCAR over all ``windows`` at once.

        Raises
        ------
        WindowError
            If a window is not two whole days in order inside the event window.
        """
        checked = check_windows(windows, self.tau)
        if checked not in self._latest:
            indicator = self._indicator(checked)
            car, days = kernels.window_sums(self.ar, indicator)
            variance = kernels.window_variances(self.covariance, indicator)
            found = WindowReturns(checked, car, variance, car / np.sqrt(variance), days)
            for values in (found.car, found.variance, found.scar, found.days):
                values.flags.writeable = False
            self._latest.clear()
            self._latest[checked] = found
        return self._latest[checked]

    @cached_property
    def _latest(self) -> dict[tuple[Window, ...], WindowReturns]:
        """The windows asked for last: every test of a study asks for the same."""
        return {}

    def car(self, start: int, end: int) -> FloatArray:
        """Return the cumulative abnormal return of every event, shape (N,)."""
        return self.over([(start, end)]).car[:, 0]

    def car_variance(self, start: int, end: int) -> FloatArray:
        """Return the prediction-error variance 1'V1 of every CAR, shape (N,)."""
        return self.over([(start, end)]).variance[:, 0]

    def scar(self, start: int, end: int) -> FloatArray:
        """Return every CAR over its prediction-error deviation, shape (N,)."""
        return self.over([(start, end)]).scar[:, 0]

    def bhar(self, start: int, end: int) -> FloatArray:
        """Return every event's buy-and-hold abnormal return, shape (N,).

        The product of 1 + return less the product of 1 + normal return, over the days that are
        there; raw returns on both sides, whatever the model. It is a level, not to be cumulated.
        """
        indicator = self._indicator(check_windows([(start, end)], self.tau))
        return kernels.buy_and_hold(self.r_evt, self.expected, indicator)[:, 0]

    # -------------------------------------------------------------------------- averages

    def aar(self) -> AverageReturns:
        """Return the average abnormal return of every day of the event window."""
        variance = np.diagonal(self.covariance, axis1=1, axis2=2)
        return _averages(self.tau, self.ar, variance)

    def caar(self, start: int | None = None, end: int | None = None) -> AverageReturns:
        """Return the path of the cumulative average abnormal return from ``start`` to ``end``.

        The value of a day averages CAR(start, day) over the events with any day up to then; a
        security that stops trading stays with what it had. `aar` tells how many were there.
        """
        first = int(self.tau[0]) if start is None else start
        last = int(self.tau[-1]) if end is None else end
        ((first, last),) = check_windows([(first, last)], self.tau)
        path = self.over([(first, day) for day in range(first, last + 1)])
        return _averages(np.arange(first, last + 1), path.car, path.variance)

    # ---------------------------------------------------------------------------- groups

    def take(self, events: ArrayLike) -> AbnormalReturns:
        """Return some of the events, by positions or by a mask, as abnormal returns again."""
        rows = chosen_rows(events, len(self))
        per_event: dict[str, Any] = {
            name: None if (values := getattr(self, name)) is None else values[rows]
            for name in (
                "day_zero", "ar", "covariance", "r_evt", "expected", "ar_est", "sigma2", "df",
                "n_obs", "at_est", "at_evt", "scale_est",
            )
        }  # fmt: skip
        return replace(
            self,
            event_ids=tuple(self.event_ids[i] for i in rows),
            tickers=tuple(self.tickers[i] for i in rows),
            **per_event,
        )

    def _indicator(self, windows: Sequence[Window]) -> FloatArray:
        return kernels.window_indicator(self.tau, np.array(windows, dtype=np.int64).reshape(-1, 2))


def abnormal_returns(
    panel: EventPanel, fit: NormalReturnFit, returns: ReturnKind = "simple"
) -> AbnormalReturns:
    """Return what is left of the panel's returns when the normal returns are taken off.

    ``returns`` says what kind the panel holds: log returns are turned into simple ones for the
    buy-and-hold returns, which compound; levels have none, so these are NaN.
    """
    if len(panel) != len(fit):
        raise EstimationError(
            f"The panel has {len(panel)} events and the fit {len(fit)}; fit the same panel."
        )
    ar = panel.r_evt - fit.expected
    held, normal = panel.r_evt, fit.expected
    if returns == "log":
        held, normal = np.expm1(held), np.expm1(normal)
    elif returns == "level":
        held = normal = np.full(ar.shape, np.nan)
    missing = ~np.isfinite(ar)
    covariance = fit.covariance
    if missing.any():
        rows = np.flatnonzero(missing.any(axis=1))
        gone = missing[rows]
        covariance = covariance.copy()
        covariance[rows] = np.where(gone[:, :, None] | gone[:, None, :], np.nan, covariance[rows])
    return AbnormalReturns(
        event_ids=panel.event_ids,
        tickers=panel.tickers,
        day_zero=panel.day_zero,
        tau=panel.tau_evt,
        ar=ar,
        covariance=covariance,
        r_evt=held,
        expected=normal,
        ar_est=fit.resid_est,
        sigma2=fit.sigma2,
        df=fit.df_resid,
        n_obs=fit.n_obs,
        at_est=panel.at_est,
        at_evt=panel.at_evt,
        scale_est=fit.scale_est,
    )


def check_windows(windows: Sequence[Window], tau: IntArray) -> tuple[Window, ...]:
    """Return the windows as pairs of int.

    Raises
    ------
    WindowError
        If one is not two whole days in order inside the event window ``tau``.
    """
    low, high = int(tau[0]), int(tau[-1])
    checked = []
    for window in windows:
        try:
            start, end = (index(day) for day in window)
        except (TypeError, ValueError):
            raise WindowError(
                f"The window {window!r} must be two whole numbers of days, such as (0, 1).",
                window=window,
            ) from None
        if not low <= start <= end <= high:
            raise WindowError(
                f"The window [{start}, {end}] must run forward inside the event window "
                f"[{low}, {high}]; change it or widen the event window.",
                window=(start, end),
                event_window=(low, high),
            )
        checked.append((start, end))
    return tuple(checked)


def _averages(tau: IntArray, values: FloatArray, variance: FloatArray) -> AverageReturns:
    n, mean, deviation = kernels.moments(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return AverageReturns(
            tau=tau,
            mean=mean,
            standard_error=deviation / np.sqrt(n),
            model_error=np.sqrt(np.nansum(variance, axis=0)) / np.where(n > 0, n, np.nan),
            n=n,
        )
