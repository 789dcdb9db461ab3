from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from eventstudy.estimation import kernels
from eventstudy.estimation.kernels import (
    buy_and_hold,
    fitted_values,
    forecast_covariance,
    insertion_rank_sums,
    least_squares,
    midranks,
    moments,
    window_indicator,
    window_sums,
    window_variances,
)


def windows(*pairs: tuple[int, int]) -> np.ndarray:
    return np.array(pairs)


# ------------------------------------------------------------------------------ regression


def test_least_squares_by_hand() -> None:
    # x = 1 2 3 4, y = 2 4 5 9: means 2.5 and 5; Sxx = 5; Sxy = 11
    # slope 2.2, constant 5 - 2.5 * 2.2 = -0.5; residuals 0.3 0.1 -1.1 0.7; RSS 1.8
    fit = least_squares(np.array([[2.0, 4, 5, 9]]), np.array([[[1.0], [2], [3], [4]]]))
    np.testing.assert_allclose(fit.params, [[-0.5, 2.2]], atol=1e-14)
    fitted = fitted_values(fit.params, np.array([[[1.0], [2], [3], [4]]]))
    np.testing.assert_allclose(fitted, [[1.7, 3.9, 6.1, 8.3]], atol=1e-14)
    assert fit.rss[0] == pytest.approx(1.8, abs=1e-14)
    assert fit.n_obs[0] == 4
    # (X'X)^-1 = [[30, -10], [-10, 4]] / 20
    np.testing.assert_allclose(fit.xtx_inverse()[0], [[1.5, -0.5], [-0.5, 0.2]], atol=1e-14)


def test_forecast_covariance_by_hand() -> None:
    # Same x; forecasts at 2.5 (the mean) and 4.5: I + 1/4 + (x - 2.5)(x' - 2.5)/5
    # = [[1.25, 0.25], [0.25, 1 + 0.25 + 4/5]], times sigma2 = 1.8 / 2
    fit = least_squares(np.array([[2.0, 4, 5, 9]]), np.array([[[1.0], [2], [3], [4]]]))
    got = forecast_covariance(fit, fit.rss / 2, np.array([[[2.5], [4.5]]]))
    np.testing.assert_allclose(got[0], 0.9 * np.array([[1.25, 0.25], [0.25, 2.05]]), atol=1e-14)


@settings(deadline=None, max_examples=60)
@given(
    k=st.integers(0, 6), constant=st.booleans(), share=st.sampled_from([0.0, 0.05, 0.5]),
    seed=st.integers(0, 10_000), scale=st.sampled_from([1e-4, 1.0, 1e3]),
)  # fmt: skip
def test_least_squares_equals_lstsq_for_every_gap_pattern(
    k: int, constant: bool, share: float, seed: int, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    x = scale * (rng.normal(size=(5, 60, k)) + rng.normal(size=k))
    y = rng.normal(size=(5, 60)) + x.sum(axis=2) / scale
    y[rng.random(y.shape) < share] = np.nan
    x[rng.random(x.shape) < share / 10] = np.nan
    fit = least_squares(y, x, intercept=constant)
    fitted = fitted_values(fit.params, x, intercept=constant)
    for i in range(5):
        X = np.hstack([np.ones((60, int(constant))), x[i]])
        use = np.isfinite(y[i]) & np.isfinite(X).all(axis=1)
        b = np.linalg.lstsq(X[use], y[i, use], rcond=None)[0] if X.shape[1] else np.zeros(0)
        e = y[i, use] - X[use] @ b
        assert fit.n_obs[i] == use.sum()
        np.testing.assert_allclose((y[i] - fitted[i])[use], e, atol=1e-11)
        assert np.isnan((y[i] - fitted[i])[~use]).all()
        np.testing.assert_allclose(fit.params[i] * scale, b * scale, rtol=1e-10, atol=1e-10 * scale)
        np.testing.assert_allclose(fit.rss[i], e @ e, rtol=1e-11)


def test_equal_regressors_have_equal_fitted_values_wherever_they_stand() -> None:
    rng = np.random.default_rng(5)
    x, params = rng.normal(size=(7, 33, 5)), rng.normal(size=(7, 6))
    whole = fitted_values(params, x)
    for day in range(33):
        np.testing.assert_array_equal(fitted_values(params, x[:, day:])[:, 0], whole[:, day])
    np.testing.assert_array_equal(fitted_values(params, x[:, :, :0]), np.tile(params[:, :1], 33))


def test_correlated_factors_keep_ten_digits() -> None:
    rng = np.random.default_rng(3)
    common = rng.normal(size=(4, 250, 1))
    x = 0.01 * (common + 1e-3 * rng.normal(size=(4, 250, 5)))  # correlations of 0.999999
    y = x.sum(axis=2) + 0.02 * rng.normal(size=(4, 250))
    fit = least_squares(y, x)
    fitted = fitted_values(fit.params, x)
    for i in range(4):
        X = np.hstack([np.ones((250, 1)), x[i]])
        b = np.linalg.lstsq(X, y[i], rcond=None)[0]
        np.testing.assert_allclose(fitted[i], X @ b, atol=1e-11)
        np.testing.assert_allclose(fit.params[i], b, rtol=1e-9)
    assert not fit.deficient.any()


def test_collinear_and_constant_regressors_are_told_not_raised() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 40, 2))
    x[1, :, 1] = 2.0 * x[1, :, 0] + 1.0
    x[2, :, 0] = 0.013
    fit = least_squares(rng.normal(size=(3, 40)), x)
    assert fit.deficient.tolist() == [False, True, True]


