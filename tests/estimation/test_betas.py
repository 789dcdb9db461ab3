"""Slopes other than least squares', against one event at a time by statsmodels and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from eventstudy.errors import EstimationError, SpecificationError
from eventstudy.estimation.betas import BlumeBeta, Dimson, RollingBeta, ScholesWilliams, VasicekBeta
from eventstudy.estimation.models import NormalReturnFit, NormalReturnModel, fit
from eventstudy.estimation.panel import EventPanel, EventTime, build_panel
from eventstudy.estimation.returns import ReturnTable
from tests.panels import change, draw_panel, rows


def thin(shifts: tuple[int, ...] = (), gaps: float = 0.1, n: int = 7) -> EventPanel:
    return draw_panel(n, 120, starts=[30, 3, 3, 50, 9, 2, 11][:n], gaps=gaps, seed=4, shifts=shifts)


def ols(y: np.ndarray, *x: np.ndarray) -> sm.regression.linear_model.RegressionResults:
    return sm.OLS(y, sm.add_constant(np.column_stack(x))).fit()


def check_line(
    panel: EventPanel, got: NormalReturnFit, i: int, use: np.ndarray, slope: float, w2: float
) -> None:
    """Check one event's line through the means, and the covariance the module states."""
    y, x = panel.r_est[i, use], panel.x_est[i, use, 0]
    alpha = y.mean() - slope * x.mean()
    resid = y - alpha - slope * x
    sigma2 = (resid @ resid) / (len(y) - 2)
    np.testing.assert_allclose(got.params[i], [alpha, slope], rtol=1e-10, atol=1e-14)
    assert got.sigma2[i] == pytest.approx(sigma2, rel=1e-11)
    assert (got.n_obs[i], got.df_resid[i]) == (len(y), len(y) - 2)
    np.testing.assert_allclose(got.resid_est[i, use], resid, rtol=1e-9, atol=1e-15)
    assert np.isnan(got.resid_est[i, ~use]).all()
    x_star = panel.x_evt[i, :, 0]
    np.testing.assert_allclose(got.expected[i], alpha + slope * x_star, rtol=1e-10, atol=1e-15)
    away = x_star - x.mean()
    V = sigma2 * (np.eye(len(x_star)) + 1 / len(y) + w2 * np.outer(away, away))
    np.testing.assert_allclose(got.covariance[i], V, rtol=1e-9, atol=1e-16)
    of_params = np.array([[1 / len(y) + w2 * x.mean() ** 2, -w2 * x.mean()], [-w2 * x.mean(), w2]])
    np.testing.assert_allclose(got.xtx_inv[i], of_params, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("lags", "leads"), [(1, 1), (2, 0), (0, 1), (3, 2)])
def test_dimson_sums_the_slopes_of_one_regression(lags: int, leads: int) -> None:
    model = Dimson(lags, leads)
    panel = thin(model.shifts)
    got = fit(panel, model)
    assert panel.near_est is not None
    for i in range(len(panel)):
        use = panel.usable_est[i]
        theirs = ols(panel.r_est[i, use], panel.x_est[i, use, 0], panel.near_est[i, use])
        total = np.r_[0.0, np.ones(1 + lags + leads)]
        w2 = total @ theirs.cov_params() @ total / theirs.scale
        check_line(panel, got, i, use, theirs.params[1:].sum(), w2)


def test_scholes_williams_is_the_sum_of_three_slopes_over_one_plus_twice_rho() -> None:
    model = ScholesWilliams()
    panel = thin(model.shifts)
    got = fit(panel, model)
    assert panel.near_est is not None
    for i in range(len(panel)):
        use = panel.usable_est[i]
        y, x = panel.r_est[i, use], panel.x_est[i, use, 0]
        before, after = panel.near_est[i, use, 0], panel.near_est[i, use, 1]
        slopes = [ols(y, v).params[1] for v in (before, x, after)]
        denominator = 1 + 2 * np.corrcoef(x, before)[0, 1]
        # The weight of each return, from the same three regressions of a unit return on day t.
        weights = sum((v - v.mean()) / ((v - v.mean()) ** 2).sum() for v in (before, x, after))
        weights = weights / denominator
        assert weights @ y == pytest.approx(sum(slopes) / denominator, rel=1e-10)
        check_line(panel, got, i, use, sum(slopes) / denominator, weights @ weights)


