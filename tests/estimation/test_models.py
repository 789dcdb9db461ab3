from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import EstimationError, SpecificationError
from eventstudy.estimation.models import (
    MODELS,
    ConstantMean,
    FactorModel,
    MarketAdjusted,
    MarketModel,
    NormalReturnModel,
    fit,
    model_by_name,
)
from eventstudy.estimation.panel import EventPanel
from tests.panels import BENCHMARK, FACTORS, change, draw_panel, rows

REGRESSION_MODELS = [
    name
    for name, model in MODELS.items()
    if isinstance(model, ConstantMean | MarketModel | FactorModel)
]


def gap(panel: EventPanel, pattern: str) -> EventPanel:
    rng = np.random.default_rng(11)
    r_est, r_evt = panel.r_est.copy(), panel.r_evt.copy()
    x_est, x_evt = panel.x_est.copy(), panel.x_evt.copy()
    if pattern == "scattered":
        r_est[rng.random(r_est.shape) < 0.1] = np.nan
    elif pattern == "late listing":
        r_est[:, :60] = np.nan
    elif pattern == "one event":
        r_est[2, 5:40] = np.nan
    elif pattern == "event days":
        r_evt[rng.random(r_evt.shape) < 0.3] = np.nan
        r_evt[:, 0] = 0.01
    elif pattern == "regressor":
        x_est[:, 7] = np.nan
        x_evt[1, 3] = np.nan
    return change(panel, r_est=r_est, r_evt=r_evt, x_est=x_est, x_evt=x_evt)


def panel_for(model: NormalReturnModel, pattern: str = "none") -> EventPanel:
    names = model.regressors(BENCHMARK) or (BENCHMARK,)
    return gap(draw_panel(6, 120, regressors=names, starts=[0, 3, 3, 50, 9, 2]), pattern)


@pytest.mark.parametrize("name", REGRESSION_MODELS)
@pytest.mark.parametrize(
    "pattern", ["none", "scattered", "late listing", "one event", "event days", "regressor"]
)
def test_every_model_equals_statsmodels_for_every_gap_pattern(name: str, pattern: str) -> None:
    import statsmodels.api as sm

    model = model_by_name(name)
    panel = panel_for(model, pattern)
    got = fit(panel, model)
    k_x = len(model.regressors(BENCHMARK))
    assert panel.rf_est is not None
    assert panel.rf_evt is not None
    assert not any(got.problems)
    for i in range(len(panel)):
        X = sm.add_constant(panel.x_est[i, :, :k_x], has_constant="add")
        X_star = sm.add_constant(panel.x_evt[i, :, :k_x], has_constant="add")
        base = (panel.rf_est[i], panel.rf_evt[i]) if model.needs_risk_free else (0.0, 0.0)
        theirs = sm.OLS(panel.r_est[i] - base[0], X, missing="drop").fit()
        assert got.n_obs[i] == theirs.nobs
        assert got.df_resid[i] == theirs.df_resid
        np.testing.assert_allclose(got.params[i], theirs.params, rtol=1e-10, atol=1e-13)
        assert got.sigma2[i] == pytest.approx(theirs.mse_resid, rel=1e-12)
        cov = theirs.cov_params()
        size = np.abs(cov).max()
        np.testing.assert_allclose(
            got.sigma2[i] * got.xtx_inv[i], cov, rtol=1e-10, atol=1e-13 * size
        )
        ok = np.isfinite(X_star).all(axis=1)
        prediction = theirs.get_prediction(X_star[ok])
        normal = prediction.predicted_mean + np.broadcast_to(base[1], ok.shape)[ok]
        np.testing.assert_allclose(got.expected[i, ok], normal, rtol=1e-10, atol=1e-14)
        variance = np.diagonal(got.covariance[i])
        np.testing.assert_allclose(variance[ok], prediction.se_obs**2, rtol=1e-11)
        assert np.isnan(variance[~ok]).all()
        full = theirs.mse_resid * np.eye(ok.sum()) + X_star[ok] @ theirs.cov_params() @ X_star[ok].T
        np.testing.assert_allclose(got.covariance[i][np.ix_(ok, ok)], full, rtol=1e-10, atol=1e-18)


def test_market_adjusted_by_hand() -> None:
    # r - market = 0.01, -0.02, missing, 0.03: sigma2 = (1 + 4 + 9) / 3 * 1e-4, about zero; df = 3
    panel = draw_panel(1, 4, (0, 1))
    market = panel.x_est[:, :, 0]
    panel = change(panel, r_est=market + np.array([[0.01, -0.02, np.nan, 0.03]]))
    got = fit(panel, MarketAdjusted())
    assert got.params.shape == (1, 0)
    assert got.sigma2[0] == pytest.approx(14e-4 / 3, rel=1e-13)
    assert (got.df_resid[0], got.n_obs[0]) == (3, 3)
    np.testing.assert_array_equal(got.expected, panel.x_evt[:, :, 0])
    np.testing.assert_allclose(got.covariance[0], 14e-4 / 3 * np.eye(2), rtol=1e-13)


