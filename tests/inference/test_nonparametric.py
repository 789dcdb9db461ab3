"""Sign, signed-rank and GRANK-Z tests by hand and against scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.descriptivestats import sign_test

from eventstudy.inference.catalogue import run_tests
from eventstudy.inference.distributions import Normal
from eventstudy.inference.nonparametric import insertion_ranks
from tests.inference.hand import by_hand, one, study
from tests.panels import draw_panel

EST = [[1.0, -1.0, 2.0, -2.0]]


def test_sign_by_hand() -> None:
    # Four of five positive: z = 1.5 / sqrt(5 / 4), p = 2 (1 + 5) / 32
    result = one("Sign", by_hand([1.0, 2.0, 3.0, 4.0, -5.0], EST * 5))
    assert result.statistic == pytest.approx(1.5 / math.sqrt(1.25))
    assert result.p_value == pytest.approx(12 / 32)
    assert result.facts == {"positive": 4.0, "zero": 0.0}
    assert str(result.distribution) == "exact binomial (5, 1/2)"


def test_wilcoxon_by_hand() -> None:
    # Ranks 1 2 3, the 2 negative: (1 - 2 + 3) / sqrt(14). Of 8 arrangements the sums 2 and more,
    # or -2 and less, are +-2 +-4 +-6 (the sum is 0 in two): p = 6 / 8
    result = one("Wilcoxon", by_hand([1.0, -2.0, 3.0], EST * 3))
    assert result.statistic == pytest.approx(2 / math.sqrt(14))
    assert result.p_value == pytest.approx(6 / 8)
    assert result.facts == {"w_plus": 4.0, "zero": 0.0}


def test_grank_z_by_hand() -> None:
    # As in the example of GRANK-T: U of the event days 0 and 2 / 6; T = 5, variance 4 / 72 each
    abnormal = by_hand([1.0, 3.0], [[-1, 1, -2, 3], [1, 2, -1, -2]])
    assert one("GRANK-Z", abnormal).statistic == pytest.approx((2 / 6) / math.sqrt(2 * 4 / 72))


def test_grank_z_is_the_published_formula_on_complete_data() -> None:
    abnormal = study(draw_panel(9, 80, seed=3))
    scar = abnormal.scar(-1, 1)
    gsar = scar / scar.std(ddof=1)
    below = (abnormal.sar_est < gsar[:, None]).sum(axis=1)
    average = ((below + 1) / 82 - 0.5).mean()
    result = run_tests(abnormal, [(-1, 1)], ["GRANK-Z"])[0]
    assert result.statistic == pytest.approx(math.sqrt(12 * 9 * 82 / 80) * average, rel=1e-11)


@pytest.mark.parametrize("n", [1, 4, 11, 50, 51, 400])
@pytest.mark.parametrize("digits", [None, 1])
def test_sign_and_wilcoxon_equal_scipy_and_statsmodels(n: int, digits: int | None) -> None:
    rng = np.random.default_rng(n)
    car = rng.normal(0.2, 1.0, n)
    if digits is not None:
        car = np.round(car, digits)
    car[0] = 1.0
    abnormal = by_hand(car.tolist(), EST * n)
    ours = one("Sign", abnormal)
    m, p = sign_test(car)
    assert ours.p_value == pytest.approx(p, rel=1e-10)
    nonzero = int((car != 0).sum())
    assert ours.statistic * math.sqrt(nonzero / 4) == pytest.approx(m)
    wilcoxon = one("Wilcoxon", abnormal)
    exact = nonzero <= 50
    assert isinstance(wilcoxon.distribution, Normal) != exact
    tied = len(np.unique(np.abs(car))) < n
    if not exact:
        theirs = stats.wilcoxon(car, method="approx")
        assert wilcoxon.p_value == pytest.approx(theirs.pvalue, rel=1e-10)
    elif not tied:
        theirs, plus = stats.wilcoxon(car, method="exact"), wilcoxon.facts["w_plus"]
        assert wilcoxon.p_value == pytest.approx(theirs.pvalue, rel=1e-10)
        assert min(plus, nonzero * (nonzero + 1) / 2 - plus) == (pytest.approx(theirs.statistic))


def test_wilcoxon_with_ties_is_exact_by_enumeration() -> None:
    car = np.array([0.1, -0.1, 0.2, 0.2, -0.3, 0.4, 0.4, 0.4, 0.0])
    ranks = stats.rankdata(np.abs(car[:-1]))
    observed = (np.sign(car[:-1]) * ranks).sum()
    signs = np.array(np.meshgrid(*[[-1, 1]] * 8)).reshape(8, -1)
    p = (np.abs(signs.T @ ranks) >= abs(observed) - 1e-9).mean()
    result = one("Wilcoxon", by_hand(car.tolist(), EST * 9))
    assert result.p_value == pytest.approx(p)
    assert result.facts["zero"] == 1.0
    assert result.n_events == 9


def test_zeros_alone_allow_no_test() -> None:
    for name in ("Sign", "Wilcoxon"):
        result = one(name, by_hand([0.0, 0.0], EST * 2))
        assert math.isnan(result.p_value)
        assert result.note == "all abnormal returns of the window are zero"


def test_insertion_ranks_equal_scipy() -> None:
    rng = np.random.default_rng(1)
    values, new = np.round(rng.normal(size=(40, 30)), 1), np.round(rng.normal(size=(40, 3)), 1)
    values[rng.random(values.shape) < 0.1] = np.nan
    new[0, 1] = np.nan
    rank, length = insertion_ranks(values, new)
    for i in range(40):
        there = values[i][np.isfinite(values[i])]
        assert length[i] == len(there) + 1
        for w in range(3):
            if np.isnan(new[i, w]):
                assert math.isnan(rank[i, w])
            else:
                assert rank[i, w] == stats.rankdata([*there, new[i, w]])[-1]
