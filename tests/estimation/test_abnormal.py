from __future__ import annotations

import math

import numpy as np
import pytest

from eventstudy.errors import EstimationError, WindowError
from eventstudy.estimation.abnormal import AbnormalReturns, abnormal_returns, check_windows
from eventstudy.estimation.models import MarketModel, fit, model_by_name
from eventstudy.estimation.panel import EventPanel
from tests.panels import change, draw_panel
from tests.slow import slow_events

WINDOWS = [(0, 0), (0, 1), (-1, 1), (-5, 5), (2, 5), (-5, -5), (5, 5)]


def study(panel: EventPanel, model: str = "market_model") -> AbnormalReturns:
    return abnormal_returns(panel, fit(panel, model_by_name(model)))


def ragged(n: int = 8, seed: int = 0) -> EventPanel:
    """Events with gaps in both windows, one without any day in [2, 5], one without day -5."""
    panel = draw_panel(n, starts=range(0, 5 * n, 5), gaps=0.1, seed=seed)
    r_evt = panel.r_evt.copy()
    r_evt[1, 7:] = np.nan
    r_evt[2, 0] = np.nan
    r_evt[0] = np.linspace(-0.03, 0.02, r_evt.shape[1])
    return change(panel, r_evt=r_evt)


def test_cars_and_variances_equal_the_loop_over_events_and_days() -> None:
    panel = ragged()
    got = study(panel).over(WINDOWS)
    for i, event in enumerate(slow_events(panel, [0])):
        for w, window in enumerate(WINDOWS):
            there = event.days(window)
            assert got.days[i, w] == len(there)
            expected = (
                [event.car(window), event.car_variance(window), event.scar(window)]
                if there
                else [math.nan] * 3
            )
            values = [got.car[i, w], got.variance[i, w], got.scar[i, w]]
            np.testing.assert_allclose(values, expected, rtol=1e-11, atol=1e-14)
    assert np.isnan(got.car[1, WINDOWS.index((2, 5))])
    assert np.isnan(got.car[2, WINDOWS.index((-5, -5))])


def test_one_window_at_a_time_is_the_same() -> None:
    abnormal = study(ragged())
    over = abnormal.over(WINDOWS)
    for w, window in enumerate(WINDOWS):
        np.testing.assert_allclose(abnormal.car(*window), over.car[:, w], atol=1e-16)
        np.testing.assert_allclose(abnormal.car_variance(*window), over.variance[:, w], rtol=1e-14)
        np.testing.assert_allclose(abnormal.scar(*window), over.scar[:, w], rtol=1e-13, atol=1e-15)


def test_the_variance_of_a_window_holds_the_covariance_of_its_days() -> None:
    # With M estimation days, Var CAR over L days of a constant mean is sigma2 L (1 + L / M);
    # leaving out the covariances would give sigma2 L (1 + 1 / M).
    panel = draw_panel(3, 20)
    abnormal = study(panel, "constant_mean")
    np.testing.assert_allclose(
        abnormal.car_variance(-5, 5), abnormal.sigma2 * 11 * (1 + 11 / 20), rtol=1e-12
    )
    np.testing.assert_allclose(
        abnormal.scar(-5, 5), abnormal.car(-5, 5) / np.sqrt(abnormal.sigma2 * 11 * 1.55), rtol=1e-12
    )


def test_sar_divides_by_the_prediction_error_of_its_day() -> None:
    panel = ragged()
    abnormal = study(panel)
    for i, event in enumerate(slow_events(panel, [0])):
        for j, day in enumerate(event.tau):
            if day in event.ar:
                sd = math.sqrt(event.variance[j, j])
                assert abnormal.sar[i, j] == pytest.approx(event.ar[day] / sd, rel=1e-10)
            else:
                assert np.isnan(abnormal.sar[i, j])
                assert np.isnan(abnormal.covariance[i, j]).all()
                assert np.isnan(abnormal.covariance[i, :, j]).all()
    # Residuals over sigma have a sum of squares of M - k.
    np.testing.assert_allclose(np.nansum(abnormal.sar_est**2, axis=1), abnormal.df, rtol=1e-12)


def test_bhar_compounds_raw_returns_against_normal_returns() -> None:
    panel = draw_panel(4, regressors=("mkt_rf",))
    abnormal = study(panel, "capm")
    normal = fit(panel, model_by_name("capm")).expected
    for i in range(4):
        held = math.prod(1 + panel.r_evt[i, 4:7])
        expected = held - math.prod(1 + normal[i, 4:7])
        assert abnormal.bhar(-1, 1)[i] == pytest.approx(expected, abs=1e-15)
    np.testing.assert_allclose(abnormal.bhar(0, 0), abnormal.car(0, 0), atol=1e-15)


