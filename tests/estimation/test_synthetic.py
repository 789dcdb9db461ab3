"""Synthetic controls, against a search over the simplex, scipy, pysyncon and restricted OLS."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import EstimationError, SpecificationError
from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.models import MultiBenchmark, fit
from eventstudy.estimation.panel import EventPanel
from eventstudy.estimation.synthetic import SyntheticControl, restricted_inverse, simplex_weights
from tests.panels import change, draw_panel

DONORS = ("A", "B", "C", "D", "E")


def pooled(n: int = 4, seed: int = 0, length: int = 100) -> EventPanel:
    """Securities that are 60 % A, 40 % C and noise."""
    panel = draw_panel(n, length, starts=[5 * i for i in range(n)], seed=seed)
    rng = np.random.default_rng(seed)
    pool = 0.01 * rng.standard_normal((len(panel.sessions), 1)) + rng.normal(
        0.0003, 0.012, (len(panel.sessions), len(DONORS))
    )
    blend = 0.6 * pool[:, 0] + 0.4 * pool[:, 2]
    r_est = blend[panel.at_est] + rng.normal(0, 0.004, panel.r_est.shape)
    r_evt = blend[panel.at_evt] + rng.normal(0, 0.004, panel.r_evt.shape)
    return change(panel, r_est=r_est, r_evt=r_evt, pool=pool)


def by_subsets(y: np.ndarray, x: np.ndarray) -> tuple[float, np.ndarray]:
    """Try every set of donors with weight: restricted least squares, kept when none is negative."""
    best, found = np.inf, np.zeros(x.shape[1])
    for size in range(1, x.shape[1] + 1):
        for chosen in itertools.combinations(range(x.shape[1]), size):
            part = x[:, chosen]
            z = part[:, :-1] - part[:, -1:]
            v = np.linalg.lstsq(z, y - part[:, -1], rcond=None)[0] if size > 1 else np.empty(0)
            w = np.r_[v, 1 - v.sum()]
            loss = float(((y - part @ w) ** 2).sum())
            if (w >= -1e-12).all() and loss < best:
                best, found = loss, np.zeros(x.shape[1])
                found[list(chosen)] = w
    return best, found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.sampled_from([1e-4, 0.01, 1.0]))
def test_weights_are_the_best_of_every_set_of_donors(seed: int, D: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    x = scale * (rng.normal(size=(30, D)) + rng.normal(size=(30, 1)))
    y = x @ rng.dirichlet(np.ones(D)) + scale * rng.normal(size=30)
    weights = simplex_weights(y, x)
    loss, expected = by_subsets(y, x)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert ((y - x @ weights) ** 2).sum() == pytest.approx(loss, rel=1e-9)
    np.testing.assert_allclose(weights, expected, atol=1e-7)


def test_a_donor_that_is_the_security_takes_all_weight() -> None:
    x = np.random.default_rng(0).normal(size=(50, 3))
    np.testing.assert_allclose(simplex_weights(x[:, 1], x), [0, 1, 0], atol=1e-12)


def test_variances_are_those_of_least_squares_under_the_restriction() -> None:
    panel = pooled()
    got = fit(panel, SyntheticControl(DONORS))
    assert panel.pool is not None
    for i in range(len(panel)):
        x, x_star = panel.pool[panel.at_est[i]], panel.pool[panel.at_evt[i]]
        w = got.params[i]
        active = np.flatnonzero(w > 0)
        assert {0, 2} <= set(active.tolist())
        np.testing.assert_allclose(w, by_subsets(panel.r_est[i], x)[1], atol=1e-8)
        last = active[-1]
        z = x[:, active[:-1]] - x[:, [last]]
        theirs = sm.OLS(panel.r_est[i] - x[:, last], z).fit()
        np.testing.assert_allclose(w[active[:-1]], theirs.params, rtol=1e-7)
        assert got.sigma2[i] == pytest.approx(theirs.mse_resid, rel=1e-9)
        assert (got.df_resid[i], got.n_obs[i]) == (theirs.df_resid, 100)
        ahead = theirs.get_prediction(x_star[:, active[:-1]] - x_star[:, [last]])
        np.testing.assert_allclose(np.diagonal(got.covariance[i]), ahead.se_obs**2, rtol=1e-8)
        np.testing.assert_allclose(got.expected[i], ahead.predicted_mean + x_star[:, last])
        spread = got.sigma2[i] * got.xtx_inv[i]
        np.testing.assert_allclose(spread.sum(axis=0), 0, atol=1e-12)  # weights add up to one
        inside = active[:-1]
        np.testing.assert_allclose(spread[np.ix_(inside, inside)], theirs.cov_params(), rtol=1e-7)
    abnormal = abnormal_returns(panel, got)
    assert np.abs(abnormal.ar).max() < 0.02


def test_agrees_with_pysyncon() -> None:
    with warnings.catch_warnings():  # its own source has escapes that newer Pythons warn of
        warnings.simplefilter("ignore")
        pysyncon = pytest.importorskip("pysyncon")
    panel = pooled(1, seed=3)
    assert panel.pool is not None
    x = panel.pool[panel.at_est[0]]
    import pandas as pd

    theirs = pysyncon.Synth()
    frame = pd.DataFrame(100 * x, columns=list(DONORS))
    own = pd.Series(100 * panel.r_est[0], name="own")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs.fit(X0=frame, X1=own, Z0=frame, Z1=own, custom_V=np.ones(len(frame)))
    # It divides every day by the spread of all series on that day.
    spread = np.column_stack([x, panel.r_est[0]]).std(axis=1, ddof=1)
    ours = simplex_weights(panel.r_est[0] / spread, x / spread[:, None])
    np.testing.assert_allclose(ours, theirs.W, atol=2e-3)


def test_donors_with_gaps_and_the_security_itself_do_not_serve() -> None:
    panel = pooled(4)
    assert panel.pool is not None
    pool = panel.pool.copy()
    pool[panel.at_est[0, 3], 0] = np.nan  # A misses one day of the estimation windows of e0 only
    pool[panel.at_evt[3, -1], 1] = np.nan  # B misses the last event day of e3
    r_est = panel.r_est.copy()
    r_est[1, 10:20] = np.nan
    panel = change(panel, pool=pool, tickers=("T0", "T1", "C", "T3"), r_est=r_est)
    got = fit(panel, SyntheticControl(DONORS))
    assert got.params[0, 0] == 0.0
    assert got.params[2, 2] == 0.0
    assert got.params[3, 1] == 0.0
    assert (got.params[[1, 3], 0] > 0.4).all()
    assert got.n_obs.tolist() == [100, 90, 100, 100]
    assert np.isfinite(got.expected).all()


def test_an_event_without_donors_is_told() -> None:
    panel = pooled(3)
    assert panel.pool is not None
    pool = panel.pool.copy()
    pool[panel.at_est[0, 0]] = np.nan
    got = fit(change(panel, pool=pool), SyntheticControl(DONORS))
    assert got.problems == ("no donor with all returns", "", "")
    assert np.isnan(got.covariance[0]).all()
    with pytest.raises(EstimationError, match="returns of its 5 donors"):
        fit(draw_panel(2), SyntheticControl(DONORS))
    with pytest.raises(SpecificationError, match="at least two, each once"):
        SyntheticControl(("A", "A"))


def test_one_donor_with_weight_has_no_error_of_estimation() -> None:
    np.testing.assert_array_equal(restricted_inverse(np.ones((5, 1))), [[0.0]])


def test_several_benchmarks_are_one_regression() -> None:
    panel = draw_panel(3, 150, regressors=("SPY", "SOXX", "XLK"))
    got = fit(panel, MultiBenchmark(("XLK",)))
    assert got.param_names == ("alpha", "SPY", "XLK")
    for i in range(3):
        theirs = sm.OLS(panel.r_est[i], sm.add_constant(panel.x_est[i][:, [0, 2]])).fit()
        np.testing.assert_allclose(got.params[i], theirs.params, rtol=1e-10)
        assert got.sigma2[i] == pytest.approx(theirs.scale, rel=1e-12)
    with pytest.raises(EstimationError, match="needs the regressors GLD"):
        fit(panel, MultiBenchmark(("GLD",)))
    with pytest.raises(SpecificationError, match="at least one, each once"):
        MultiBenchmark(())
