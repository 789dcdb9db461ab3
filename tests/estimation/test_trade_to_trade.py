"""Returns from trade to trade, against loops over prices and statsmodels' weighted regressions."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.models import fit, model_by_name
from eventstudy.estimation.panel import EventPanel, EventTime, build_panel
from eventstudy.estimation.returns import (
    ReturnKind,
    ReturnTable,
    over_spans,
    return_table,
    returns_from_prices,
    trade_to_trade_returns,
)
from eventstudy.events.event import ExclusionReason
from eventstudy.market.prices import PriceTable

T = 200
SESSIONS = np.datetime64("2026-01-01") + np.arange(T)
TIME = EventTime(estimation=(-120, -6), event=(-5, 5))


def draw_prices(seed: int, missing: float, tickers: int = 6) -> np.ndarray:
    """Return benchmark and securities; the securities trade thinly, every day's move stays in."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0004, 0.01, T)
    own = rng.normal(0, 0.02, (T, tickers))
    prices = 50 * np.cumprod(1 + np.column_stack([market, 1.1 * market[:, None] + own]), axis=0)
    gone = rng.random((T, tickers)) < missing
    prices[:, 1:][gone] = np.nan
    return prices


def tables(
    kind: ReturnKind, seed: int = 0, missing: float = 0.25
) -> tuple[ReturnTable, EventPanel]:
    prices = draw_prices(seed, missing)
    names = ("M", *(f"T{i}" for i in range(prices.shape[1] - 1)))
    table = return_table(PriceTable(SESSIONS, names, prices), SESSIONS, kind, bridge=True)
    panel, excluded = build_panel(
        [f"e{i}" for i in range(6)], names[1:], np.array([130, 140, 150, 160, 170, 180]), table,
        {"M": table.of("M")}, TIME, min_estimation=60, missing="trade_to_trade",
    )  # fmt: skip
    assert not excluded
    return table, panel


def test_a_gap_gives_one_return_over_the_whole_gap() -> None:
    # 100, no trade twice, 121: +21 % over three sessions; then -50 % over one.
    returns, spans = trade_to_trade_returns(np.array([[100.0, np.nan, 0.0, 121.0, 60.5]]).T)
    np.testing.assert_allclose(returns[:, 0], [np.nan, np.nan, np.nan, 0.21, -0.5], rtol=1e-14)
    np.testing.assert_array_equal(spans[:, 0], [np.nan, np.nan, np.nan, 3, 1])
    log, _ = trade_to_trade_returns(np.array([[100.0, np.nan, 0.0, 121.0]]).T, "log")
    assert log[3, 0] == pytest.approx(math.log(1.21), rel=1e-14)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(1, 1e4)), min_size=2, max_size=25),
    st.sampled_from(["simple", "log"]),
)
def test_equals_the_loop_over_prices(prices: list[float | None], kind: ReturnKind) -> None:
    column = np.array([[np.nan if p is None else p] for p in prices])
    returns, spans = trade_to_trade_returns(column, kind)
    last = None
    for t, price in enumerate(prices):
        if price is None or last is None:
            assert np.isnan(returns[t, 0])
            assert np.isnan(spans[t, 0])
        else:
            ratio = price / prices[last]  # type: ignore[operator]
            assert spans[t, 0] == t - last
            expected = math.log(ratio) if kind == "log" else ratio - 1
            assert returns[t, 0] == pytest.approx(expected, rel=1e-12, abs=1e-15)
        last = t if price is not None else last


@pytest.mark.parametrize("kind", ["simple", "log"])
def test_regressors_are_compounded_over_the_same_sessions(kind: ReturnKind) -> None:
    table, panel = tables(kind)
    market = returns_from_prices(draw_prices(0, 0.25)[:, 0], kind)
    assert panel.span_est is not None
    assert panel.span_evt is not None
    assert (panel.span_est[np.isfinite(panel.span_est)] > 1).any()
    for i in range(len(panel)):
        for at, span, x in zip(
            panel.at_evt[i], panel.span_evt[i], panel.x_evt[i, :, 0], strict=True
        ):
            if math.isnan(span):
                assert np.isnan(x)
                continue
            days = market[at - int(span) + 1 : at + 1]
            expected = days.sum() if kind == "log" else math.prod(1 + days) - 1
            assert x == pytest.approx(expected, rel=1e-11, abs=1e-15)
    # The returns of a security between two trades compound to the ratio of its prices.
    held = panel.r_evt[np.isfinite(panel.r_evt)]
    assert held.size < panel.r_evt.size
    assert table.spans is not None


def test_a_missing_session_of_the_regressor_voids_the_spans_that_hold_it() -> None:
    series = np.array([[0.01], [np.nan], [0.02], [0.03]])
    at, span = np.array([[2, 3, 3, -1]]), np.array([[2.0, 2.0, 1.0, np.nan]])
    got = over_spans(series, at, span, "simple")[0, :, 0]
    np.testing.assert_allclose(got, [np.nan, 1.02 * 1.03 - 1, 0.03, np.nan], rtol=1e-13)


