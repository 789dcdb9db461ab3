from __future__ import annotations

import math

import pytest
from scipy import stats

from eventstudy.inference.significance import Normal, RankSum, StudentT


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
