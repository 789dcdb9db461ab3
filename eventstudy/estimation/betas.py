"""Market models whose slope is not that of least squares.

Each is a line through the means of the estimation window with another slope b, so that the
abnormal return of an event day is ``r* - mean(r) - b (x* - mean(x))``. The slope is independent of
the mean of the disturbances, hence the covariance of the prediction errors is

    sigma2 (I + 1/M) + Var(b) (x* - mean(x))(x* - mean(x))'

with sigma2 = RSS / (M - 2) of the residuals about that line and Var(b) as each model states it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from eventstudy.errors import EstimationError, SpecificationError
from eventstudy.estimation.fits import (
    RESIDUAL_VARIANCE,
    MarketRegressor,
    NormalReturnFit,
    first_regressor,
    prediction,
)
from eventstudy.estimation.kernels import (
    ROUNDING,
    BoolArray,
    FloatArray,
    IntArray,
    LeastSquares,
    least_squares,
    row_blocks,
)
from eventstudy.estimation.panel import EventPanel

LINE = "R = α + β·{} + ε, α = mean(R) - β·mean({})"
#: A Scholes-Williams denominator 1 + 2 rho below this is no number to divide by.
_SMALLEST_DENOMINATOR = 1e-6
#: Events from which a cross-section of betas has a spread worth the name.
_CROSS_SECTION = 3


@dataclass(frozen=True)
class ScholesWilliams(MarketRegressor):
    """The consistent beta of Scholes and Williams (1977) under non-synchronous trading.

    ``(b[-1] + b[0] + b[+1]) / (1 + 2 rho)``: slopes of three regressions on the benchmark of the
    day before, the day and the day after, and rho the benchmark's correlation with its own day
    before, all over the days on which return and the three benchmark returns are there. Given the
    benchmark, the beta is linear in the returns; Var(b) is sigma2 times its squared weights.
    """

    name: ClassVar[str] = "scholes_williams"
    label: ClassVar[str] = "market model with Scholes-Williams beta"
    reference: ClassVar[str] = "Scholes and Williams (1977)"
    single_sessions: ClassVar[bool] = True

    @property
    def shifts(self) -> tuple[int, ...]:
        """The day before and the day after."""
        return -1, 1

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equations as a report writes them."""
        return (
            LINE.format(benchmark, benchmark),
            "β = (β[-1] + β[0] + β[+1]) / (1 + 2ρ)",
            RESIDUAL_VARIANCE,
        )

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit every event's line with the Scholes-Williams slope."""
        y, x, near = _with_neighbours(panel, self.label, len(self.shifts))
        n = len(y)
        slope, weights2, bad = np.zeros(n), np.zeros(n), np.zeros(n, dtype=bool)
        for rows in row_blocks(n, 3 * y.shape[1]):
            raw = np.concatenate([x[rows, :, None], near[rows]], axis=2)
            there = np.isfinite(y[rows])
            centred_y, _ = _centred(y[rows, :, None], there)
            z, _ = _centred(raw, there)
            gram = z.transpose(0, 2, 1) @ z
            own = np.einsum("nkk->nk", gram)
            size = np.nansum(np.where(there[:, :, None], raw, 0.0) ** 2, axis=1)
            flat = (own <= ROUNDING * size).any(axis=1)
            own = np.where(own > 0.0, own, 1.0)
            rho = gram[:, 0, 1] / np.sqrt(own[:, 0] * own[:, 1])
            denominator = 1.0 + 2.0 * rho
            flat |= np.abs(denominator) < _SMALLEST_DENOMINATOR
            denominator = np.where(flat, 1.0, denominator)
            each = (z.transpose(0, 2, 1) @ centred_y)[:, :, 0] / own
            slope[rows] = each.sum(axis=1) / denominator
            share = 1.0 / own
            weights2[rows] = np.einsum("nj,njk,nk->n", share, gram, share) / denominator**2
            bad[rows] = flat
        return _line_fit(panel, self.name, y, x, slope, weights2, bad)


