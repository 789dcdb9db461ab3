"""What makes reactions differ: CAR regressed on groups and on figures of the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eventstudy.errors import InputError
from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.inference.clustered import date_codes, firm_codes
from eventstudy.inference.distributions import StudentT

FloatArray = NDArray[np.float64]
#: ``HC3`` allows each event its own variance; the others let events of one date, of one firm, or of
#: either be correlated.
Errors = Literal["HC3", "date", "firm", "two-way"]
Weights = Literal["equal", "precision"]

_REFERENCES = {
    "HC3": "MacKinnon and White (1985)",
    "date": "Liang and Zeger (1986); Cameron and Miller (2015)",
    "firm": "Liang and Zeger (1986); Cameron and Miller (2015)",
    "two-way": "Cameron, Gelbach and Miller (2011)",
}
CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient of a regression of CAR.

    Attributes
    ----------
    name
        ``constant``, a group (against the baseline), a covariate, or ``group x covariate``.
    estimate, standard_error, statistic, p_value, df
        In CAR per unit of the covariate; two-sided against t(df).
    null
        The null hypothesis in words.
    """

    name: str
    estimate: float
    standard_error: float
    statistic: float
    p_value: float
    df: float
    null: str


@dataclass(frozen=True, slots=True)
class CarRegression:
    """The regression of one window's CAR.

    Attributes
    ----------
    window
        First and last relative day.
    coefficients
        In the order of the columns; empty when nothing could be estimated, and ``note`` says why.
    n_events, n_left_out
        Events used, and events without CAR or with a missing covariate.
    r_squared
        Share of the (weighted) variance explained.
    errors, weights, reference
        How standard errors and weights were chosen, and by whom the former.
    note
        Why there is no result.
    """

    window: Window
    coefficients: tuple[Coefficient, ...]
    n_events: int
    n_left_out: int
    r_squared: float
    errors: Errors
    weights: Weights
    reference: str
    note: str = ""

    def __getitem__(self, name: str) -> Coefficient:
        """Return the coefficient called ``name``."""
        for coefficient in self.coefficients:
            if coefficient.name == name:
                return coefficient
        known = ", ".join(coefficient.name for coefficient in self.coefficients) or "none"
        raise InputError(f"There is no coefficient {name!r}; there are {known}.", name=name)


def regress_cars(
    abnormal: AbnormalReturns,
    windows: Sequence[Window],
    covariates: Mapping[str, ArrayLike] | None = None,
    *,
    groups: Sequence[str] | None = None,
    interact: bool = False,
    errors: Errors = "HC3",
    weights: Weights = "equal",
) -> tuple[CarRegression, ...]:
    """Regress the CAR of every window on groups and covariates (statsmodels).

    Parameters
    ----------
    abnormal
        Abnormal returns of N events.
    windows
        First and last relative days.
    covariates
        Name to one figure per event, shape (N,), such as the size of a cut; an event with NaN is
        left out and counted.
    groups
        One group per event, N in all. Every group but the most frequent one, the baseline, gets a
        dummy, whose coefficient is the difference of its average CAR to the baseline's.
    interact
        Also multiply every dummy with every covariate; the covariates are then taken about their
        mean, so that the dummies stay differences at an average event.
    errors
        Standard errors, see `Errors`; df is n - k for HC3, clusters less one for the others.
    weights
        ``precision`` weighs every event by one over the variance of its CAR's prediction error.

    Raises
    ------
    InputError
        If a covariate or ``groups`` does not have one value per event.
    WindowError
        If a window lies outside the event window.
    """
    names, X = design(len(abnormal), covariates or {}, groups, interact=interact)
    over = abnormal.over(windows)
    clusters = {"date": [date_codes(abnormal)], "firm": [firm_codes(abnormal)]}
    clusters |= {"HC3": [], "two-way": [*clusters["date"], *clusters["firm"]]}
    found = []
    for w, window in enumerate(over.windows):
        use = np.isfinite(over.car[:, w]) & np.isfinite(X).all(axis=1)
        y = over.car[use, w]
        scale = 1.0 / over.variance[use, w] if weights == "precision" else np.ones(len(y))
        codes = [code[use] for code in clusters[errors]]
        coefficients, r_squared, note = _fit(y, X[use], scale, codes, names)
        found.append(
            CarRegression(
                window, coefficients, len(y), len(abnormal) - len(y), r_squared, errors, weights,
                _REFERENCES[errors], note,
            )
        )  # fmt: skip
    return tuple(found)


