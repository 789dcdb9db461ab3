"""Market models with GARCH errors, against arch itself and the recursions written out."""

from __future__ import annotations

import builtins
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import EstimationError
from eventstudy.estimation import conditional
from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.conditional import GarchMarketModel
from eventstudy.estimation.models import fit
from eventstudy.estimation.panel import EventPanel
from tests.panels import change, draw_panel, rows

pytest.importorskip("arch")


def garch_panel(n: int = 3, length: int = 400, seed: int = 1, gaps: float = 0.0) -> EventPanel:
    """Disturbances of a GARCH(1,1) with news 0.1 and memory 0.85; daily deviation 2 %."""
    panel = draw_panel(n, length, starts=[9 * i for i in range(n)], seed=seed)
    rng = np.random.default_rng(seed)
    total = length + panel.r_evt.shape[1]
    noise, h = np.empty((n, total)), np.full(n, 4e-4)
    for t in range(total):
        noise[:, t] = np.sqrt(h) * rng.standard_normal(n)
        h = 4e-4 * 0.05 + 0.1 * noise[:, t] ** 2 + 0.85 * h
    r_est = 0.0002 + 1.2 * panel.x_est[:, :, 0] + noise[:, :length]
    r_est[rng.random(r_est.shape) < gaps] = np.nan
    r_evt = 0.0002 + 1.2 * panel.x_evt[:, :, 0] + noise[:, length:]
    return change(panel, r_est=r_est, r_evt=r_evt)


def by_arch(panel: EventPanel, i: int, vol: Any, o: int) -> Any:
    from arch import arch_model

    use = np.isfinite(panel.r_est[i])
    model = arch_model(
        pd.Series(100 * panel.r_est[i, use]), 100 * pd.DataFrame({"x": panel.x_est[i, use, 0]}),
        mean="LS", vol=vol, p=1, o=o, q=1, rescale=False,
    )  # fmt: skip
    return model.fit(disp="off"), use


@pytest.mark.parametrize("gaps", [0.0, 0.05])
def test_garch_equals_arch_and_its_recursion(gaps: float) -> None:
    panel = garch_panel(gaps=gaps)
    got = fit(panel, GarchMarketModel("garch"))
    assert got.param_names == ("alpha", "SPY", "omega", "garch_news", "garch_memory")
    assert got.scale_est is not None
    for i in range(len(panel)):
        theirs, use = by_arch(panel, i, "GARCH", 0)
        units = np.array([100, 1, 1e4, 1, 1])
        np.testing.assert_allclose(got.params[i] * units, theirs.params, rtol=1e-9)
        y, x = panel.r_est[i, use], panel.x_est[i, use, 0]
        alpha, beta, omega, news, memory = got.params[i]
        e = y - alpha - beta * x
        h = np.asarray(theirs.conditional_volatility) ** 2 / 1e4
        np.testing.assert_allclose(h[1:], omega + news * e[:-1] ** 2 + memory * h[:-1], rtol=1e-7)
        df = use.sum() - 5
        assert (got.df_resid[i], got.n_obs[i]) == (df, use.sum())
        assert got.sigma2[i] == pytest.approx(e @ e / df, rel=1e-10)
        np.testing.assert_allclose(got.resid_est[i, use], e, rtol=1e-9)
        np.testing.assert_allclose(got.scale_est[i, use] ** 2 * got.sigma2[i], h, rtol=1e-8)
        assert np.isnan(got.resid_est[i, ~use]).all()
        ahead = [omega + news * e[-1] ** 2 + memory * h[-1]]
        first = int(panel.tau_evt[0] - panel.tau_est[np.flatnonzero(use)[-1]])
        while len(ahead) < first + len(panel.tau_evt) - 1:
            ahead.append(omega + (news + memory) * ahead[-1])
        X = np.column_stack([np.ones(len(x)), x])
        X_star = np.column_stack([np.ones(len(panel.tau_evt)), panel.x_evt[i, :, 0]])
        weighted = np.linalg.inv(sum(np.outer(v, v) / w for v, w in zip(X, h, strict=True)))
        V = np.diag(ahead[first - 1 :]) + X_star @ weighted @ X_star.T
        np.testing.assert_allclose(got.covariance[i], V, rtol=1e-7)
        np.testing.assert_allclose(got.expected[i], X_star @ [alpha, beta], rtol=1e-12)
        # Block by block the quasi-likelihood's own standard errors are not far away.
        mean_errors = np.sqrt(got.sigma2[i] * np.diagonal(got.xtx_inv[i])[:2]) * [100, 1]
        np.testing.assert_allclose(mean_errors, theirs.std_err.iloc[:2], rtol=0.35)


