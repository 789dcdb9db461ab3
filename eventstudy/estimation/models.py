"""Normal-return models: what a security would have returned without the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar, Literal, Protocol, get_args

import numpy as np
from numpy.typing import ArrayLike

from eventstudy.errors import EstimationError, SpecificationError
from eventstudy.estimation.kernels import (
    ROUNDING,
    BoolArray,
    FloatArray,
    IntArray,
    chosen_rows,
    forecast_covariance,
    least_squares,
    row_blocks,
)
from eventstudy.estimation.panel import EventPanel

#: Why an event has no estimates; empty when it has.
FitProblem = Literal["", "too few observations", "collinear regressors", "zero variance"]
PROBLEMS: tuple[FitProblem, ...] = get_args(FitProblem)


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
        Covariance of the prediction errors, sigma2 (I + X*(X'X)^-1 X*'), shape (N, L2, L2).
    problems
        One `FitProblem` per event. Where there is one, every number of the event is NaN.
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
        per_event = {
            name: getattr(self, name)[rows]
            for name in (
                "params", "xtx_inv", "sigma2", "df_resid", "n_obs", "resid_est", "expected",
                "covariance",
            )
        }  # fmt: skip
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

    def regressors(self, benchmark: str) -> tuple[str, ...]:
        """Return the names of the regressors the panel must carry, in order."""
        ...

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit the model to every event of the panel."""
        ...