@pytest.mark.parametrize("name", ["market_model", "constant_mean", "market_adjusted"])
@pytest.mark.parametrize("kind", ["simple", "log"])
def test_models_equal_weighted_least_squares(name: str, kind: ReturnKind) -> None:
    """R_n = alpha n + beta M_n + e with Var e = n sigma2: weights 1/n (Maynes and Rumsey 1993)."""
    _, panel = tables(kind)
    got = fit(panel, model_by_name(name))
    assert panel.span_est is not None
    assert panel.span_evt is not None
    for i in range(len(panel)):
        use = np.isfinite(panel.r_est[i])
        n, y, x = panel.span_est[i][use], panel.r_est[i][use], panel.x_est[i][use, 0]
        after = np.isfinite(panel.r_evt[i])
        n_star, x_star = panel.span_evt[i][after], panel.x_evt[i][after, 0]
        X = {"market_model": np.column_stack([n, x]), "constant_mean": n[:, None]}.get(name)
        X_star = {
            "market_model": np.column_stack([n_star, x_star]), "constant_mean": n_star[:, None],
        }.get(name)  # fmt: skip
        if X is None or X_star is None:
            sigma2 = ((y - x) ** 2 / n).mean()
            expected, V = x_star, sigma2 * np.diag(n_star)
            resid, df = y - x, len(y)
        else:
            theirs = sm.WLS(y, X, weights=1 / n).fit()
            sigma2, resid, df = theirs.scale, theirs.resid, theirs.df_resid
            expected = X_star @ theirs.params
            V = sigma2 * np.diag(n_star) + X_star @ theirs.cov_params() @ X_star.T
            np.testing.assert_allclose(got.params[i], theirs.params, rtol=1e-9, atol=1e-13)
            covariance = got.sigma2[i] * got.xtx_inv[i]
            np.testing.assert_allclose(covariance, theirs.cov_params(), rtol=1e-9, atol=1e-18)
        assert got.sigma2[i] == pytest.approx(sigma2, rel=1e-11)
        assert (got.df_resid[i], got.n_obs[i]) == (df, len(y))
        np.testing.assert_allclose(got.expected[i, after], expected, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(
            got.covariance[i][np.ix_(after, after)], V, rtol=1e-9, atol=1e-18
        )
        np.testing.assert_allclose(got.resid_est[i][use], resid, rtol=1e-9, atol=1e-14)
        abnormal = abnormal_returns(panel, got, kind)
        np.testing.assert_allclose(
            abnormal.sar_est[i][use], resid / np.sqrt(n * sigma2), rtol=1e-9, atol=1e-12
        )
        assert (np.nansum(abnormal.sar_est[i] ** 2)) == pytest.approx(df, rel=1e-11)
        part = abnormal.take([i])
        np.testing.assert_array_equal(part.sar_est[0], abnormal.sar_est[i])


def test_without_gaps_nothing_differs_from_the_other_policies() -> None:
    prices = draw_prices(3, 0.0)
    names = ("M", "T0", "T1", "T2", "T3", "T4", "T5")
    fits = []
    for bridge in (False, True):
        table = return_table(PriceTable(SESSIONS, names, prices), SESSIONS, "simple", bridge=bridge)
        panel, _ = build_panel(
            ["a"], ["T0"], np.array([140]), table, {"M": table.of("M")}, TIME, min_estimation=60
        )
        fits.append(fit(panel, model_by_name("market_model")))
    np.testing.assert_allclose(fits[0].params, fits[1].params, rtol=1e-11)
    np.testing.assert_allclose(fits[0].covariance, fits[1].covariance, rtol=1e-11)
    np.testing.assert_allclose(fits[0].expected, fits[1].expected, rtol=1e-11, atol=1e-16)


def test_a_halt_over_day_zero_is_kept_and_its_reaction_lies_on_the_first_trade() -> None:
    prices = draw_prices(5, 0.0)
    prices[139:143, 1] = np.nan  # no trade from day -1 to day +2
    prices[143:, 1] *= 1.10
    prices[150:, 2] = np.nan  # T1 stops for good on day 0
    names = ("M", "T0", "T1", "T2", "T3", "T4", "T5")
    table = return_table(PriceTable(SESSIONS, names, prices), SESSIONS, "simple", bridge=True)
    panel, (gone,) = build_panel(
        ["halt", "end"], ["T0", "T1"], np.array([140, 150]), table, {"M": table.of("M")}, TIME,
        min_estimation=60, missing="trade_to_trade",
    )  # fmt: skip
    assert (gone.event_id, gone.reason) == ("end", ExclusionReason.OUTSIDE_DATA)
    assert panel.span_evt is not None
    np.testing.assert_array_equal(
        panel.span_evt[0], [1, 1, 1, 1, np.nan, np.nan, np.nan, np.nan, 5, 1, 1]
    )
    abnormal = abnormal_returns(panel, fit(panel, model_by_name("market_model")))
    assert np.isnan(abnormal.car(0, 2)[0])
    assert abnormal.over([(0, 3)]).days[0, 0] == 1
    held = prices[143, 1] / prices[138, 1]
    normal = abnormal.expected[0, 8]
    assert abnormal.bhar(0, 3)[0] == pytest.approx(held - 1 - normal, rel=1e-12)
    # Five sessions in one return: five times the variance of one, and a little estimation error.
    ratio = abnormal.covariance[0, 8, 8] / abnormal.sigma2[0]
    assert 5.0 < ratio < 5.6
