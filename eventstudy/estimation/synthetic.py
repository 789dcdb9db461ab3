"""A synthetic control: the weighted donors that moved most like the security before the event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from eventstudy.errors import EstimationError, SpecificationError
from eventstudy.estimation.fits import (
    PROBLEMS,
    RESIDUAL_VARIANCE,
    FitProblem,
    NormalReturnFit,
)
from eventstudy.estimation.kernels import ROUNDING, BoolArray, FloatArray, fitted_values
from eventstudy.estimation.panel import EventPanel
from eventstudy.symbols import current_symbol


@dataclass(frozen=True)
class SyntheticControl:
    """Donor returns with weights that are not negative and add up to one.

    The weights minimise the squared differences to the security's returns over the estimation
    window (Abadie, Diamond and Hainmueller 2010; on returns: Acemoglu and others 2016). A donor
    serves an event when it is another security and has a return on every day on which the security
    has one, in both windows.

    Inference is conditional on which donors carry weight: with A of them, k = A - 1, sigma2 =
    RSS / (M - k), and the covariance of the prediction errors is that of least squares under the
    restriction that the weights add up to one, sigma2 (I + X* C X*'). It does not know that the
    donors were chosen, so it is somewhat too small when the pool is large.

    Parameters
    ----------
    donors
        The pool, at least two securities. Choose ones that the event does not touch.
    """

    donors: tuple[str, ...]
    name: ClassVar[str] = "synthetic_control"
    label: ClassVar[str] = "synthetic control"
    reference: ClassVar[str] = "Abadie, Diamond and Hainmueller (2010)"
    needs_risk_free: ClassVar[bool] = False
    single_sessions: ClassVar[bool] = True

    def __post_init__(self) -> None:
        donors = tuple(self.donors)
        if len(donors) < 2 or len(set(donors)) < len(donors):
            raise SpecificationError(
                f"A synthetic control has the donors {list(donors)}; name at least two, each once.",
                donors=donors,
            )
        object.__setattr__(self, "donors", donors)

    @property
    def shifts(self) -> tuple[int, ...]:
        """None."""
        return ()

    def regressors(self, benchmark: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return no name: donors are a pool, not regressors that must all be there."""
        return ()

    def formulas(self, benchmark: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return the equations as a report writes them."""
        return (
            f"R = Σ w(d)·R(d) + ε over the donors {', '.join(self.donors)}; w ≥ 0, Σ w = 1",
            f"{RESIDUAL_VARIANCE}, k = donors with weight - 1",
        )

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Find every event's weights by itself."""
        if panel.pool is None or panel.pool.shape[1] != len(self.donors):
            raise EstimationError(
                f"The {self.label} needs the returns of its {len(self.donors)} donors, and the "
                "panel has not got them; build it with the pool."
            )
        n, D, days = len(panel), len(self.donors), len(panel.tau_evt)
        symbols = np.array([current_symbol(donor) for donor in self.donors])
        params, xtx_inv = np.full((n, D), np.nan), np.full((n, D, D), np.nan)
        sigma2 = np.full(n, np.nan)
        df, n_obs = np.zeros(n, dtype=np.int64), np.isfinite(panel.r_est).sum(axis=1)
        resid, expected = np.full(panel.r_est.shape, np.nan), np.full(panel.r_evt.shape, np.nan)
        covariance = np.full((n, days, days), np.nan)
        problems: list[FitProblem] = [PROBLEMS[0]] * n
        for i in range(n):
            use, day = np.isfinite(panel.r_est[i]), np.isfinite(panel.r_evt[i])
            x, x_star = panel.pool[panel.at_est[i, use]], panel.pool[panel.at_evt[i]]
            serves = _serving(x, x_star[day]) & (symbols != current_symbol(panel.tickers[i]))
            if not serves.any():
                problems[i] = "no donor with all returns"
                continue
            y, columns = panel.r_est[i, use], np.flatnonzero(serves)
            weights = simplex_weights(y, x[:, columns])
            active = columns[weights > 0.0]
            df[i] = len(y) - len(active) + 1
            weights = weights[weights > 0.0]
            e = y - _weighted(x[:, active], weights)
            if df[i] < 1 or e @ e <= ROUNDING * (y @ y):
                problems[i] = "too few observations" if df[i] < 1 else "zero variance"
                continue
            params[i] = 0.0
            params[i, active] = weights
            sigma2[i], resid[i, use] = e @ e / df[i], e
            spread = restricted_inverse(x[:, active])
            xtx_inv[i] = 0.0
            xtx_inv[i][np.ix_(active, active)] = spread
            near = x_star[:, active]
            expected[i] = np.where(panel.at_evt[i] >= 0, _weighted(near, weights), np.nan)
            covariance[i] = sigma2[i] * (np.eye(len(near)) + near @ spread @ near.T)
        return NormalReturnFit(
            self.name, params, self.donors, xtx_inv, sigma2, df, n_obs, resid, expected,
            covariance, tuple(problems),
        )  # fmt: skip


def simplex_weights(y: FloatArray, x: FloatArray) -> FloatArray:
    """Minimise ``|y - x w|`` over weights that are not negative and add up to one.

    The smallest combination of the columns ``x - y`` is, up to its length, the solution u of
    non-negative least squares of (0, 1) on those columns with a row of ones below: for u = s w
    the best s leaves ``q / (1 + q)``, which grows with q = |y - x w|^2, so the two have the same
    minimum and w = u / sum(u) exactly (Wolfe 1976; Lawson and Hanson 1974, chapter 23).

    Parameters
    ----------
    y, x
        Shapes (M,) and (M, D), without NaN.
    """
    from scipy.optimize import nnls

    away = x - y[:, None]
    length = np.sqrt((away**2).sum(axis=0).min())
    scaled = away / (length if length > 0.0 else 1.0)
    u, _ = nnls(np.vstack([scaled, np.ones(x.shape[1])]), np.r_[np.zeros(len(y)), 1.0])
    weights: FloatArray = u / u.sum()
    return weights


def restricted_inverse(x: FloatArray) -> FloatArray:
    """Return what times sigma2 is the covariance of weights on ``x`` (M, A) that add up to one.

    The last weight is one less the others, so this is the inverse of the cross-products of the
    differences to the last column, mapped back to all A weights.
    """
    count = x.shape[1]
    back = np.vstack([np.eye(count - 1), -np.ones((1, count - 1))])
    differences = x[:, :-1] - x[:, -1:]
    out: FloatArray = back @ np.linalg.pinv(differences.T @ differences) @ back.T
    return out


def _weighted(x: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted returns of the columns of ``x`` (M, A), shape (M,)."""
    weighted: FloatArray = fitted_values(weights[None], x[None], intercept=False)[0]
    return weighted


def _serving(*returns: FloatArray) -> BoolArray:
    """Return the columns without a missing value."""
    serving: BoolArray = np.isfinite(np.concatenate(returns).sum(axis=0))
    return serving