@dataclass(frozen=True)
class Dimson(MarketRegressor):
    """The aggregated coefficients of Dimson (1979): one regression on lags, the day and leads.

    Beta is the sum of the 1 + lags + leads slopes, as in Brown and Warner (1985); its variance is
    that of the sum. Lags and leads are sessions of the calendar, so none is lost at the edge of
    the estimation window.
    """

    lags: int = 1
    leads: int = 1
    name: ClassVar[str] = "dimson"
    label: ClassVar[str] = "market model with Dimson beta"
    reference: ClassVar[str] = "Dimson (1979)"
    single_sessions: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.lags < 0 or self.leads < 0 or self.lags + self.leads == 0:
            raise SpecificationError(
                f"A Dimson beta has {self.lags} lags and {self.leads} leads; both must be 0 or "
                "more, and one of them at least 1.",
                lags=self.lags,
                leads=self.leads,
            )

    @property
    def shifts(self) -> tuple[int, ...]:
        """The lags and leads."""
        return (*range(-self.lags, 0), *range(1, self.leads + 1))

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equations as a report writes them."""
        days = [0, *self.shifts]
        terms = " + ".join(f"β[{day:+d}]" if day else "β[0]" for day in sorted(days))
        return LINE.format(benchmark, benchmark), f"β = {terms}", RESIDUAL_VARIANCE

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit every event's line with the sum of the slopes."""
        y, x, near = _with_neighbours(panel, self.label, len(self.shifts))
        n = len(y)
        slope, weights2, bad = np.zeros(n), np.zeros(n), np.zeros(n, dtype=bool)
        for rows in row_blocks(n, y.shape[1] * (1 + near.shape[2])):
            z = np.concatenate([x[rows, :, None], near[rows]], axis=2)
            regression = least_squares(y[rows], z)
            slope[rows] = regression.params[:, 1:].sum(axis=1)
            weights2[rows] = regression.inverse.sum(axis=(1, 2))
            bad[rows] = regression.deficient
        return _line_fit(panel, self.name, y, x, slope, weights2, bad)


@dataclass(frozen=True)
class BlumeBeta(MarketRegressor):
    """The beta of least squares drawn towards one: 1/3 + 2/3 b (Blume 1975).

    Blume's own weights vary with the years; these are the ones in general use. Var(b) is 4/9 of
    that of least squares, so what the shrinkage costs in bias is not in it.
    """

    name: ClassVar[str] = "blume"
    label: ClassVar[str] = "market model with Blume-adjusted beta"
    reference: ClassVar[str] = "Blume (1975)"
    single_sessions: ClassVar[bool] = True

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equations as a report writes them."""
        return LINE.format(benchmark, benchmark), "β = 1/3 + 2/3·β(OLS)", RESIDUAL_VARIANCE

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit every event's line with the adjusted slope."""
        y, x, ols = _ordinary(panel, self.label)
        slope = 1.0 / 3.0 + 2.0 / 3.0 * ols.params[:, 1]
        return _line_fit(
            panel, self.name, y, x, slope, 4.0 / 9.0 * ols.inverse[:, 0, 0], ols.deficient
        )