def test_egarch_equals_arch_and_its_recursion() -> None:
    panel = garch_panel(2, 600)
    got = fit(panel, GarchMarketModel("egarch"))
    assert got.scale_est is not None
    for i in range(len(panel)):
        theirs, _ = by_arch(panel, i, "EGARCH", 1)
        np.testing.assert_allclose(got.params[i, [1, 3, 4, 5]], theirs.params.iloc[[1, 3, 4, 5]])
        alpha, beta, omega, news, sign, memory = got.params[i]
        h = got.scale_est[i] ** 2 * got.sigma2[i]
        np.testing.assert_allclose(
            np.sqrt(h), np.asarray(theirs.conditional_volatility) / 100, rtol=1e-8
        )
        z = (panel.r_est[i] - alpha - beta * panel.x_est[i, :, 0]) / np.sqrt(h)

        def step(z: Any, log_h: Any, c: Any = (omega, news, sign, memory)) -> Any:
            return c[0] + c[1] * (abs(z) - math.sqrt(2 / math.pi)) + c[2] * z + c[3] * log_h

        np.testing.assert_allclose(np.log(h[1:]), step(z[:-1], np.log(h[:-1])), rtol=1e-7)
        X_star = np.column_stack([np.ones(11), panel.x_evt[i, :, 0]])
        spread = got.sigma2[i] * got.xtx_inv[i, :2, :2]
        forecast = np.diagonal(got.covariance[i] - X_star @ spread @ X_star.T)
        log_h = np.full(200_000, step(z[-1], math.log(h[-1])))
        assert forecast[0] == pytest.approx(math.exp(log_h[0]), rel=1e-7)
        rng = np.random.default_rng(5)
        for t in range(1, 11):
            log_h = step(rng.standard_normal(len(log_h)), log_h)
            assert forecast[t] == pytest.approx(np.exp(log_h).mean(), rel=0.02)


def test_known_parameters_are_found_and_the_tests_see_unit_variance() -> None:
    panel = garch_panel(6, 3000, seed=3)
    got = fit(panel, GarchMarketModel("garch"))
    np.testing.assert_allclose(got.params[:, 1].mean(), 1.2, atol=0.03)
    np.testing.assert_allclose(got.params[:, 3].mean(), 0.10, atol=0.02)
    np.testing.assert_allclose(got.params[:, 4].mean(), 0.85, atol=0.03)
    abnormal = abnormal_returns(panel, got)
    np.testing.assert_allclose(np.nanstd(abnormal.sar_est, axis=1), 1.0, atol=0.02)
    np.testing.assert_array_equal(abnormal.take([2]).sar_est, abnormal.sar_est[[2]])


def test_an_event_does_not_depend_on_the_others_or_on_its_event_days() -> None:
    panel = garch_panel(3)
    for process in ("garch", "egarch"):
        model = GarchMarketModel(process)
        whole, alone = fit(panel, model), fit(rows(panel, [2]), model)
        np.testing.assert_array_equal(whole.covariance[2], alone.covariance[0])
        moved = fit(change(panel, r_evt=panel.r_evt + 1.0), model)
        np.testing.assert_array_equal(whole.covariance, moved.covariance)


