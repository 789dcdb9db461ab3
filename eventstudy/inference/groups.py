"""Whether two groups of events react differently."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import midranks, moments
from eventstudy.inference.distributions import Distribution, Normal, RankSum, StudentT
from eventstudy.inference.significance import (
    SignificanceResult,
    ratio,
    tabulate,
)

FloatArray = NDArray[np.float64]
#: Groups of at most this many events are compared by the exact distribution.
EXACT = 8


@dataclass(frozen=True)
class _Comparison:
    name: str
    label: str
    null: str
    reference: str


def compare_groups(
    first: AbnormalReturns,
    second: AbnormalReturns,
    windows: Sequence[Window],
    names: tuple[str, str] = ("first", "second"),
) -> tuple[SignificanceResult, ...]:
    """Test per window whether the CAR of two groups differ.

    Welch's (1947) t test asks about the averages, without equal variances; Mann and Whitney's
    (1947) U test about the ranks. The statistic of the latter is U of the first group, exact where
    neither group exceeds `EXACT` events and nothing is tied, otherwise its normal score with the
    correction for ties and for continuity. Both assume independent events.

    Parameters
    ----------
    first, second
        Abnormal returns of the groups, as `AbnormalReturns.take` gives them.
    windows
        First and last relative days.
    names
        What the groups are called in the null hypotheses.

    Returns
    -------
    tuple of SignificanceResult
        The results of Welch's test for all windows, then those of Mann and Whitney's. Their
        ``facts`` hold ``n_first``, ``n_second`` and the ``difference`` of the averages (Welch), or
        ``u`` of the first group (Mann and Whitney).
    """
    one, other = first.over(windows), second.over(windows)
    return (
        *_welch(one.car, other.car, one.windows, names),
        *_mann_whitney(one.car, other.car, one.windows, names),
    )


def _welch(
    one: FloatArray, other: FloatArray, windows: Sequence[Window], names: tuple[str, str]
) -> list[SignificanceResult]:
    test = _Comparison(
        "Welch t",
        "Difference of averages (Welch)",
        f"the average cumulative abnormal returns of {names[0]} and {names[1]} are equal",
        "Welch (1947)",
    )
    (n, mean, deviation), (m, mean_2, deviation_2) = moments(one), moments(other)
    a = deviation**2 / np.maximum(n, 1)
    b = deviation_2**2 / np.maximum(m, 1)
    difference = mean - mean_2
    statistic = ratio(difference, np.sqrt(a + b))
    weights = a**2 / np.maximum(n - 1, 1) + b**2 / np.maximum(m - 1, 1)
    df = ratio((a + b) ** 2, weights)
    notes = [
        _group_note(n_1, n_2, names, least=2)
        or ("" if spread > 0.0 else "the abnormal returns of both groups have no variance")
        for n_1, n_2, spread in zip(n, m, a + b, strict=True)
    ]
    facts = {"n_first": n.astype(float), "n_second": m.astype(float), "difference": difference}
    distributions = [StudentT(float(value)) for value in df]
    return tabulate(test, windows, statistic, n + m, distributions, notes, facts)


def _mann_whitney(
    one: FloatArray, other: FloatArray, windows: Sequence[Window], names: tuple[str, str]
) -> list[SignificanceResult]:
    test = _Comparison(
        "Mann-Whitney",
        "Difference of ranks (Mann and Whitney)",
        f"cumulative abnormal returns of {names[0]} and {names[1]} are drawn from one distribution",
        "Mann and Whitney (1947)",
    )
    ranks = midranks(np.concatenate([one, other]).T)
    n = np.isfinite(one).sum(axis=0)
    m = np.isfinite(other).sum(axis=0)
    u = np.nansum(ranks[:, : len(one)], axis=1) - n * (n + 1) / 2.0
    # The variance of the ranks holds the correction for ties.
    total, _, deviation = moments(ranks.T)
    sd = np.sqrt(n * m / np.maximum(total, 1)) * deviation
    from_middle = u - n * m / 2.0
    score = ratio(np.sign(from_middle) * np.maximum(np.abs(from_middle) - 0.5, 0.0), sd)
    tied = deviation**2 < (total * (total + 1) / 12.0) * (1.0 - 1e-12)
    statistic, distributions = np.full(len(u), math.nan), []
    for w in range(len(u)):
        exact = bool(n[w] and m[w]) and max(n[w], m[w]) <= EXACT and not tied[w]
        distribution: Distribution = RankSum(int(n[w]), int(m[w])) if exact else Normal()
        distributions.append(distribution)
        statistic[w] = u[w] if exact else score[w]
    notes = [
        _group_note(n_1, n_2, names, least=1)
        or ("" if np.isfinite(value) else "the abnormal returns of both groups are all equal")
        for n_1, n_2, value in zip(n, m, statistic, strict=True)
    ]
    facts = {"n_first": n.astype(float), "n_second": m.astype(float), "u": u}
    return tabulate(test, windows, statistic, n + m, distributions, notes, facts)


def _group_note(n: int, m: int, names: tuple[str, str], least: int) -> str:
    short = [f"{name} has {count}" for name, count in zip(names, (n, m), strict=True)
             if count < least]  # fmt: skip
    need = "an event" if least == 1 else f"{least} events"
    return f"needs at least {need} in each group; {' and '.join(short)}" if short else ""