@dataclass(frozen=True)
class VasicekBeta(MarketRegressor):
    """The beta of least squares drawn towards the mean of the study's betas (Vasicek 1973).

    Each beta and the cross-section's mean are weighted by the inverse of their variances: the
    sampling variance of the beta, and the spread of the betas of all events that can be
    estimated. Var(b) is the posterior variance. An event's estimates thus depend on which other
    events the study holds, as with no other model.

    Raises
    ------
    EstimationError
        With fewer than three events that can be estimated: there is no cross-section.
    """

    name: ClassVar[str] = "vasicek"
    label: ClassVar[str] = "market model with Vasicek-shrunk beta"
    reference: ClassVar[str] = "Vasicek (1973)"
    single_sessions: ClassVar[bool] = True

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equations as a report writes them."""
        return (
            LINE.format(benchmark, benchmark),
            "β = (v·mean(β) + s²·β(OLS)) / (v + s²), v = Var β(OLS), s² = variance of the β(OLS)",
            RESIDUAL_VARIANCE,
        )

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit every event's line with the shrunk slope."""
        y, x, ols = _ordinary(panel, self.label)
        df = ols.n_obs - 2
        spread = np.where(ols.deficient, 1.0, ols.inverse[:, 0, 0])
        sampling = ols.rss / np.maximum(df, 1) * spread
        sound = (df > 0) & ~ols.deficient & (ols.rss > 0.0)
        if sound.sum() < _CROSS_SECTION:
            raise EstimationError(
                f"The {self.label} needs the betas of at least {_CROSS_SECTION} events, and "
                f"{int(sound.sum())} can be estimated; choose the model blume."
            )
        beta = ols.params[:, 1]
        mean, between = beta[sound].mean(), beta[sound].var(ddof=1)
        total = np.where(sound, sampling + between, 1.0)
        slope = np.where(sound, (sampling * mean + between * beta) / total, beta)
        # sigma2 is that of the line with the new slope, and the fit multiplies by it.
        rss = ols.rss + (slope - beta) ** 2 / spread
        sigma2 = np.where(sound, rss / np.maximum(df, 1), 1.0)
        return _line_fit(
            panel, self.name, y, x, slope, sampling * between / total / sigma2, ols.deficient
        )


@dataclass(frozen=True)
class RollingBeta(MarketRegressor):
    """A market model on the last ``window`` sessions only, rolled through the estimation window.

    The last window, which ends where the estimation window ends, gives coefficients, sigma2 and
    the prediction errors of the event days; no event day ever enters. The residuals of the
    estimation window are the errors of predicting each day from the ``window`` sessions before
    it, so they show what the moving beta would have missed. A window counts with at least half of
    its days there.
    """

    window: int = 60
    name: ClassVar[str] = "rolling_beta"
    label: ClassVar[str] = "market model with rolling beta"
    reference: ClassVar[str] = "Fama and MacBeth (1973)"
    single_sessions: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.window < 10:
            raise SpecificationError(
                f"A rolling beta has a window of {self.window} sessions; it needs at least 10.",
                window=self.window,
            )

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equations as a report writes them."""
        return (
            f"R = α(t) + β(t)·{benchmark} + ε, estimated on the {self.window} sessions before t",
            RESIDUAL_VARIANCE,
        )

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit the last window, and predict every estimation day from the window before it."""
        market = first_regressor(panel, self.label)
        x = panel.x_est[:, :, market]
        if self.window >= x.shape[1]:
            raise EstimationError(
                f"The rolling window of {self.window} sessions fills the estimation window of "
                f"{x.shape[1]}; make it shorter."
            )
        y, x = _together(panel.r_est, x)
        last = slice(x.shape[1] - self.window, None)
        regression = least_squares(y[:, last], x[:, last, None])
        regression = replace(
            regression, deficient=regression.deficient | (regression.n_obs < self.window / 2)
        )
        names = ("alpha", panel.regressors[market])
        near = x[:, last, None], panel.x_evt[:, :, market : market + 1]
        fitted = prediction(self.name, names, regression, y[:, last], near)
        resid, scale = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
        for rows in row_blocks(len(y), 6 * y.shape[1]):
            resid[rows], scale[rows] = rolling_errors(y[rows], x[rows], self.window)
        resid[~fitted.estimated] = np.nan
        return replace(fitted, resid_est=resid, scale_est=scale)