def design(
    n: int,
    covariates: Mapping[str, ArrayLike],
    groups: Sequence[str] | None = None,
    *,
    interact: bool = False,
) -> tuple[tuple[str, ...], FloatArray]:
    """Return the names and columns of a regression on groups and covariates, shape (n, k)."""
    columns: dict[str, FloatArray] = {CONSTANT: np.ones(n)}
    dummies: dict[str, FloatArray] = {}
    if groups is not None:
        if len(groups) != n:
            raise InputError(
                f"There are {len(groups)} groups for {n} events; give one per event.", n=n
            )
        labels, counts = np.unique(np.asarray(groups, dtype=str), return_counts=True)
        baseline = labels[int(counts.argmax())] if n else ""
        dummies = {
            str(label): (np.asarray(groups, dtype=str) == label).astype(np.float64)
            for label in labels
            if label != baseline
        }
    figures: dict[str, FloatArray] = {}
    for name, values in covariates.items():
        figure = np.asarray(values, dtype=np.float64)
        if figure.shape != (n,):
            raise InputError(
                f"The covariate {name!r} has shape {figure.shape} for {n} events; give one number "
                "per event, NaN where it is not known.",
                name=name,
            )
        there = np.isfinite(figure)
        centre = figure[there].mean() if interact and there.any() else 0.0
        figures[name] = figure - centre
    columns |= dummies | figures
    if interact:
        columns |= {
            f"{group} x {name}": dummy * figure
            for group, dummy in dummies.items()
            for name, figure in figures.items()
        }
    return tuple(columns), np.column_stack(list(columns.values()))


def _fit(
    y: FloatArray,
    X: FloatArray,
    weights: FloatArray,
    clusters: Sequence[NDArray[np.int64]],
    names: Sequence[str],
) -> tuple[tuple[Coefficient, ...], float, str]:
    import statsmodels.api as sm

    n, k = X.shape
    if n <= k:
        return (), np.nan, f"{n} events are too few for {k} coefficients"
    if np.linalg.matrix_rank(X) < k:
        return (), np.nan, "the columns depend on each other or do not vary among these events"
    fewest = min((len(np.unique(codes)) for codes in clusters), default=n)
    if fewest < 2:
        return (), np.nan, "all events are in one cluster"
    model = sm.WLS(y, X, weights=weights)
    fitted: Any
    if clusters:
        groups = clusters[0] if len(clusters) == 1 else np.column_stack(clusters)
        fitted = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
    else:
        fitted = model.fit(cov_type="HC3")
    variance = np.diagonal(fitted.cov_params())
    if not (variance > 0.0).all():
        return (), np.nan, "the variance of a coefficient is not positive"
    df = float(fewest - 1 if clusters else n - k)
    t = fitted.params / np.sqrt(variance)
    coefficients = tuple(
        Coefficient(
            name, float(estimate), float(error), float(value), StudentT(df).p_value(float(value)),
            df, _null(name),
        )
        for name, estimate, error, value in zip(
            names, fitted.params, np.sqrt(variance), t, strict=True
        )
    )  # fmt: skip
    return coefficients, float(fitted.rsquared), ""


def _null(name: str) -> str:
    if name == CONSTANT:
        return "the cumulative abnormal return is zero on average where all other columns are zero"
    if " x " in name:
        group, covariate = name.split(" x ", 1)
        return f"{covariate} matters for {group} as it does for the baseline"
    return f"{name} makes no difference to the cumulative abnormal return"