def test_an_event_without_any_observation_does_not_disturb_the_others() -> None:
    rng = np.random.default_rng(0)
    y, x = rng.normal(size=(3, 40)), rng.normal(size=(3, 40, 1))
    alone = least_squares(y[[0, 2]], x[[0, 2]])
    y[1] = np.nan
    together = least_squares(y, x)
    assert together.n_obs.tolist() == [40, 0, 40]
    np.testing.assert_array_equal(together.params[[0, 2]], alone.params)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    y, x = rng.normal(size=(23, 30)), rng.normal(size=(23, 30, 2))
    y[rng.random(y.shape) < 0.1] = np.nan
    whole = least_squares(y, x)
    ind = window_indicator(np.arange(30), windows((0, 3), (2, 29), (5, 5)))
    held = buy_and_hold(0.01 * y, 0.001 * y, ind)
    ranked, inserted = midranks(y), insertion_rank_sums(y, y[:, :3])
    monkeypatch.setattr(kernels, "BLOCK", 130)
    parts = least_squares(y, x)
    for name in ("params", "rss", "n_obs", "inverse", "deficient"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-13)
    np.testing.assert_array_equal(buy_and_hold(0.01 * y, 0.001 * y, ind), held)
    np.testing.assert_array_equal(midranks(y), ranked)
    for got, expected in zip(insertion_rank_sums(y, y[:, :3]), inserted, strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-12)


def test_no_rows_give_no_results() -> None:
    fit = least_squares(np.empty((0, 10)), np.empty((0, 10, 1)))
    assert fit.params.shape == (0, 2)


# --------------------------------------------------------------------------------- windows


def test_a_missing_day_is_left_out_and_an_empty_window_is_nan() -> None:
    tau = np.arange(-1, 3)
    ind = window_indicator(tau, windows((-1, 2), (0, 0), (1, 2)))
    sums, days = window_sums(
        np.array([[0.01, np.nan, 0.03, -0.05], [0.1, 0.2, np.nan, np.nan]]), ind
    )
    np.testing.assert_allclose(sums, [[-0.01, np.nan, -0.02], [0.3, 0.2, np.nan]], atol=1e-16)
    assert days.tolist() == [[3, 0, 2], [2, 1, 0]]


def test_window_variances_keep_the_covariances_and_only_days_that_are_there() -> None:
    V = np.array([[[2.0, 0.5, 0.25], [0.5, 3.0, np.nan], [0.25, np.nan, np.nan]]])
    V[0, 2] = V[0, :, 2] = np.nan
    ind = window_indicator(np.arange(3), windows((0, 2), (1, 2), (2, 2)))
    # [0, 2]: 2 + 3 + 2 * 0.5 = 6; [1, 2]: 3; [2, 2]: no day
    np.testing.assert_allclose(window_variances(V, ind), [[6.0, 3.0, np.nan]])


def test_buy_and_hold_compounds_both_sides() -> None:
    # 1.1 * 0.5 - 1.02 * 1.01 = 0.55 - 1.0302
    ind = window_indicator(np.arange(3), windows((0, 1), (0, 2), (2, 2)))
    r, expected = np.array([[0.1, -0.5, np.nan]]), np.array([[0.02, 0.01, 0.3]])
    np.testing.assert_allclose(buy_and_hold(r, expected, ind), [[-0.4802, -0.4802, np.nan]])


def test_a_loss_of_everything_can_be_held() -> None:
    ind = window_indicator(
        np.arange(2),
        windows(
            (0, 1),
        ),
    )
    got = buy_and_hold(np.array([[-1.0, 0.5]]), np.zeros((1, 2)), ind)
    np.testing.assert_array_equal(got, [[-1.0]])


def test_moments_leave_out_what_is_missing() -> None:
    n, mean, deviation = moments(
        np.array([[1.0, np.nan, 0.1], [3.0, 5.0, 0.1], [np.nan, np.nan, 0.1]])
    )
    assert n.tolist() == [2, 1, 3]
    np.testing.assert_allclose(mean, [2.0, 5.0, 0.1])
    np.testing.assert_allclose(deviation, [np.sqrt(2.0), np.nan, 0.0])
    assert deviation[2] == 0.0


# ----------------------------------------------------------------------------------- ranks


@settings(deadline=None, max_examples=80)
@given(
    hnp.arrays(
        np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
        elements=st.one_of(st.just(np.nan), st.integers(-3, 3).map(float), st.floats(-1, 1)),
    )
)  # fmt: skip
def test_midranks_equal_scipy(values: np.ndarray) -> None:
    expected = np.full(values.shape, np.nan)
    for i, row in enumerate(values):
        there = ~np.isnan(row)
        expected[i, there] = stats.rankdata(row[there])
    np.testing.assert_array_equal(midranks(values), expected)


@settings(deadline=None, max_examples=60)
@given(
    values=hnp.arrays(
        np.float64, (6, 9), elements=st.one_of(st.just(np.nan), st.integers(-4, 4).map(float))
    ),
    inserted=hnp.arrays(
        np.float64, (6, 3), elements=st.one_of(st.just(np.nan), st.integers(-4, 4).map(float))
    ),
)
def test_inserting_a_value_equals_ranking_afresh(values: np.ndarray, inserted: np.ndarray) -> None:
    sums, counts, own, own_n = insertion_rank_sums(values, inserted)
    for w in range(3):
        used = ~np.isnan(inserted[:, w])
        joined = np.column_stack([values[used], inserted[used, w]])
        T = (~np.isnan(joined)).sum(axis=1, keepdims=True)
        U = midranks(joined) / (T + 1) - 0.5
        np.testing.assert_allclose(sums[w], np.nansum(U[:, :-1], axis=0), atol=1e-12)
        np.testing.assert_array_equal(counts[w], (~np.isnan(U[:, :-1])).sum(axis=0))
        assert own[w] == pytest.approx(U[:, -1].sum(), abs=1e-12)
        assert own_n[w] == used.sum()
