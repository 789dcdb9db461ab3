"""The tests of `eventstudy.inference.parametric` by hand, and what sets each apart."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from eventstudy.inference.catalogue import run_tests
from tests.inference.hand import by_hand, one, study
from tests.panels import change, draw_panel, rows

EST = [[1.0, -1.0, 2.0, -2.0], [1.0, -1.0, 0.0, 0.0], [-2.0, 2.0, 4.0, -4.0]]


def test_skewness_adjusted_t_by_hand() -> None:
    # 1 1 4: mean 2, deviations -1 -1 2, sum of squares 6, sd sqrt(3); cubes -1 -1 8 = 6
    # g = 3 * 6 / (2 * 1 * 3 sqrt(3)) = sqrt(3); S = 2 / sqrt(3)
    # sqrt(3) (S + sqrt(3) S^2 / 3 + 3 S^3 / 27 + sqrt(3) / 18)
    #   = 2 + 4 / 3 + 8 / 27 + 1 / 6 = 205 / 54
    result = one("Skewness-adjusted t", by_hand([1.0, 1.0, 4.0], EST))
    assert result.statistic == pytest.approx(205 / 54)
    assert result.facts["skewness"] == pytest.approx(math.sqrt(3))
    assert result.p_value == pytest.approx(2 * stats.t.sf(205 / 54, 2))


def test_symmetric_returns_leave_the_cross_sectional_t() -> None:
    abnormal = by_hand([1.0, 2.0, 3.0], EST)
    plain = one("Cross-sectional t", abnormal).statistic
    assert one("Skewness-adjusted t", abnormal).statistic == pytest.approx(plain)


@pytest.mark.real
def test_skewness_adjusted_t_equals_a_printed_value(shared: Path) -> None:
    # EventStudyTools' report on Volkswagen, 2017: CAR of its three firms and the statistic printed.
    folder = shared / "market" / "replication"
    cars = pd.read_csv(folder / "eventstudytools_vw_20170724_car_results.csv.gz")
    printed = pd.read_csv(folder / "eventstudytools_vw_20170724_caar_results.csv.gz").iloc[0]
    abnormal = by_hand(cars["CAR Value"].head(3).tolist(), EST)
    for name, column in (
        ("Skewness-adjusted t", "Skewness Corrected T"), ("Cross-sectional t", "Csect T"),
    ):  # fmt: skip
        assert one(name, abnormal).statistic == pytest.approx(printed[column], abs=5e-5)


def test_jackknife_by_hand() -> None:
    # 1 2 4: q = mean / sd = (7/3) / sqrt(7/3) = sqrt(7/3). Without each: (2, 4) 3 / sqrt(2),
    # (1, 4) 2.5 / (3 / sqrt(2)), (1, 2) 1.5 / (1 / sqrt(2))
    q, without = math.sqrt(7 / 3), [3 / math.sqrt(2), 2.5 * math.sqrt(2) / 3, 1.5 * math.sqrt(2)]
    pseudo = np.array([3 * q - 2 * value for value in without])
    expected = stats.ttest_1samp(pseudo, 0.0)
    result = one("Jackknife", by_hand([1.0, 2.0, 4.0], EST))
    assert result.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert result.p_value == pytest.approx(expected.pvalue, rel=1e-10)


def test_jackknife_needs_a_variance_without_each_event() -> None:
    result = one("Jackknife", by_hand([1.0, 1.0, 2.0], EST))
    assert math.isnan(result.statistic)
    assert result.note == ("without one event the standardised abnormal returns have no variance")


def test_crude_dependence_by_hand() -> None:
    # Daily averages of three events: 0 0 2 -2, variance 8 / 3; mean CAR 2
    abnormal = by_hand([1.0, 2.0, 3.0], EST)
    result = one("Crude dependence", abnormal)
    assert result.statistic == pytest.approx(2 / math.sqrt(8 / 3))
    assert result.df == 3
    # Lamb: no coefficient here, so T - 1 again; the prediction has variance 1, like sigma2.
    assert one("Lamb", abnormal).statistic == pytest.approx(result.statistic)


def test_independence_t_by_hand() -> None:
    # Variances 1 with 4 degrees of freedom each: (1 + 2 + 3) / sqrt(3); 9 / (3 / 4) = 12
    result = one("Independence t", by_hand([1.0, 2.0, 3.0], EST))
    assert result.statistic == pytest.approx(6 / math.sqrt(3))
    assert result.df == pytest.approx(12)


def test_one_event_has_the_t_test_of_its_prediction() -> None:
    import statsmodels.api as sm

    panel = draw_panel(1, 60, seed=4)
    x = sm.add_constant(panel.x_est[0])
    predicted = sm.OLS(panel.r_est[0], x).fit().get_prediction(
        sm.add_constant(panel.x_evt[0], has_constant="add")
    )  # fmt: skip
    t = (panel.r_evt[0] - predicted.predicted_mean) / predicted.se_obs
    days = [(day, day) for day in range(-5, 6)]
    for result, theirs in zip(run_tests(study(panel), days, ["Independence t"]), t, strict=True):
        assert result.statistic == pytest.approx(theirs, rel=1e-11)
        assert result.df == pytest.approx(58)
        assert result.p_value == pytest.approx(2 * stats.t.sf(abs(theirs), 58), rel=1e-10)


def test_lamb_is_his_formula_on_one_date() -> None:
    panel = draw_panel(6, 60, seed=2, correlation=0.4)
    abnormal = study(panel)
    market, day = panel.x_est[0, :, 0], panel.x_evt[0, 5, 0]
    series = abnormal.ar_est.mean(axis=0)
    squares = ((market - market.mean()) ** 2).sum()
    spread = math.sqrt((series**2).sum() / 58) * math.sqrt(
        1 + 1 / 60 + (day - market.mean()) ** 2 / squares
    )
    result = run_tests(abnormal, [(0, 0)], ["Lamb"])[0]
    assert result.statistic == pytest.approx(abnormal.ar[:, 5].mean() / spread, rel=1e-11)
    assert result.df == 58


def test_dependence_adjusted_tests_hold_the_correlation_of_a_common_date() -> None:
    # Ten copies of one event say no more than the event.
    one_event = draw_panel(1, 60, seed=4)
    copies = rows(one_event, [0] * 10)
    for name in ("Crude dependence", "Lamb"):
        alone, many = (run_tests(study(p), [(-1, 1)], [name])[0] for p in (one_event, copies))
        assert many.statistic == pytest.approx(alone.statistic, rel=1e-11)
    inflated = run_tests(study(copies), [(-1, 1)], ["Independence t"])[0].statistic
    alone_t = run_tests(study(one_event), [(-1, 1)], ["Independence t"])[0].statistic
    assert inflated == pytest.approx(alone_t * math.sqrt(10), rel=1e-11)


def test_a_missing_return_is_no_zero() -> None:
    panel = draw_panel(5, 60, seed=1, starts=range(5))
    r_evt = panel.r_evt.copy()
    r_evt[2, 5:] = np.nan
    gone, kept = study(change(panel, r_evt=r_evt)), study(rows(panel, [0, 1, 3, 4]))
    names = ["Skewness-adjusted t", "Jackknife", "Independence t", "Crude dependence", "Lamb"]
    for name in names:
        with_gap, without = (run_tests(a, [(0, 0)], [name])[0] for a in (gone, kept))
        assert with_gap.statistic == pytest.approx(without.statistic, rel=1e-11)
        assert with_gap.n_events == without.n_events == 4
        assert with_gap.df == pytest.approx(without.df)
