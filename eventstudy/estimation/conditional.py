"""Market models whose disturbances have a variance of each day (GARCH, EGARCH)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from eventstudy.errors import EstimationError
from eventstudy.estimation.fits import (
    FitProblem,
    MarketRegressor,
    NormalReturnFit,
    first_regressor,
    linear_fit,
)
from eventstudy.estimation.kernels import FloatArray, IntArray, fitted_values
from eventstudy.estimation.panel import EventPanel

#: Returns are fitted in per cent: decimal fractions are too small for the optimiser's tolerances.
PER_CENT = 100.0
#: Paths of an EGARCH forecast beyond one day, which has no closed form, and the seed of its draws.
PATHS, SEED = 4000, 20260418
#: Bounds beyond which a fit is refused whatever the optimiser says: ordinary standard errors
#: between a mean coefficient and ordinary least squares, the factor between forecast and residual
#: variance, and the log-likelihood, beyond rounding, lost to a constant variance, its special case.
FAR, EXPLOSIVE, LOSS = 10.0, 100.0, 0.1
#: Steps of the optimiser before a start is given up.
ITERATIONS = 500
_LABELS = {"garch": "GARCH(1,1)", "egarch": "EGARCH(1,1)"}
_REFERENCES = {"garch": "Bollerslev (1986)", "egarch": "Nelson (1991)"}
_PARAMETERS = {
    "garch": ("omega", "garch_news", "garch_memory"),
    "egarch": ("omega", "garch_news", "garch_sign", "garch_memory"),
}


@dataclass(frozen=True)
class GarchMarketModel(MarketRegressor):
    """A market model with GARCH(1,1) or EGARCH(1,1) disturbances, by Gaussian quasi-likelihood.

    The variance of an event day is its forecast from the last estimation day, so no event day
    enters it; EGARCH forecasts beyond one day average simulated paths with a fixed seed. The
    covariance of the prediction errors is ``diag(h*) + X* (X'H^-1 X)^-1 X*'`` with the estimated
    variances H of the estimation days. ``scale_est`` standardises each residual by its own day.
    ``sigma2`` is RSS / (M - k), k counting the coefficients of mean and variance; ``xtx_inv`` has
    the covariance of the mean's coefficients over sigma2, and NaN for those of the variance.

    Days with a return follow each other in the recursion whatever lies between; the horizon of a
    forecast counts sessions. An event whose likelihood has no maximum to be found has the problem
    "no convergence"; so has one whose maximum is none: a log-likelihood more than `LOSS` below
    that of a constant variance, a coefficient of the mean more than `FAR` ordinary standard errors
    from ordinary least squares, or a variance more than `EXPLOSIVE` times below the
    residual variance on any day, or a forecast as far above it. Each event is fitted by itself, at
    some 10 to 40 milliseconds.

    Raises
    ------
    EstimationError
        If the package arch is not installed.
    """

    process: Literal["garch", "egarch"] = "garch"
    single_sessions: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """``garch`` or ``egarch``."""
        return self.process

    @property
    def label(self) -> str:
        """The words a report uses."""
        return f"market model with {_LABELS[self.process]} errors"

    @property
    def reference(self) -> str:
        """Author and year."""
        return _REFERENCES[self.process]

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equations as a report writes them."""
        variance = {
            "garch": "h(t) = ω + a·ε(t-1)² + b·h(t-1)",
            "egarch": "ln h(t) = ω + a·(|z(t-1)| - √(2/π)) + g·z(t-1) + b·ln h(t-1), z = ε/√h",
        }[self.process]
        return (
            f"R = α + β1·{benchmark} + ε, Var ε(t) = h(t)",
            variance,
            "V = diag(h*) + X* (X'H⁻¹X)⁻¹ X*'",
        )

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit every event by itself."""
        market = first_regressor(panel, self.label)
        ordinary = linear_fit(panel, self.name, (market,))
        names = (*ordinary.param_names, *_PARAMETERS[self.process])
        n, k = len(panel), len(names)
        problems: list[FitProblem] = list(ordinary.problems)
        params, xtx_inv = np.full((n, k), np.nan), np.full((n, k, k), np.nan)
        sigma2 = np.full(n, np.nan)
        resid, scale = np.full(panel.r_est.shape, np.nan), np.full(panel.r_est.shape, np.nan)
        expected = np.full(panel.r_evt.shape, np.nan)
        covariance = np.full(ordinary.covariance.shape, np.nan)
        df = ordinary.n_obs - k
        for i in np.flatnonzero(ordinary.estimated):
            if df[i] < 1:
                problems[i] = "too few observations"
                continue
            use = np.flatnonzero(np.isfinite(ordinary.resid_est[i]))
            ahead = panel.tau_evt - panel.tau_est[use[-1]]
            x = panel.x_est[i, use, market]
            one = _fit_one(self.process, panel.r_est[i, use], x, ahead)
            if one is None:
                problems[i] = "no convergence"
                continue
            params[i] = one.params
            X = np.column_stack([np.ones(len(use)), x])
            X_star = np.column_stack([np.ones(len(ahead)), panel.x_evt[i, :, market]])
            normal, expected[i] = (
                fitted_values(one.params[None, :2], v[None, :, 1:])[0] for v in (X, X_star)
            )
            e = panel.r_est[i, use] - normal
            spread = np.linalg.inv(X.T @ (X / one.variance[:, None]))
            sigma2[i] = e @ e / df[i]
            resid[i, use], scale[i, use] = e, np.sqrt(one.variance / sigma2[i])
            xtx_inv[i, :2, :2] = spread / sigma2[i]
            covariance[i] = np.diag(one.forecast) + X_star @ spread @ X_star.T
        return NormalReturnFit(
            self.name, params, names, xtx_inv, sigma2, df, ordinary.n_obs, resid, expected,
            covariance, tuple(problems), scale,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _OneFit:
    """One event's fit in decimal fractions: coefficients, variances (M,), forecasts (L2,)."""

    params: FloatArray
    variance: FloatArray
    forecast: FloatArray


def _fit_one(process: str, y: FloatArray, x: FloatArray, ahead: IntArray) -> _OneFit | None:
    """Fit one event and forecast its variance ``ahead`` sessions; None without convergence."""
    univariate = _arch()
    volatility = univariate.GARCH(1, 0, 1) if process == "garch" else univariate.EGARCH(1, 1, 1)
    draws = np.random.default_rng(SEED)
    simulated = {
        "method": "simulation", "simulations": PATHS, "rng": draws.standard_normal,
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = univariate.LS(
                PER_CENT * y, PER_CENT * x[:, None], volatility=volatility, rescale=False
            )
            found = _maximum(
                model,
                [None, *_calm_starts(process, y, x)],
                lambda fitted: _credible(fitted, PER_CENT * y, PER_CENT * x),
            )
            forecast = found and found.forecast(
                horizon=int(ahead[-1]),
                x=np.zeros((1, int(ahead[-1]))),
                **(simulated if process == "egarch" else {}),
            )
        except (ValueError, ArithmeticError, np.linalg.LinAlgError):
            return None
    if found is None:
        return None
    params = np.array(found.params, dtype=np.float64)
    variance = np.asarray(found.conditional_volatility, dtype=np.float64) ** 2 / PER_CENT**2
    coming = np.asarray(forecast.residual_variance, dtype=np.float64)[0, ahead - 1] / PER_CENT**2
    sound = all(np.isfinite(v).all() for v in (params, variance, coming))
    if not sound or min(variance.min(), coming.min()) <= 0.0:
        return None
    level = _ordinary(y, x)[2]
    if coming.max() > EXPLOSIVE * level or coming.min() < level / EXPLOSIVE:
        return None
    params[0] /= PER_CENT
    # A variance in squares of per cent: omega scales with it, and in logarithms shifts by it.
    if process == "garch":
        params[2] /= PER_CENT**2
    else:
        params[2] -= (1.0 - params[-1]) * 2.0 * np.log(PER_CENT)
    return _OneFit(params, variance, coming)


def _maximum(
    model: Any, starts: Sequence[FloatArray | None], credible: Callable[[Any], bool]
) -> Any:
    """Return the first credible fit that converges, from arch's own start or another, or None."""
    for start in starts:
        found = model.fit(
            disp="off", show_warning=False, starting_values=start, options={"maxiter": ITERATIONS}
        )
        if found.convergence_flag == 0 and credible(found):
            return found
    return None


def _credible(found: Any, y: FloatArray, x: FloatArray) -> bool:
    """Whether a fit is as likely as a constant variance, its mean near least squares, and alive.

    The variance of EGARCH can die out within the estimation window; no forecast comes of that.
    """
    constant, slope, level, errors = _ordinary(y, x)
    calm = -0.5 * len(y) * (np.log(2.0 * np.pi * level) + 1.0)
    away = np.abs(np.asarray(found.params)[:2] - (constant, slope))
    alive = np.min(found.conditional_volatility) ** 2 >= level / EXPLOSIVE
    return bool(alive and found.loglikelihood >= calm - LOSS and (away <= FAR * errors).all())


def _ordinary(y: FloatArray, x: FloatArray) -> tuple[float, float, float, FloatArray]:
    """Return constant, slope, residual variance RSS / M, and the coefficients' standard errors."""
    slope = np.cov(x, y)[0, 1] / x.var(ddof=1)
    constant = y.mean() - slope * x.mean()
    level = (y - constant - slope * x).var()
    errors = np.sqrt(level / len(x) * np.array([1.0 + x.mean() ** 2 / x.var(), 1.0 / x.var()]))
    return constant, slope, level, errors


def _calm_starts(process: str, y: FloatArray, x: FloatArray) -> list[FloatArray]:
    """Return ordinary coefficients with a long and a short memory about the residual variance."""
    constant, slope, level, _ = _ordinary(PER_CENT * y, PER_CENT * x)
    if process == "garch":
        return [
            np.array([constant, slope, (1.0 - news - memory) * level, news, memory])
            for news, memory in ((0.05, 0.9), (0.1, 0.5))
        ]
    return [
        np.array([constant, slope, (1.0 - memory) * np.log(level), 0.1, 0.0, memory])
        for memory in (0.9, 0.5)
    ]


def _arch() -> Any:
    """Return the module arch.univariate, or say how to install it."""
    try:
        from arch import univariate
    except ImportError:
        raise EstimationError(
            "GARCH and EGARCH models need the package arch, which is not installed; install it "
            "with `pip install 'market-reaction[econ]'` or choose the model market_model.",
            package="arch",
        ) from None
    return univariate
