"""A model fitted to every event: what the fit holds, what a model offers, and the linear fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Protocol, get_args

import numpy as np
from numpy.typing import ArrayLike

from eventstudy.errors import EstimationError
from eventstudy.estimation.kernels import (
    ROUNDING,
    BoolArray,
    FloatArray,
    IntArray,
    LeastSquares,
    chosen_rows,
    fitted_values,
    forecast_covariance,
    least_squares,
    row_blocks,
)
from eventstudy.estimation.panel import EventPanel

#: Why an event has no estimates; empty when it has.
FitProblem = Literal[
    "",
    "too few observations",
    "collinear regressors",
    "zero variance",
    "no convergence",
    "no donor with all returns",
]
PROBLEMS: tuple[FitProblem, ...] = get_args(FitProblem)
#: The residual variance of most models, as a report writes it.
RESIDUAL_VARIANCE = "σ² = RSS / (M - k)"


@dataclass(frozen=True, eq=False)
class NormalReturnFit:
    """A model fitted to every event of a panel; rows are the panel's events.

    Attributes
    ----------
    model
        Name of the model.
    params, param_names
        Coefficients, shape (N, k), and their names; a constant is ``"alpha"``.
    xtx_inv
        (X'X)^-1 of shape (N, k, k); times ``sigma2`` it is the covariance of the coefficients.
    sigma2
        Residual variance RSS / (M - k), shape (N,).
    df_resid, n_obs
        M - k and M, the usable estimation days of the event, shape (N,).
    resid_est
        Estimation residuals, shape (N, L1); NaN where an observation is missing.
    expected
        Normal returns over the event window, shape (N, L2), as returns (not excess returns).
    covariance
        Covariance of the prediction errors, shape (N, L2, L2); of a regression
        sigma2 (I + X*(X'X)^-1 X*').
    problems
        One `FitProblem` per event. Where there is one, every number of the event is NaN.
    scale_est
        Standard deviation of each estimation residual over sigma, shape (N, L1), where the model
        gives the days different variances; None where all are 1.
    """

    model: str
    params: FloatArray
    param_names: tuple[str, ...]
    xtx_inv: FloatArray
    sigma2: FloatArray
    df_resid: IntArray
    n_obs: IntArray
    resid_est: FloatArray
    expected: FloatArray
    covariance: FloatArray
    problems: tuple[FitProblem, ...]
    scale_est: FloatArray | None = None

    def __post_init__(self) -> None:
        for name, values in vars(self).items():
            if isinstance(values, np.ndarray):
                values = values.view()
                values.flags.writeable = False
                object.__setattr__(self, name, values)

    def __len__(self) -> int:
        return len(self.sigma2)

    def __repr__(self) -> str:
        return f"<NormalReturnFit: {self.model}, {int(self.estimated.sum())} of {len(self)} events>"

    def take(self, events: ArrayLike) -> NormalReturnFit:
        """Return the fits of some of the events, by positions or by a mask."""
        rows = chosen_rows(events, len(self))
        per_event: dict[str, Any] = {
            name: values[rows]
            for name, values in vars(self).items()
            if isinstance(values, np.ndarray)
        }
        return replace(self, problems=tuple(self.problems[i] for i in rows), **per_event)

    @property
    def estimated(self) -> BoolArray:
        """True where the event has estimates, shape (N,)."""
        return np.array([not problem for problem in self.problems], dtype=bool)


class NormalReturnModel(Protocol):
    """What every model offers."""

    @property
    def name(self) -> str:
        """The word a study file uses."""
        ...

    @property
    def label(self) -> str:
        """The words a report uses."""
        ...

    @property
    def reference(self) -> str:
        """Author and year."""
        ...

    @property
    def needs_risk_free(self) -> bool:
        """Whether the panel must carry ``rf_est`` and ``rf_evt``."""
        ...

    @property
    def single_sessions(self) -> bool:
        """Whether every return must span one session, which trade-to-trade returns do not."""
        ...

    @property
    def shifts(self) -> tuple[int, ...]:
        """Sessions by which the panel must carry the benchmark shifted; -1 is the day before."""
        ...

    @property
    def donors(self) -> tuple[str, ...]:
        """Securities whose returns the panel must carry as its pool."""
        ...

    def regressors(self, benchmark: str) -> tuple[str, ...]:
        """Return the names of the regressors the panel must carry, in order."""
        ...

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the model's equations as a report writes them."""
        ...

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit the model to every event of the panel."""
        ...


class PlainModel:
    """What most models have in common: regressors of the same day and no pool of donors."""

    single_sessions: ClassVar[bool] = False

    @property
    def shifts(self) -> tuple[int, ...]:
        """None."""
        return ()

    @property
    def donors(self) -> tuple[str, ...]:
        """None."""
        return ()


class MarketRegressor(PlainModel):
    """What the models of one benchmark have in common; it is the panel's first regressor."""

    needs_risk_free: ClassVar[bool] = False

    def regressors(self, benchmark: str) -> tuple[str, ...]:
        """Return the benchmark."""
        return (benchmark,)


def regression_formulas(names: Sequence[str], left: str = "R") -> tuple[str, ...]:
    """Return the equation of a regression on ``names`` and its residual variance.

    >>> regression_formulas(["SPY"])[0]
    'R = α + β1·SPY + ε'
    """
    terms = ["α", *(f"β{i}·{name}" for i, name in enumerate(names, start=1)), "ε"]
    return f"{left} = {' + '.join(terms)}", RESIDUAL_VARIANCE


def first_regressor(panel: EventPanel, label: str) -> int:
    """Return the column of the benchmark; raise `EstimationError` when there is none."""
    if not panel.regressors:
        raise EstimationError(
            f"The {label} needs the benchmark's returns, and the panel has no regressor; name a "
            "benchmark."
        )
    return 0


def named_regressors(panel: EventPanel, names: Sequence[str], label: str) -> tuple[int, ...]:
    """Return the columns of ``names``; raise `EstimationError` when the panel lacks one."""
    absent = [name for name in names if name not in panel.regressors]
    if absent:
        raise EstimationError(
            f"The {label} needs the regressors {', '.join(absent)}, but the panel has "
            f"{', '.join(panel.regressors) or 'none'}; give a factor table that has them.",
            absent=absent,
        )
    return tuple(panel.regressors.index(name) for name in names)


def linear_fit(
    panel: EventPanel,
    name: str,
    columns: tuple[int, ...],
    *,
    base: tuple[FloatArray, FloatArray] | None = None,
    intercept: bool = True,
) -> NormalReturnFit:
    """Fit least squares of the returns above ``base`` on the panel's ``columns``.

    Where returns span several sessions (trade-to-trade), the return over n sessions has the
    constant n·alpha and the variance n·sigma2, so every equation is divided by the root of n
    (Maynes and Rumsey 1993); sigma2 is then the variance of one session.
    """
    names = (("alpha",) if intercept else ()) + tuple(panel.regressors[c] for c in columns)
    x_est, x_evt = (_columns(x, columns) for x in (panel.x_est, panel.x_evt))
    y = panel.r_est if base is None else panel.r_est - base[0]
    if panel.span_est is None or panel.span_evt is None:
        regression = least_squares(y, x_est, intercept=intercept)
        return prediction(name, names, regression, panel.r_est, (x_est, x_evt), base=base)
    spans = panel.span_est, panel.span_evt
    if intercept:
        x_est, x_evt = (
            np.concatenate([span[:, :, None], x], axis=2)
            for span, x in zip(spans, (x_est, x_evt), strict=True)
        )
    roots = np.sqrt(spans[0]), np.sqrt(spans[1])
    regression = least_squares(y / roots[0], x_est / roots[0][:, :, None], intercept=False)
    return prediction(name, names, regression, panel.r_est, (x_est, x_evt), base=base, roots=roots)


def prediction(
    name: str,
    param_names: tuple[str, ...],
    regression: LeastSquares,
    r: FloatArray,
    regressors: tuple[FloatArray, FloatArray],
    *,
    base: tuple[FloatArray, FloatArray] | None = None,
    roots: tuple[FloatArray, FloatArray] | None = None,
) -> NormalReturnFit:
    """Turn regressions into normal returns with the covariance of their prediction errors.

    Residuals are returns less normal returns, by the same arithmetic as abnormal returns.

    Parameters
    ----------
    regression
        N regressions over the estimation window; k is the number of their coefficients.
    r
        Returns of the estimation window, shape (N, L1); NaN where none was used.
    regressors
        Those of estimation window and event window without the constant of the regression, shapes
        (N, L1, K) and (N, L2, K).
    base
        What the regression's left side was taken in excess of, in both windows.
    roots
        What every equation was divided by, in both windows.
    """
    normal, expected = (
        fitted_values(regression.params, x, intercept=regression.intercept) for x in regressors
    )
    if base is not None:
        normal += base[0]
        expected += base[1]
    resid = r - normal
    left = np.where(np.isfinite(resid), r if base is None else r - base[0], 0.0)
    x_evt = regressors[1]
    if roots is not None:
        left = np.where(left == 0.0, 0.0, left / roots[0])
        x_evt = x_evt / roots[1][:, :, None]
    df = regression.n_obs - regression.params.shape[1]
    flat = regression.rss <= ROUNDING * np.einsum("nl,nl->n", left, left)
    problem = np.select([df < 1, regression.deficient, flat], [1, 2, 3], 0)
    void = problem > 0
    sigma2 = np.where(void, np.nan, regression.rss / np.maximum(df, 1))
    covariance = np.empty((*expected.shape, expected.shape[1]))
    for rows in row_blocks(len(covariance), expected.shape[1] ** 2):
        covariance[rows] = forecast_covariance(regression, sigma2, x_evt, rows)
        if roots is not None:
            covariance[rows] *= roots[1][rows, :, None] * roots[1][rows, None, :]
    resid[void] = expected[void] = np.nan
    return NormalReturnFit(
        model=name,
        params=np.where(void[:, None], np.nan, regression.params),
        param_names=param_names,
        xtx_inv=np.where(void[:, None, None], np.nan, regression.xtx_inverse()),
        sigma2=sigma2,
        df_resid=df,
        n_obs=regression.n_obs,
        resid_est=resid,
        expected=expected,
        covariance=covariance,
        problems=tuple(PROBLEMS[i] for i in problem),
        scale_est=None if roots is None else roots[0],
    )


def _columns(x: FloatArray, columns: tuple[int, ...]) -> FloatArray:
    """Pick regressors without copying them when all are wanted in order."""
    return x if columns == tuple(range(x.shape[2])) else x[:, :, columns]