def rolling_errors(y: FloatArray, x: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """Predict each day from a regression on the ``window`` days before it.

    Parameters
    ----------
    y, x
        Shape (N, L); NaN at the same places.

    Returns
    -------
    tuple
        Errors and their deviation over sigma, sqrt(1 + 1/m + (x - mean)^2 / Sxx), shape (N, L);
        NaN for the first ``window`` days, on missing days, and where fewer than half of the window
        is there.
    """
    there = np.isfinite(y)
    (y0, y_mean), (x0, x_mean) = (_centred(v[:, :, None], there) for v in (y, x))
    y0, x0 = y0[:, :, 0], x0[:, :, 0]

    def moving(values: FloatArray) -> FloatArray:
        total = np.cumsum(values, axis=1)
        moved: FloatArray = total[:, window - 1 : -1].copy()
        moved[:, 1:] -= total[:, : -window - 1]
        return moved

    m = moving(there.astype(np.float64))
    enough = (m >= window / 2) & there[:, window:]
    count = np.maximum(m, 1.0)
    mean_y, mean_x = moving(y0) / count, moving(x0) / count
    sxx = moving(x0 * x0) - count * mean_x**2
    sxy = moving(x0 * y0) - count * mean_x * mean_y
    enough &= sxx > 0.0
    sxx = np.where(enough, sxx, 1.0)
    away = x[:, window:] - x_mean - mean_x
    errors, scale = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    raw = y[:, window:] - y_mean - mean_y - sxy / sxx * away
    errors[:, window:] = np.where(enough, raw, np.nan)
    scale[:, window:] = np.where(enough, np.sqrt(1.0 + 1.0 / count + away**2 / sxx), np.nan)
    return errors, scale


def _together(y: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Void each of the two where the other is missing."""
    there = np.isfinite(y) & np.isfinite(x)
    if there.all():
        return y, x
    return np.where(there, y, np.nan), np.where(there, x, np.nan)


def _with_neighbours(
    panel: EventPanel, label: str, n_shifts: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return returns (NaN where anything is missing), benchmark and its other sessions."""
    x = panel.x_est[:, :, first_regressor(panel, label)]
    near = panel.near_est
    if near is None or near.shape[2] != n_shifts:
        raise EstimationError(
            f"The {label} needs the benchmark on {n_shifts} other sessions, and the panel has "
            f"{0 if near is None else near.shape[2]}; build the panel with the model's shifts."
        )
    there = panel.usable_est
    return (panel.r_est if there.all() else np.where(there, panel.r_est, np.nan)), x, near


def _ordinary(panel: EventPanel, label: str) -> tuple[FloatArray, FloatArray, LeastSquares]:
    """Return returns and benchmark where both are there, and their regression."""
    market = first_regressor(panel, label)
    y, x = _together(panel.r_est, panel.x_est[:, :, market])
    return y, x, least_squares(y, x[:, :, None])


def _centred(values: FloatArray, there: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return (N, L, K) less the mean over the days ``there``, 0 elsewhere, and the mean (N, K)."""
    kept = np.where(there[:, :, None], values, 0.0)
    count: IntArray = np.maximum(there.sum(axis=1), 1)
    mean: FloatArray = kept.sum(axis=1) / count[:, None]
    return np.where(there[:, :, None], kept - mean[:, None, :], 0.0), mean


def _line_fit(
    panel: EventPanel,
    name: str,
    y: FloatArray,
    x: FloatArray,
    slope: FloatArray,
    slope_variance: FloatArray,
    deficient: BoolArray,
) -> NormalReturnFit:
    """Fit the line through the means with a given slope, whose variance is given over sigma2."""
    there = np.isfinite(y) & np.isfinite(x)
    count = there.sum(axis=1)
    used = np.maximum(count, 1)
    y_mean = np.where(there, y, 0.0).sum(axis=1) / used
    x_mean = np.where(there, x, 0.0).sum(axis=1) / used
    resid = np.where(there, y - y_mean[:, None] - slope[:, None] * (x - x_mean[:, None]), 0.0)
    line = LeastSquares(
        params=np.column_stack([y_mean - slope * x_mean, slope]),
        rss=np.einsum("nl,nl->n", resid, resid),
        n_obs=count,
        centre=x_mean[:, None],
        inverse=slope_variance[:, None, None],
        deficient=deficient,
        intercept=True,
    )
    names = ("alpha", panel.regressors[0])
    return prediction(name, names, line, y, (x[:, :, None], panel.x_evt[:, :, :1]))
