"""One event against its own security's other days, by hand and by loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eventstudy.errors import InputError
from eventstudy.estimation.abnormal import AbnormalReturns
from eventstudy.inference.catalogue import run_tests
from eventstudy.inference.significance import SignificanceResult
from eventstudy.inference.single_event import one_event
from tests.inference.hand import by_hand, one, study
from tests.panels import change, draw_panel

NAMES = ["Sample quantile", "Placebo in time", "Conformal"]
WINDOWS = [(0, 0), (-1, 1), (-5, 5)]


def single(seed: int = 0, length: int = 100, gaps: float = 0.0) -> AbnormalReturns:
    return study(draw_panel(1, length, seed=seed, gaps=gaps))


def test_by_hand() -> None:
    # AR 3 against residuals 1 -1 4 -2: one of four is as large. Twice the tail (1 + 1) / (4 + 1);
    abnormal = by_hand([3.0], [[1.0, -1.0, 4.0, -2.0]])
    assert one("Sample quantile", abnormal).p_value == pytest.approx(2 * 2 / 5)
    # as far from zero one of four: (1 + 1) / 5, scaled by the deviation of the other days;
    placebo = one("Placebo in time", abnormal)
    assert placebo.p_value == pytest.approx(2 / 5)
    assert placebo.statistic == pytest.approx(3 / math.sqrt(22 / 3))
    # and of the five days of the ring two are as far from zero as 3.
    assert one("Conformal", abnormal).p_value == pytest.approx(2 / 5)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_p_values_equal_loops(seed: int, gaps: float) -> None:
    abnormal = single(seed, gaps=gaps)
    est = [float(v) for v in abnormal.ar_est[0] if math.isfinite(v)]
    T = len(est)
    for result in run_tests(abnormal, WINDOWS, NAMES):
        a, b = result.window
        inside = [t for t in range(a, b + 1) if math.isfinite(abnormal.ar[0, t + 5])]
        L, car = len(inside), abnormal.car(a, b)[0]
        own = [abnormal.sar[0, t + 5] for t in inside]
        if result.name == "Sample quantile":
            sums = [sum(est[i : i + L]) for i in range(T - L + 1)]
            tail = min(sum(s >= car for s in sums), sum(s <= car for s in sums))
            expected = min(1.0, 2 * (1 + tail) / (1 + len(sums)))
        elif result.name == "Placebo in time":
            sigma = math.sqrt(abnormal.sigma2[0])
            z = [v / sigma for v in est]
            placebo = []
            for end in range(T, L - 1, -L):
                chosen, rest = z[end - L : end], z[: end - L] + z[end:]
                spread = math.sqrt(L * sum(v * v for v in rest) / (len(rest) - 1))
                placebo.append(sum(chosen) / spread)
            observed = sum(own) / math.sqrt(L * sum(v * v for v in z) / (T - 1))
            assert result.statistic == pytest.approx(observed)
            hits = sum(abs(v) >= abs(observed) for v in placebo)
            expected = (1 + hits) / (1 + len(placebo))
        else:
            sigma = math.sqrt(abnormal.sigma2[0])
            ring = own + [v / sigma for v in est]
            sums = [sum((ring + ring)[i : i + L]) for i in range(len(ring))]
            expected = float(np.mean([abs(s) >= abs(sums[0]) - 1e-12 for s in sums]))
        assert result.p_value == pytest.approx(expected), result.name
        assert result.n_events == 1


def test_several_events_are_one_portfolio() -> None:
    # Copies of an event say no more than the event.
    abnormal = single()
    copies = abnormal.take([0] * 7)
    for name in NAMES:
        alone, many = (run_tests(a, WINDOWS, [name]) for a in (abnormal, copies))
        assert [r.p_value for r in many] == pytest.approx([r.p_value for r in alone])


def test_null_p_values_are_uniform_enough() -> None:
    found: list[SignificanceResult] = []
    for seed in range(300):
        found += run_tests(single(seed, 200), [(0, 0)], NAMES)
    for name in NAMES:
        p = np.array([r.p_value for r in found if r.name == name])
        assert p.mean() == pytest.approx(0.5, abs=3 * math.sqrt(1 / 12 / 300))
        assert abs((p < 0.05).mean() - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 300)


def test_a_long_window_has_few_placebos_and_says_so() -> None:
    result = run_tests(single(), [(-5, 5)], ["Placebo in time"])[0]
    assert result.facts["smallest_p"] == pytest.approx(1 / 10)
    assert result.note == "too few other days: no p value can be below 0.10"


def test_no_estimation_days_get_a_note() -> None:
    abnormal = by_hand([3.0], [[math.nan] * 4])
    for name in NAMES:
        result = one(name, abnormal)
        assert math.isnan(result.p_value)
        assert result.note.startswith("there are too few other days")


def test_one_event_of_a_study_is_tested_alone() -> None:
    panel = draw_panel(5, 120, seed=1)
    r_evt = panel.r_evt.copy()
    r_evt[3, 5] += 0.3
    abnormal = study(change(panel, r_evt=r_evt))
    results = one_event(abnormal, "e3", [(0, 0)])
    assert [r.name for r in results] == ["Independence t", *NAMES]
    assert all(r.n_events == 1 and r.p_value < 0.02 for r in results)
    with pytest.raises(InputError, match="no estimated event 'x'"):
        one_event(abnormal, "x", [(0, 0)])
