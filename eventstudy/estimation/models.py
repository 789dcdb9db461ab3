"""Normal-return models: what a security would have returned without the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from eventstudy.errors import EstimationError, SpecificationError
from eventstudy.estimation.betas import (
    BlumeBeta,
    Dimson,
    RollingBeta,
    ScholesWilliams,
    VasicekBeta,
)
from eventstudy.estimation.conditional import GarchMarketModel
from eventstudy.estimation.fits import (
    PROBLEMS,
    RESIDUAL_VARIANCE,
    FitProblem,
    MarketRegressor,
    NormalReturnFit,
    NormalReturnModel,
    PlainModel,
    first_regressor,
    linear_fit,
    named_regressors,
    regression_formulas,
)
from eventstudy.estimation.panel import EventPanel

__all__ = [
    "MODELS",
    "PROBLEMS",
    "ConstantMean",
    "FactorModel",
    "FitProblem",
    "MarketAdjusted",
    "MarketModel",
    "MeanMarketAdjusted",
    "MultiBenchmark",
    "NormalReturnFit",
    "NormalReturnModel",
    "fit",
    "model_by_name",
]


@dataclass(frozen=True)
class ConstantMean(PlainModel):
    """A constant: the security's own mean return (k = 1)."""

    name: ClassVar[str] = "constant_mean"
    label: ClassVar[str] = "constant mean return"
    reference: ClassVar[str] = "Brown and Warner (1980)"
    needs_risk_free: ClassVar[bool] = False

    def regressors(self, benchmark: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return no name."""
        return ()

    def formulas(self, benchmark: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return the equation and the residual variance."""
        return regression_formulas(())

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit the mean of every event."""
        return linear_fit(panel, self.name, ())


@dataclass(frozen=True)
class MarketAdjusted(MarketRegressor):
    """The benchmark's return itself (k = 0): alpha 0 and beta 1 by assumption.

    Nothing is estimated, so the variance is the mean squared difference over the M estimation
    days, about zero and not about its mean, with M degrees of freedom (MacKinlay 1997). The
    benchmark is the panel's first regressor.
    """

    name: ClassVar[str] = "market_adjusted"
    label: ClassVar[str] = "market-adjusted return"
    reference: ClassVar[str] = "Brown and Warner (1980)"

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equation and the residual variance."""
        return f"R = {benchmark} + ε", RESIDUAL_VARIANCE

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Subtract the benchmark from every event's returns."""
        market = first_regressor(panel, self.label)
        return linear_fit(
            panel, self.name, (),
            base=(panel.x_est[:, :, market], panel.x_evt[:, :, market]), intercept=False,
        )  # fmt: skip


@dataclass(frozen=True)
class MeanMarketAdjusted(MarketRegressor):
    """The benchmark plus the security's own mean difference to it (k = 1): beta 1, alpha free.

    For volume and volatility, whose level differs between securities (Campbell and Wasley 1996),
    and for returns where beta is no guide but the drift is.
    """

    name: ClassVar[str] = "mean_market_adjusted"
    label: ClassVar[str] = "market-adjusted with its own mean"
    reference: ClassVar[str] = "Campbell and Wasley (1996)"

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equation and the residual variance."""
        return f"R = α + {benchmark} + ε", RESIDUAL_VARIANCE

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Fit the mean difference of every event."""
        market = first_regressor(panel, self.label)
        base = panel.x_est[:, :, market], panel.x_evt[:, :, market]
        return linear_fit(panel, self.name, (), base=base)


@dataclass(frozen=True)
class MarketModel(MarketRegressor):
    """A regression on the benchmark (k = 2): the panel's first regressor."""

    name: ClassVar[str] = "market_model"
    label: ClassVar[str] = "market model"
    reference: ClassVar[str] = "MacKinlay (1997)"

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equation and the residual variance."""
        return regression_formulas((benchmark,))

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Regress every event's returns on the benchmark's."""
        return linear_fit(panel, self.name, (first_regressor(panel, self.label),))


@dataclass(frozen=True)
class MultiBenchmark(PlainModel):
    """A regression on the benchmark and further ones: a sector, peers (k = 2 + their number).

    The benchmark is the panel's first regressor. A security that is its own peer leaves nothing to
    explain and has the problem "zero variance".
    """

    benchmarks: tuple[str, ...]
    name: ClassVar[str] = "multi_benchmark"
    label: ClassVar[str] = "market model with several benchmarks"
    reference: ClassVar[str] = "MacKinlay (1997)"
    needs_risk_free: ClassVar[bool] = False

    def __post_init__(self) -> None:
        benchmarks = tuple(self.benchmarks)
        if not benchmarks or len(set(benchmarks)) < len(benchmarks):
            raise SpecificationError(
                f"A model of several benchmarks has the further benchmarks {list(benchmarks)}; "
                "name at least one, each once.",
                benchmarks=benchmarks,
            )
        object.__setattr__(self, "benchmarks", benchmarks)

    def regressors(self, benchmark: str) -> tuple[str, ...]:
        """Return the benchmark and the further ones."""
        return (benchmark, *self.benchmarks)

    def formulas(self, benchmark: str) -> tuple[str, ...]:
        """Return the equation and the residual variance."""
        return regression_formulas(self.regressors(benchmark))

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Regress every event's returns on all benchmarks."""
        columns = named_regressors(panel, self.benchmarks, self.label)
        return linear_fit(panel, self.name, (first_regressor(panel, self.label), *columns))


@dataclass(frozen=True)
class FactorModel(PlainModel):
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

    def formulas(self, benchmark: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return the equation and the residual variance."""
        return regression_formulas(self.factors, "R - rf" if self.excess else "R")

    def estimate(self, panel: EventPanel) -> NormalReturnFit:
        """Regress every event's returns on the factors."""
        columns = named_regressors(panel, self.factors, self.label)
        if not self.excess:
            return linear_fit(panel, self.name, columns)
        if panel.rf_est is None or panel.rf_evt is None:
            raise EstimationError(
                f"The {self.label} needs the risk-free return, and the panel has none; give a "
                "factor table with a column rf, or a model without excess returns."
            )
        return linear_fit(panel, self.name, columns, base=(panel.rf_est, panel.rf_evt))


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
            MeanMarketAdjusted(),
            MarketModel(),
            ScholesWilliams(),
            Dimson(),
            BlumeBeta(),
            VasicekBeta(),
            RollingBeta(),
            GarchMarketModel("garch"),
            GarchMarketModel("egarch"),
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
    if model.single_sessions and panel.span_est is not None:
        raise EstimationError(
            f"The {model.label} needs returns over one session each, and this panel has "
            'trade-to-trade returns; set [prices] missing to "complete" or "available".'
        )
    return model.estimate(panel)