def test_neighbouring_sessions_come_from_the_calendar_and_lose_no_day_at_the_edge() -> None:
    days = 60
    market = np.arange(days) / 100.0
    table = ReturnTable(
        np.datetime64("2026-01-01") + np.arange(days), ("A",),
        np.random.default_rng(1).normal(0, 0.02, (days, 1)),
    )  # fmt: skip
    panel, excluded = build_panel(
        ["a"], ["A"], np.array([40]), table, {"M": market}, EventTime((-30, -6), (-5, 19)),
        shifts=(-2, 1), min_estimation=25,
    )  # fmt: skip
    assert not excluded  # the last event day has no day after it, and needs none
    assert panel.near_est is not None
    np.testing.assert_array_equal(panel.near_est[0, :, 0], market[8:33])
    np.testing.assert_array_equal(panel.near_est[0, :, 1], market[11:36])


def test_beta_of_a_stock_that_reacts_a_day_late_is_found() -> None:
    """Half of the stock's move comes a day late: least squares sees half of beta, these all."""
    rng = np.random.default_rng(8)
    days = 5000
    market = rng.normal(0, 0.01, days)
    late = 0.6 * market + 0.6 * np.r_[0, market[:-1]] + rng.normal(0, 0.01, days)
    table = ReturnTable(np.datetime64("2000-01-01") + np.arange(days), ("A",), late[:, None])
    found = {}
    for model in (ScholesWilliams(), Dimson(), Dimson(1, 0), BlumeBeta()):
        panel, _ = build_panel(
            ["a"], ["A"], np.array([4900]), table, {"M": market}, EventTime((-4800, -6), (-5, 5)),
            shifts=model.shifts,
        )  # fmt: skip
        got = fit(panel, model)
        found[model] = got.params[0, 1]
    assert found[ScholesWilliams()] == pytest.approx(1.2, abs=0.06)
    assert found[Dimson()] == pytest.approx(1.2, abs=0.06)
    assert found[Dimson(1, 0)] == pytest.approx(1.2, abs=0.05)
    assert found[BlumeBeta()] == pytest.approx(1 / 3 + 2 / 3 * 0.6, abs=0.05)


def test_blume_by_hand() -> None:
    # r = 0, 0.01, 0.05 on x = -0.01, 0, 0.01: b = 2.5, mean r = 0.02; 1/3 + 2/3 * 2.5 = 2;
    # residuals 0, -0.01, 0.01: sigma2 = 2e-4 / 1; Var(b)/sigma2 = 4/9 / 2e-4
    panel = draw_panel(1, 3, (0, 0))
    x = np.array([[[-0.01], [0.0], [0.01]]])
    panel = change(panel, r_est=np.array([[0.0, 0.01, 0.05]]), x_est=x)
    got = fit(panel, BlumeBeta())
    np.testing.assert_allclose(got.params[0], [0.02, 2.0], rtol=1e-12)
    assert got.sigma2[0] == pytest.approx(2e-4, rel=1e-12)
    x_star = panel.x_evt[0, 0, 0]
    expected = 2e-4 * (1 + 1 / 3 + 4 / 9 / 2e-4 * x_star**2)
    assert got.covariance[0, 0, 0] == pytest.approx(expected, rel=1e-12)


def test_vasicek_weighs_each_beta_by_its_precision() -> None:
    panel = thin()
    got = fit(panel, VasicekBeta())
    fits = []
    for i in range(len(panel)):
        use = panel.usable_est[i]
        fits.append((use, ols(panel.r_est[i, use], panel.x_est[i, use, 0])))
    betas = [theirs.params[1] for _, theirs in fits]
    mean, between = np.mean(betas), np.var(betas, ddof=1)
    for i, (use, theirs) in enumerate(fits):
        v = theirs.bse[1] ** 2
        slope = (mean / between + betas[i] / v) / (1 / between + 1 / v)
        posterior = 1 / (1 / between + 1 / v)
        y, x = panel.r_est[i, use], panel.x_est[i, use, 0]
        resid = y - y.mean() - slope * (x - x.mean())
        check_line(panel, got, i, use, slope, posterior / (resid @ resid / (use.sum() - 2)))
        assert abs(got.params[i, 1] - mean) < abs(betas[i] - mean)


def test_vasicek_leaves_out_what_cannot_be_estimated_and_needs_three() -> None:
    panel = thin(gaps=0.0)
    r_est = panel.r_est.copy()
    r_est[2, 2:] = np.nan
    x_est = panel.x_est.copy()
    x_est[4] = 0.01
    broken = change(panel, r_est=r_est, x_est=x_est)
    got = fit(broken, VasicekBeta())
    assert got.problems[2] == "too few observations"
    assert got.problems[4] == "collinear regressors"
    others = fit(rows(broken, [0, 1, 3, 5, 6]), VasicekBeta())
    np.testing.assert_allclose(got.params[[0, 1, 3, 5, 6]], others.params, rtol=1e-12)
    with pytest.raises(EstimationError, match="at least 3 events, and 2 can be estimated"):
        fit(rows(panel, [0, 1]), VasicekBeta())