def test_constant_mean_by_hand() -> None:
    # mean of 0.01, 0.03, 0.02 is 0.02; sigma2 = 2e-4 / 2; V = sigma2 (I + 1/3)
    panel = change(draw_panel(1, 3, (0, 1)), r_est=np.array([[0.01, 0.03, 0.02]]))
    got = fit(panel, ConstantMean())
    assert got.params[0, 0] == pytest.approx(0.02)
    assert got.df_resid[0] == 2
    np.testing.assert_allclose(got.covariance[0], 1e-4 * np.array([[4, 1], [1, 4]]) / 3)


def test_excess_models_add_the_risk_free_return_back() -> None:
    panel = draw_panel(3, 100, regressors=("mkt_rf",))
    assert panel.rf_evt is not None
    excess = fit(panel, model_by_name("capm"))
    beta = excess.params[:, 1:]
    expected = panel.rf_evt + excess.params[:, :1] + beta * panel.x_evt[:, :, 0]
    np.testing.assert_allclose(excess.expected, expected, rtol=1e-13)


def test_event_days_never_enter_the_estimation() -> None:
    panel = draw_panel(4)
    before = fit(panel, MarketModel())
    after = fit(change(panel, r_evt=panel.r_evt + 5.0, x_evt=panel.x_evt * 2), MarketModel())
    np.testing.assert_array_equal(before.params, after.params)
    np.testing.assert_array_equal(before.sigma2, after.sigma2)


def test_two_events_of_one_firm_have_two_regressions() -> None:
    panel = draw_panel(2, starts=[0, 40])
    both = fit(change(panel, tickers=("AAA", "AAA")), MarketModel())
    apart = fit(panel, MarketModel())
    np.testing.assert_array_equal(both.params, apart.params)
    assert both.params[0, 1] != both.params[1, 1]


def test_what_cannot_be_estimated_is_told_and_stops_nothing() -> None:
    panel = draw_panel(6, 60)
    r_est, x_est = panel.r_est.copy(), panel.x_est.copy()
    r_est[0, 2:] = np.nan  # two observations for two coefficients
    r_est[1] = 0.0  # a price that never moves
    r_est[2] = 0.001 + 1.2 * x_est[2, :, 0]  # nothing but the market
    x_est[3] = 0.004  # a market that never moves
    r_est[4] = np.nan
    got = fit(change(panel, r_est=r_est, x_est=x_est), MarketModel())
    assert got.problems == (
        "too few observations", "zero variance", "zero variance", "collinear regressors",
        "too few observations", "",
    )  # fmt: skip
    assert got.estimated.tolist() == [False] * 5 + [True]
    for values in (got.params, got.sigma2, got.expected, got.resid_est, got.covariance):
        assert np.isnan(values[:5]).all()
        assert np.isfinite(values[5]).all()
    assert got.n_obs.tolist() == [2, 60, 60, 60, 0, 60]


def test_three_observations_are_enough_for_one_degree_of_freedom() -> None:
    panel = draw_panel(1, 60)
    r_est = panel.r_est.copy()
    r_est[0, 3:] = np.nan
    got = fit(change(panel, r_est=r_est), MarketModel())
    assert got.problems == ("",)
    assert got.df_resid[0] == 1
    assert got.sigma2[0] > 0


def test_take_gives_the_rows() -> None:
    got = fit(draw_panel(5), MarketModel())
    part = got.take([3, 1])
    np.testing.assert_array_equal(part.params, got.params[[3, 1]])
    assert len(part.problems) == len(part) == 2
    with pytest.raises(ValueError, match="read-only"):
        part.params[0, 0] = 1.0


def test_a_panel_of_repeated_rows_repeats_results() -> None:
    panel = draw_panel(3)
    np.testing.assert_array_equal(
        fit(rows(panel, [1, 1]), MarketModel()).covariance,
        fit(panel, MarketModel()).covariance[[1, 1]],
    )


# ------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("name", "k", "regressors"),
    [
        ("constant_mean", 1, ()),
        ("market_adjusted", 0, (BENCHMARK,)),
        ("market_model", 2, (BENCHMARK,)),
        ("capm", 2, ("mkt_rf",)),
        ("ff3", 4, ("mkt_rf", "smb", "hml")),
        ("carhart4", 5, ("mkt_rf", "smb", "hml", "mom")),
        ("ff5", 6, ("mkt_rf", "smb", "hml", "rmw", "cma")),
        ("ff6", 7, ("mkt_rf", "smb", "hml", "rmw", "cma", "mom")),
    ],
)
def test_models_know_what_they_need(name: str, k: int, regressors: tuple[str, ...]) -> None:
    model = model_by_name(name)
    assert model.name == name
    assert model.reference
    assert model.regressors(BENCHMARK) == regressors
    got = fit(panel_for(model), model)
    assert got.params.shape[1] == len(got.param_names) == k
    assert (got.df_resid == 120 - k).all()
    assert list(MODELS).index(name) >= 0


