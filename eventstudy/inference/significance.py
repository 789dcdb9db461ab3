"""What a test of significance is, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.inference.distributions import Distribution, StudentT


@dataclass(frozen=True, slots=True)
class SignificanceResult:
    """The answer of one test on one window.

    Attributes
    ----------
    name, label
        Short name and full name of the test.
    null
        The null hypothesis in words.
    statistic, p_value
        The statistic, and its two-sided p value from the survival function of ``distribution``;
        both NaN when the test cannot be computed, and then ``note`` says why.
    df
        Degrees of freedom, or None where the distribution has none.
    distribution
        The distribution of the statistic under the null; its ``sf`` gives one-sided p values.
    window
        First and last relative day.
    n_events
        Events that entered: those with at least one abnormal return in the window.
    reference
        Author and year.
    note
        Why there is no statistic, or what to keep in mind; empty when there is nothing to say.
    facts
        Figures that the test rests on, such as ``r_bar``.
    """

    name: str
    label: str
    null: str
    statistic: float
    p_value: float
    df: float | None
    distribution: Distribution
    window: Window
    n_events: int
    reference: str
    note: str = ""
    facts: Mapping[str, float] = field(default_factory=dict)


class Described(Protocol):
    """The words of a test."""

    @property
    def name(self) -> str:
        """Short name."""
        ...

    @property
    def label(self) -> str:
        """Full name."""
        ...

    @property
    def null(self) -> str:
        """The null hypothesis in words."""
        ...

    @property
    def reference(self) -> str:
        """Author and year."""
        ...


class SignificanceTest(Described, Protocol):
    """What every test offers."""

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window, in order."""
        ...


def tabulate(
    test: Described,
    windows: Sequence[Window],
    statistic: NDArray[np.float64],
    n_events: NDArray[np.int64],
    distributions: Sequence[Distribution],
    notes: Sequence[str],
    facts: Mapping[str, NDArray[Any]] | None = None,
) -> list[SignificanceResult]:
    """Return one result per window from arrays of shape (W,)."""
    facts = facts or {}
    return [
        SignificanceResult(
            name=test.name,
            label=test.label,
            null=test.null,
            statistic=value if math.isfinite(value) else math.nan,
            p_value=distribution.p_value(value) if math.isfinite(value) else math.nan,
            df=distribution.df,
            distribution=distribution,
            window=window,
            n_events=int(n),
            reference=test.reference,
            note=note,
            facts={key: float(values[w]) for key, values in facts.items()},
        )
        for w, (window, value, n, distribution, note) in enumerate(
            zip(windows, statistic.tolist(), n_events, distributions, notes, strict=True)
        )
    ]


def sample_note(n: int, deviation: float, what: str, least: int = 2) -> str:
    """Return why ``n`` values of ``what`` allow no test across events; empty when they do."""
    if n < least:
        there = {0: "there is none", 1: "there is one"}.get(n, f"there are {n}")
        return f"needs at least {least} events with an abnormal return in the window; {there}"
    if not deviation > 0.0:
        return f"the {what} of all {n} events are equal, so they have no variance"
    return ""


def ratio(top: NDArray[Any], bottom: NDArray[Any]) -> NDArray[np.float64]:
    """Divide; NaN where the divisor is zero, negative or missing."""
    out = np.full(np.shape(top), np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0.0)
    return out


def students(n: NDArray[np.int64]) -> list[StudentT]:
    """Return t(n - 1) for every count."""
    return [StudentT(float(max(count - 1, 0))) for count in n]
