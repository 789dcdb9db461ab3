from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from eventstudy.inference.distributions import (
    Drawn,
    Normal,
    RankSum,
    StudentT,
    sign_count,
    signed_ranks,
)


@pytest.mark.parametrize("x", [-8.0, -1.96, 0.0, 0.3, 2.5, 12.0])
def test_p_values_are_two_sided_and_exact_far_out(x: float) -> None:
    assert Normal().p_value(x) == pytest.approx(2 * stats.norm.sf(abs(x)), rel=1e-12)
    assert Normal().sf(x) == pytest.approx(stats.norm.sf(x), rel=1e-12)
    for df in (1.0, 4.0, 49.0, 1e4):
        assert StudentT(df).p_value(x) == pytest.approx(2 * stats.t.sf(abs(x), df), rel=1e-11)
        assert StudentT(df).sf(x) == pytest.approx(stats.t.sf(x, df), rel=1e-11)


def test_quantiles() -> None:
    assert Normal().ppf(0.975) == pytest.approx(1.959963984540054)
    assert StudentT(9).ppf(0.95) == pytest.approx(stats.t.ppf(0.95, 9))


def test_names_and_degrees_of_freedom() -> None:
    assert (str(Normal()), Normal().df) == ("standard normal", None)
    assert (str(StudentT(49)), StudentT(49).df) == ("t(49)", 49)
    assert (str(RankSum(3, 4)), RankSum(3, 4).df) == ("exact rank sum (3, 4)", None)


def test_nan_has_no_p_value() -> None:
    for distribution in (Normal(), StudentT(3), RankSum(2, 2)):
        assert math.isnan(distribution.sf(math.nan))


def test_rank_sum_by_hand() -> None:
    # Two against two: U = 0 1 2 3 4 in 1 1 2 1 1 of 6 arrangements.
    assert [RankSum(2, 2).sf(u) * 6 for u in (0, 1, 2, 3, 4)] == pytest.approx([6, 5, 4, 2, 1])
    assert RankSum(2, 2).p_value(4) == RankSum(2, 2).p_value(0) == pytest.approx(1 / 3)
    assert RankSum(2, 2).p_value(2) == 1.0


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 8), (5, 3), (8, 8)])
def test_rank_sum_equals_scipy(m: int, n: int) -> None:
    first = list(range(m))
    for shift in range(n + 1):
        second = [v + 0.5 for v in range(shift - n, shift)]
        theirs = stats.mannwhitneyu(first, second, method="exact")
        ours = RankSum(m, n).p_value(float(theirs.statistic))
        assert ours == pytest.approx(theirs.pvalue, rel=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 999])
def test_sign_count_equals_the_binomial(n: int) -> None:
    exact = sign_count(n)
    assert exact.probability.sum() == pytest.approx(1.0)
    for w in {0, 1, n // 3, n // 2, n}:
        z = (w - n / 2) / math.sqrt(n / 4)
        assert exact.p_value(z) == pytest.approx(stats.binomtest(w, n).pvalue, rel=1e-9)
        assert exact.sf(z) == pytest.approx(stats.binom.sf(w - 1, n, 0.5), rel=1e-9)


def test_signed_ranks_by_hand() -> None:
    # Ranks 1 and 2: sums -3 -1 1 3, each in one of four arrangements.
    exact = signed_ranks(np.array([1.0, 2.0]))
    assert exact.p_value(3 / math.sqrt(5)) == 0.5
    assert exact.p_value(1 / math.sqrt(5)) == 1.0
    assert exact.sf(1 / math.sqrt(5)) == 0.5
    assert str(exact) == "exact signed ranks (n = 2)"


def test_drawn_values_count_the_observed_one() -> None:
    drawn = Drawn("draws", np.array([-3.0, -1.0, 0.0, 2.0]))
    assert drawn.p_value(2.0) == 3 / 5
    assert drawn.p_value(9.0) == drawn.sf(9.0) == 1 / 5
    assert drawn.sf(-1.0) == 4 / 5
    tails = Drawn("draws", np.array([-3.0, -1.0, 0.0, 2.0]), tails=True)
    assert tails.p_value(2.0) == 2 * 2 / 5
    assert tails.p_value(-9.0) == 2 / 5
    assert tails.p_value(0.0) == 1.0
    for distribution in (drawn, tails, sign_count(3)):
        assert math.isnan(distribution.p_value(math.nan))
        assert math.isnan(distribution.sf(math.nan))
        assert distribution.df is None