def test_a_factor_model_takes_any_list_in_any_order_of_columns() -> None:
    panel = draw_panel(3, 150, regressors=FACTORS)
    model = FactorModel(("mom", "mkt_rf"), excess=False)
    got = fit(panel, model)
    assert got.param_names == ("alpha", "mom", "mkt_rf")
    X = np.column_stack([np.ones(150), panel.x_est[0][:, [5, 0]]])
    b = np.linalg.lstsq(X, panel.r_est[0], rcond=None)[0]
    np.testing.assert_allclose(got.params[0], b, rtol=1e-10)
    assert not model.needs_risk_free


def test_mistakes_are_named() -> None:
    panel = draw_panel(2)
    with pytest.raises(SpecificationError, match="'arma'; choose one of constant_mean, "):
        model_by_name("arma")
    with pytest.raises(EstimationError, match="needs the regressors smb, hml, but the panel has"):
        fit(change(panel, regressors=("mkt_rf",)), model_by_name("ff3"))
    capm = change(panel, regressors=("mkt_rf",), rf_est=None, rf_evt=None)
    with pytest.raises(EstimationError, match="needs the risk-free return"):
        fit(capm, model_by_name("capm"))
    bare = change(panel, regressors=(), x_est=panel.x_est[:, :, :0], x_evt=panel.x_evt[:, :, :0])
    for name in ("market_model", "market_adjusted"):
        with pytest.raises(EstimationError, match="needs the benchmark's returns"):
            fit(bare, model_by_name(name))
    assert fit(bare, ConstantMean()).params.shape == (2, 1)
    with pytest.raises(EstimationError, match="no event"):
        fit(rows(panel, []), MarketModel())
    with pytest.raises(SpecificationError, match="at least one, each once"):
        FactorModel(("smb", "smb"))


# ------------------------------------------------------------------------------ replication


@pytest.mark.real
def test_market_model_equals_the_stored_output_of_estudy2(shared: Path) -> None:
    folder = shared / "market" / "replication"
    rates = pd.read_csv(folder / "estudy2_rates.csv.gz", index_col="date")
    index = pd.read_csv(folder / "estudy2_rates_indx.csv.gz", index_col="date")["^GSPC"]
    stored = pd.read_csv(folder / "estudy2_securities_returns_coefficients.csv.gz")
    output = pd.read_csv(folder / "estudy2_securities_returns_expected_output.csv.gz")
    assert (rates.index == index.index).all()
    last = stored["estimation_end"].iloc[0]
    estimation, event = rates.index <= last, rates.index > last
    n, length, days = len(stored), int(estimation.sum()), len(rates)
    x = np.repeat(index.to_numpy()[None, :, None], n, axis=0)
    r = rates[stored["security"]].to_numpy().T
    at = np.repeat(np.arange(days)[None], n, axis=0)
    panel = EventPanel(
        event_ids=tuple(stored["security"]),
        tickers=tuple(stored["security"]),
        day_zero=np.repeat(np.datetime64("2020-03-16"), n),
        tau_est=np.arange(-length, 0),
        tau_evt=np.arange(int(event.sum())),
        r_est=r[:, estimation], r_evt=r[:, event],
        x_est=x[:, estimation], x_evt=x[:, event],
        regressors=("^GSPC",),
        sessions=pd.to_datetime(rates.index).to_numpy().astype("datetime64[D]"),
        at_est=at[:, estimation], at_evt=at[:, event],
    )  # fmt: skip
    got = fit(panel, MarketModel())
    np.testing.assert_allclose(got.params, stored[["alpha", "beta"]], rtol=1e-12, atol=1e-15)
    assert got.n_obs.tolist() == stored["estimation_length"].tolist()
    for i, security in enumerate(stored["security"]):
        theirs = output[output["security"] == security].set_index("date")
        after = theirs.loc[[d for d in rates.index[event] if d in theirs.index]]
        at_day = [list(rates.index[event]).index(d) for d in after.index]
        assert len(at_day) > 5
        np.testing.assert_allclose(got.expected[i, at_day], after["predicted"], atol=1e-12)
        ar = panel.r_evt[i] - got.expected[i]
        np.testing.assert_allclose(ar[at_day], after["abnormal"], atol=1e-12)