def test_averages_count_who_is_there_each_day() -> None:
    abnormal = study(ragged())
    aar = abnormal.aar()
    for j in range(len(aar.tau)):
        there = [v for v in abnormal.ar[:, j] if not math.isnan(v)]
        assert aar.n[j] == len(there)
        assert aar.mean[j] == pytest.approx(sum(there) / len(there), abs=1e-15)
        se = np.std(there, ddof=1) / math.sqrt(len(there))
        assert aar.standard_error[j] == pytest.approx(se, rel=1e-12)
        variance = np.nansum(abnormal.covariance[:, j, j])
        assert aar.model_error[j] == pytest.approx(math.sqrt(variance) / len(there), rel=1e-12)
    assert aar.n[-1] < len(abnormal)
    assert not np.isnan(aar.mean).any()


def test_the_path_ends_in_the_average_of_the_cars() -> None:
    abnormal = study(ragged())
    path = abnormal.caar()
    assert path.tau.tolist() == list(range(-5, 6))
    assert path.mean[-1] == pytest.approx(np.nanmean(abnormal.car(-5, 5)), abs=1e-15)
    assert path.mean[3] == pytest.approx(np.nanmean(abnormal.car(-5, -2)), abs=1e-15)
    part = abnormal.caar(0, 2)
    assert part.tau.tolist() == [0, 1, 2]
    np.testing.assert_allclose(part.mean[0], abnormal.aar().mean[5], atol=1e-15)


def test_one_event_has_a_band_from_its_prediction_errors_only() -> None:
    abnormal = study(draw_panel(1))
    path = abnormal.caar()
    assert np.isnan(path.standard_error).all()
    np.testing.assert_allclose(path.model_error[-1], np.sqrt(abnormal.car_variance(-5, 5))[0])


def test_an_event_without_estimates_counts_nowhere() -> None:
    panel = draw_panel(4)
    r_est = panel.r_est.copy()
    r_est[2] = 0.0
    abnormal = study(change(panel, r_est=r_est))
    assert np.isnan(abnormal.ar[2]).all()
    assert (abnormal.aar().n == 3).all()
    assert abnormal.residual_correlation().n_events == 3
    others = abnormal.take([0, 1, 3])
    np.testing.assert_array_equal(others.aar().mean, abnormal.aar().mean)


def test_take_by_position_and_by_mask() -> None:
    abnormal = study(ragged())
    mask = np.zeros(8, dtype=bool)
    mask[[1, 4]] = True
    for part in (abnormal.take(mask), abnormal.take([1, 4])):
        assert part.event_ids == ("e1", "e4")
        assert part.tickers == ("T1", "T4")
        np.testing.assert_array_equal(part.sar, abnormal.sar[[1, 4]])
        np.testing.assert_array_equal(part.car(0, 1), abnormal.car(0, 1)[[1, 4]])
        assert part.residual_correlation().n_pairs == 1
    assert len(abnormal.take([])) == 0
    assert np.isnan(abnormal.take([]).aar().mean).all()


def test_arrays_cannot_be_written() -> None:
    abnormal = study(draw_panel(2))
    with pytest.raises(ValueError, match="read-only"):
        abnormal.ar[0, 0] = 1.0


@pytest.mark.parametrize("window", [(-6, 0), (0, 6), (1, 0), (7, 9)])
def test_windows_outside_the_event_window_are_refused(window: tuple[int, int]) -> None:
    start, end = window
    with pytest.raises(WindowError, match=rf"\[{start}, {end}\] .*\[-5, 5\]") as caught:
        study(draw_panel(2)).car(start, end)
    assert caught.value.facts == {"window": window, "event_window": (-5, 5)}


@pytest.mark.parametrize("window", [(0,), (0, 1, 2), ("0", "1"), (0.0, 1.0), 3, None])
def test_windows_that_are_not_two_days_are_refused(window: object) -> None:
    with pytest.raises(WindowError, match="two whole numbers of days"):
        check_windows([window], np.arange(-5, 6))  # type: ignore[list-item]


def test_windows_of_numpy_integers_become_plain() -> None:
    checked = check_windows(np.array([[0, 1]]), np.arange(-5, 6))  # type: ignore[arg-type]
    assert checked == ((0, 1),)
    assert type(checked[0][0]) is int


def test_a_fit_of_another_panel_is_refused() -> None:
    with pytest.raises(EstimationError, match="3 events and the fit 2"):
        abnormal_returns(draw_panel(3), fit(draw_panel(2), MarketModel()))