@pytest.mark.parametrize("gaps", [0.0, 0.15])
def test_rolling_beta_predicts_each_day_from_the_window_before(gaps: float) -> None:
    panel = thin(gaps=gaps)
    W = 30
    got = fit(panel, RollingBeta(W))
    assert got.scale_est is not None
    for i in range(len(panel)):
        use = panel.usable_est[i]
        for j in range(120):
            inside = np.arange(max(0, j - W), j)
            inside = inside[use[inside]]
            if j < W or not use[j] or len(inside) < W / 2:
                assert np.isnan(got.resid_est[i, j])
                continue
            theirs = ols(panel.r_est[i, inside], panel.x_est[i, inside, 0])
            ahead = theirs.get_prediction([[1.0, panel.x_est[i, j, 0]]])
            error = panel.r_est[i, j] - ahead.predicted_mean[0]
            assert got.resid_est[i, j] == pytest.approx(error, rel=1e-9, abs=1e-13)
            scale = ahead.se_obs[0] / math.sqrt(theirs.scale)
            assert got.scale_est[i, j] == pytest.approx(scale, rel=1e-9)
        last = np.arange(90, 120)[use[90:]]
        theirs = ols(panel.r_est[i, last], panel.x_est[i, last, 0])
        np.testing.assert_allclose(got.params[i], theirs.params, rtol=1e-10, atol=1e-13)
        assert got.sigma2[i] == pytest.approx(theirs.scale, rel=1e-11)
        prediction = theirs.get_prediction(sm.add_constant(panel.x_evt[i], has_constant="add"))
        variance = np.diagonal(got.covariance[i])
        np.testing.assert_allclose(variance, prediction.se_obs**2, rtol=1e-10)


def test_a_last_window_with_few_days_is_told() -> None:
    panel = thin(gaps=0.0)
    r_est = panel.r_est.copy()
    r_est[1, 95:] = np.nan
    got = fit(change(panel, r_est=r_est), RollingBeta(30))
    assert got.problems[1] != ""
    assert np.isnan(got.resid_est[1]).all()
    assert got.estimated.sum() == len(panel) - 1


@pytest.mark.parametrize("model", [ScholesWilliams(), Dimson(), BlumeBeta(), VasicekBeta()])
def test_a_market_that_never_moves_stops_nothing(model: NormalReturnModel) -> None:
    panel = thin(model.shifts, gaps=0.0)
    x_est = panel.x_est.copy()
    x_est[1] = 0.004
    near = None if panel.near_est is None else panel.near_est.copy()
    if near is not None:
        near[1] = 0.004
    got = fit(change(panel, x_est=x_est, near_est=near), model)
    assert got.problems[1] == "collinear regressors"
    assert np.isnan(got.covariance[1]).all()
    assert np.isfinite(np.delete(got.params, 1, axis=0)).all()


def test_mistakes_are_named() -> None:
    with pytest.raises(SpecificationError, match="0 lags and 0 leads"):
        Dimson(0, 0)
    with pytest.raises(SpecificationError, match="window of 5 sessions"):
        RollingBeta(5)
    with pytest.raises(EstimationError, match="on 2 other sessions, and the panel has 0"):
        fit(thin(), Dimson())
    with pytest.raises(EstimationError, match="fills the estimation window"):
        fit(thin(), RollingBeta(120))
    spans = change(thin(), span_est=np.ones((7, 120)), span_evt=np.ones((7, 11)))
    with pytest.raises(EstimationError, match='missing to "complete" or "available"'):
        fit(spans, BlumeBeta())


def test_prediction_errors_have_the_variance_that_is_stated() -> None:
    """Over many panels without effect the squared standardised errors average df / (df - 2)."""
    for model in (ScholesWilliams(), Dimson(), RollingBeta(60)):
        panel = draw_panel(4000, 100, (0, 4), starts=[9] * 4000, seed=2, shifts=model.shifts)
        got = fit(panel, model)
        ar = panel.r_evt - got.expected
        z2 = ar.sum(axis=1) ** 2 / got.covariance.sum(axis=(1, 2))
        df = got.df_resid[0]
        # Standard error of the mean of 4,000 squared t values: sqrt(2 / 4000) = 0.022.
        assert z2.mean() == pytest.approx(df / (df - 2), abs=0.08)