@dataclass(frozen=True)
class ConstantMean:
    """A constant: the security's own mean return (k = 1)."""

    name: ClassVar[str] = "constant_mean"
    label: ClassVar[str] = "constant mean return"
    reference: ClassVar[str] = "Brown and Warner (1980)"
    needs_risk_free: ClassVar[bool] = False

    def regressors(self, benchmark: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return no name."""
        return ()

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit the mean of every event."""
        return _linear(panel, self.name, ())


@dataclass(frozen=True)
class MarketAdjusted:
    """The benchmark's return itself (k = 0): alpha 0 and beta 1 by assumption.

    Nothing is estimated, so the variance is the mean squared difference over the M estimation
    days, about zero and not about its mean, with M degrees of freedom (MacKinlay 1997). The
    benchmark is the panel's first regressor.
    """

    name: ClassVar[str] = "market_adjusted"
    label: ClassVar[str] = "market-adjusted return"
    reference: ClassVar[str] = "Brown and Warner (1980)"
    needs_risk_free: ClassVar[bool] = False

    def regressors(self, benchmark: str) -> tuple[str, ...]:
        """Return the benchmark."""
        return (benchmark,)

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Subtract the benchmark from every event's returns."""
        market = _first_regressor(panel, self.label)
        return _linear(
            panel, self.name, (),
            base=(panel.x_est[:, :, market], panel.x_evt[:, :, market]), intercept=False,
        )  # fmt: skip


@dataclass(frozen=True)
class MarketModel:
    """A regression on the benchmark (k = 2): the panel's first regressor."""

    name: ClassVar[str] = "market_model"
    label: ClassVar[str] = "market model"
    reference: ClassVar[str] = "MacKinlay (1997)"
    needs_risk_free: ClassVar[bool] = False

    def regressors(self, benchmark: str) -> tuple[str, ...]:
        """Return the benchmark."""
        return (benchmark,)

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Regress every event's returns on the benchmark's."""
        return _linear(panel, self.name, (_first_regressor(panel, self.label),))


@dataclass(frozen=True)
class FactorModel:
    """A regression on named factors (k = 1 + number of factors).

    Parameters
    ----------
    factors
        Names of the panel's regressors, in order; any list.
    excess
        Regress the return in excess of the risk-free return, as the Fama-French family asks. The
        factors must then be excess returns themselves. `NormalReturnFit.expected` has the
        risk-free return added back.
    name, label, reference
        How it is called.
    """

    factors: tuple[str, ...]
    excess: bool = True
    name: str = "factors"
    label: str = "factor model"
    reference: str = ""

    def __post_init__(self) -> None:
        factors = tuple(self.factors)
        if not factors or len(set(factors)) < len(factors):
            raise SpecificationError(
                f"A factor model has the factors {list(factors)}; name at least one, each once.",
                factors=factors,
            )
        object.__setattr__(self, "factors", factors)

    @property
    def needs_risk_free(self) -> bool:
        """True with ``excess``."""
        return self.excess

    def regressors(self, benchmark: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return the factors."""
        return self.factors

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Regress every event's returns on the factors."""
        absent = [factor for factor in self.factors if factor not in panel.regressors]
        if absent:
            raise EstimationError(
                f"The {self.label} needs the regressors {', '.join(absent)}, but the panel has "
                f"{', '.join(panel.regressors) or 'none'}; give a factor table that has them.",
                absent=absent,
            )
        columns = tuple(panel.regressors.index(factor) for factor in self.factors)
        if not self.excess:
            return _linear(panel, self.name, columns)
        if panel.rf_est is None or panel.rf_evt is None:
            raise EstimationError(
                f"The {self.label} needs the risk-free return, and the panel has none; give a "
                "factor table with a column rf, or a model without excess returns."
            )
        return _linear(panel, self.name, columns, base=(panel.rf_est, panel.rf_evt))


def _factor_model(name: str, label: str, reference: str, *factors: str) -> FactorModel:
    return FactorModel(factors, excess=True, name=name, label=label, reference=reference)


_FF3 = ("mkt_rf", "smb", "hml")
_FF5 = (*_FF3, "rmw", "cma")
#: Every model with a name of its own, in the order in which they are listed.
MODELS: Mapping[str, NormalReturnModel] = MappingProxyType(
    {
        model.name: model
        for model in (
            ConstantMean(),
            MarketAdjusted(),
            MarketModel(),
            _factor_model("capm", "CAPM", "Sharpe (1964)", "mkt_rf"),
            _factor_model("ff3", "Fama-French three factors", "Fama and French (1993)", *_FF3),
            _factor_model("carhart4", "Carhart four factors", "Carhart (1997)", *_FF3, "mom"),
            _factor_model("ff5", "Fama-French five factors", "Fama and French (2015)", *_FF5),
            _factor_model(
                "ff6", "Fama-French five factors and momentum", "Fama and French (2018)",
                *_FF5, "mom",
            ),
        )
    }
)  # fmt: skip


def model_by_name(name: str) -> NormalReturnModel:
    """Return the model called ``name``; hyphens, spaces and capitals do not matter.

    >>> model_by_name("Market model").regressors("SPY")
    ('SPY',)
    """
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key not in MODELS:
        raise SpecificationError(
            f"There is no normal-return model {name!r}; choose one of {', '.join(MODELS)}.",
            name=name,
        )
    return MODELS[key]


def fit(panel: EventPanel, model: NormalReturnModel) -> NormalReturnFit:
    """Fit ``model`` to every event of ``panel``.

    An event that cannot be estimated (no degree of freedom left, collinear regressors, a residual
    variance of zero) has NaN and a word in `NormalReturnFit.problems`; it stops nothing.

    Raises
    ------
    EstimationError
        If the panel has no event or lacks what the model needs.
    """
    if not len(panel):
        raise EstimationError("The panel has no event, so there is nothing to estimate.")
    return model.estimate(panel)


def _first_regressor(panel: EventPanel, label: str) -> int:
    if not panel.regressors:
        raise EstimationError(
            f"The {label} needs the benchmark's returns, and the panel has no regressor; name a "
            "benchmark."
        )
    return 0


def _linear(
    panel: EventPanel,
    name: str,
    columns: tuple[int, ...],
    *,
    base: tuple[FloatArray, FloatArray] | None = None,
    intercept: bool = True,
) -> NormalReturnFit:
    """Fit least squares of the returns above ``base`` on the panel's ``columns``."""
    x_est, x_evt = (_columns(x, columns) for x in (panel.x_est, panel.x_evt))
    y = panel.r_est if base is None else panel.r_est - base[0]
    regression = least_squares(y, x_est, intercept=intercept)
    k = regression.params.shape[1]
    df = regression.n_obs - k
    used = np.where(np.isfinite(regression.resid), y, 0.0)
    flat = regression.rss <= ROUNDING * np.einsum("nl,nl->n", used, used)
    problem = np.select([df < 1, regression.deficient, flat], [1, 2, 3], 0)
    void = problem > 0
    sigma2 = np.where(void, np.nan, regression.rss / np.maximum(df, 1))
    params = np.where(void[:, None], np.nan, regression.params)
    slopes = params[:, 1:] if intercept else params
    expected = np.einsum("nlk,nk->nl", x_evt, slopes)
    if intercept:
        expected += params[:, :1]
    if base is not None:
        expected += base[1]
    covariance = np.empty((*expected.shape, expected.shape[1]))
    for rows in row_blocks(len(covariance), expected.shape[1] ** 2):
        covariance[rows] = forecast_covariance(regression, sigma2, x_evt, rows)
    return NormalReturnFit(
        model=name,
        params=params,
        param_names=(("alpha",) if intercept else ()) + tuple(panel.regressors[c] for c in columns),
        xtx_inv=np.where(void[:, None, None], np.nan, regression.xtx_inverse()),
        sigma2=sigma2,
        df_resid=df,
        n_obs=regression.n_obs,
        resid_est=np.where(void[:, None], np.nan, regression.resid),
        expected=np.where(void[:, None], np.nan, expected),
        covariance=covariance,
        problems=tuple(PROBLEMS[i] for i in problem),
    )


def _columns(x: FloatArray, columns: tuple[int, ...]) -> FloatArray:
    """Pick regressors without copying them when all are wanted in order."""
    return x if columns == tuple(range(x.shape[2])) else x[:, :, columns]
