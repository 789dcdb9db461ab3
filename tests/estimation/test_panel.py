from __future__ import annotations

import numpy as np
import pytest

from eventstudy.errors import WindowError
from eventstudy.estimation.panel import EventTime, build_panel
from eventstudy.estimation.returns import ReturnTable
from eventstudy.events.event import ExclusionReason

T = 60
SESSIONS = np.datetime64("2026-01-01") + np.arange(T)
TIME = EventTime(estimation=(-25, -6), event=(-2, 2))
RNG = np.random.default_rng(7)
MARKET = RNG.normal(0, 0.01, T)


def table(**columns: np.ndarray) -> ReturnTable:
    return ReturnTable(SESSIONS, tuple(columns), np.column_stack(list(columns.values())))


def returns() -> np.ndarray:
    return RNG.normal(0, 0.02, T)


def test_rows_are_cut_from_the_right_days_even_for_one_firm_twice() -> None:
    a, b = returns(), returns()
    panel, exclusions = build_panel(
        ["a1", "b1", "a2"], ["A", "B", "A"], np.array([30, 40, 45]), table(A=a, B=b),
        {"M": MARKET}, TIME, min_estimation=15,
    )  # fmt: skip
    assert exclusions == ()
    assert panel.event_ids == ("a1", "b1", "a2")
    np.testing.assert_array_equal(panel.day_zero, SESSIONS[[30, 40, 45]])
    np.testing.assert_array_equal(panel.r_evt[2], a[43:48])
    np.testing.assert_array_equal(panel.r_est[1], b[15:35])
    np.testing.assert_array_equal(panel.x_est[2, :, 0], MARKET[20:40])
    np.testing.assert_array_equal(panel.at_evt[0], [28, 29, 30, 31, 32])
    assert not panel.r_est.flags.writeable


def test_without_regressors_the_panel_has_none() -> None:
    panel, _ = build_panel(
        ["a"], ["A"], np.array([30]), table(A=returns()), {}, TIME, min_estimation=15
    )
    assert panel.x_est.shape == (1, 20, 0)
    assert panel.usable_est.all()


def gapped(*missing: int) -> np.ndarray:
    values = returns()
    values[list(missing)] = np.nan
    return values


def late() -> np.ndarray:
    values = returns()
    values[:22] = np.nan
    return values


def ended(last: int) -> np.ndarray:
    values = returns()
    values[last + 1 :] = np.nan
    return values


@pytest.mark.parametrize(
    ("series", "position", "reason", "said"),
    [
        (ended(20), 30, ExclusionReason.OUTSIDE_DATA, "day zero 2026-01-31; A has returns from"),
        (gapped(30), 30, ExclusionReason.DAY_ZERO_MISSING, "no return of A or of the benchmark"),
        (late(), 30, ExclusionReason.ESTIMATION_TOO_SHORT, "3 of 20 days, 15 needed"),
        (np.full(T, 0.0), 30, ExclusionReason.ZERO_VARIANCE, "same return on all 20"),
        (ended(31), 30, ExclusionReason.EVENT_WINDOW_INCOMPLETE, "nothing on day +2;"),
        (gapped(29), 30, ExclusionReason.EVENT_WINDOW_INCOMPLETE, "nothing on day -1;"),
        (returns(), 59, ExclusionReason.EVENT_WINDOW_INCOMPLETE, "nothing on day +1, +2;"),
        (returns(), 10, ExclusionReason.ESTIMATION_TOO_SHORT, "5 of 20 days"),
        (np.full(T, np.nan), 30, ExclusionReason.OUTSIDE_DATA, "A has no two prices in a row"),
    ],
)
def test_each_event_left_out_has_its_reason(
    series: np.ndarray, position: int, reason: ExclusionReason, said: str
) -> None:
    panel, (exclusion,) = build_panel(
        ["bad", "good"], ["A", "B"], np.array([position, 30]), table(A=series, B=returns()),
        {"M": MARKET}, TIME, min_estimation=15,
    )  # fmt: skip
    assert panel.event_ids == ("good",)
    assert (exclusion.event_id, exclusion.reason) == ("bad", reason)
    assert said in exclusion.detail


def test_available_keeps_an_event_with_a_gap_but_not_one_without_day_zero() -> None:
    panel, exclusions = build_panel(
        ["gap", "zero"], ["A", "B"], np.array([30, 30]), table(A=gapped(31), B=gapped(30)),
        {"M": MARKET}, TIME, min_estimation=15, missing="available",
    )  # fmt: skip
    assert panel.event_ids == ("gap",)
    np.testing.assert_array_equal(panel.usable_evt[0], [True, True, True, False, True])
    assert [item.reason for item in exclusions] == [ExclusionReason.DAY_ZERO_MISSING]


def test_a_missing_benchmark_day_counts_as_missing() -> None:
    market = MARKET.copy()
    market[[5, 6, 7, 8, 9, 10]] = np.nan
    panel, exclusions = build_panel(
        ["a"], ["A"], np.array([30]), table(A=returns()), {"M": market}, TIME, min_estimation=15
    )
    assert len(panel) == 0
    assert exclusions[0].detail.startswith("14 of 20 days")


@pytest.mark.parametrize(
    ("estimation", "event", "said"),
    [
        ((-11, -260), (-10, 10), "ends before it starts"),
        ((-260, -10), (-10, 10), "overlaps the event window"),
        ((-260, -11), (1, 10), "does not hold day 0"),
    ],
)
def test_windows_that_cannot_be_are_refused(
    estimation: tuple[int, int], event: tuple[int, int], said: str
) -> None:
    with pytest.raises(WindowError, match=said):
        EventTime(estimation, event)