def test_what_cannot_be_fitted_is_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = garch_panel(4, 120)
    r_est = panel.r_est.copy()
    r_est[0] = 0.0
    r_est[1, 4:] = np.nan
    found = conditional._fit_one
    calls: list[int] = []

    def fails_once(*values: Any) -> Any:
        calls.append(1)
        return None if len(calls) == 1 else found(*values)

    monkeypatch.setattr(conditional, "_fit_one", fails_once)
    got = fit(change(panel, r_est=r_est), GarchMarketModel())
    assert got.problems == ("zero variance", "too few observations", "no convergence", "")
    assert np.isnan(got.covariance[:3]).all()
    assert np.isfinite(got.covariance[3]).all()
    assert got.take([3]).scale_est is not None


def test_a_fit_worse_than_a_constant_variance_or_far_in_the_mean_is_none() -> None:
    panel = garch_panel(1, 250)
    y, x = 100 * panel.r_est[0], 100 * panel.x_est[0, :, 0]
    X = np.column_stack([np.ones(250), x])
    ordinary, (rss,), *_ = np.linalg.lstsq(X, y, rcond=None)
    errors = np.sqrt(np.diagonal(np.linalg.inv(X.T @ X)) * rss / 250)
    calm = -125 * (math.log(2 * math.pi * rss / 250) + 1)
    for lost, away, least, credible in [
        (0.0, (0, 0), 0.011, True),
        (0.0, (0, 0), 0.009, False),
        (0.2, (0, 0), 1.0, False),
        (0.0, (9.9, -9.9), 1.0, True),
        (0.0, (10.1, 0), 1.0, False),
        (0.0, (0, -10.1), 1.0, False),
        (math.nan, (0, 0), 1.0, False),
    ]:
        found = SimpleNamespace(
            loglikelihood=calm - lost,
            params=ordinary + away * errors,
            conditional_volatility=np.sqrt(rss / 250 * np.array([1.0, least])),
        )
        assert conditional._credible(found, y, x) is credible, (lost, away)


@pytest.mark.parametrize("factor", [1e9, 1e-9])
def test_a_forecast_that_explodes_or_vanishes_is_no_fit(
    monkeypatch: pytest.MonkeyPatch, factor: float
) -> None:
    from arch.univariate.base import ARCHModelResult

    real = ARCHModelResult.forecast

    def wild(*values: Any, **named: Any) -> Any:
        return SimpleNamespace(residual_variance=real(*values, **named).residual_variance * factor)

    monkeypatch.setattr(ARCHModelResult, "forecast", wild)
    assert fit(garch_panel(2), GarchMarketModel()).problems == ("no convergence",) * 2


def test_no_forecast_on_real_prices_is_absurd(shared: Path) -> None:
    prices = pd.read_parquet(shared / "market" / "prices_daily.parquet")
    closes = prices.pivot_table(index="date", columns="ticker", values="adj_close")
    returns = closes.pct_change(fill_method=None).loc["2023-11-01":"2024-12-30"]
    x = returns["SPY"].to_numpy()[:-20]
    for ticker in ("ADBE", "CRM", "META", "MSFT", "PINS"):
        y = returns[ticker].to_numpy()[:-20]
        use = np.isfinite(x) & np.isfinite(y)
        found = conditional._fit_one("egarch", y[use], x[use], np.arange(1, 22))
        if found is not None:
            ratio = found.forecast / np.var(
                y[use] - np.polyval(np.polyfit(x[use], y[use], 1), x[use])
            )
            assert ((ratio > 0.01) & (ratio < 100)).all(), ticker


def test_an_optimiser_that_breaks_down_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from arch.univariate import LS

    def breaks(*_: Any, **__: Any) -> None:
        raise np.linalg.LinAlgError("singular")

    monkeypatch.setattr(LS, "fit", breaks)
    got = fit(garch_panel(2, 120), GarchMarketModel("egarch"))
    assert got.problems == ("no convergence", "no convergence")


def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_arch(name: str, *rest: Any, **more: Any) -> Any:
        if name == "arch":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_arch)
    with pytest.raises(EstimationError, match=r"market-reaction\[econ\]"):
        fit(garch_panel(2, 120), GarchMarketModel())
