"""Calendar-time portfolios by hand, by loops and by their formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from eventstudy.inference.catalogue import TESTS, run_tests
from tests.inference.hand import study
from tests.panels import draw_panel, rows

WINDOWS = [(0, 0), (-1, 1), (-5, 5)]
NAMES = ["Calendar time", "Calendar time WLS", "Calendar time Newey-West"]


def newey_west(x: np.ndarray, lags: int) -> float:
    """Return the standard error of the mean, Bartlett weights, with the factor T / (T - 1)."""
    e, T = x - x.mean(), len(x)
    total = float(e @ e)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * float(e[lag:] @ e[:-lag])
    return math.sqrt(total / T**2 * T / (T - 1))


@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_statistics_equal_loops_and_formulas(gaps: float) -> None:
    starts = [i // 2 * 3 for i in range(40)]
    abnormal = study(draw_panel(40, 60, starts=starts, gaps=gaps, correlation=0.2))
    for result in run_tests(abnormal, WINDOWS, NAMES):
        per_session: dict[int, list[float]] = {}
        for i in range(40):
            for j, tau in enumerate(abnormal.tau):
                value = float(abnormal.sar[i, j])
                if result.window[0] <= tau <= result.window[1] and math.isfinite(value):
                    per_session.setdefault(int(abnormal.at_evt[i, j]), []).append(value)
        sessions = sorted(per_session)
        x = np.array([np.mean(per_session[s]) for s in sessions])
        n = np.array([len(per_session[s]) for s in sessions])
        T = len(x)
        if result.name == "Calendar time":
            expected = float(stats.ttest_1samp(x, 0.0).statistic)
        elif result.name == "Calendar time WLS":
            m = (n * x).sum() / n.sum()
            expected = m / math.sqrt((n * (x - m) ** 2).sum() / (T - 1) / n.sum())
        else:
            expected = x.mean() / newey_west(x, math.floor(4 * (T / 100) ** (2 / 9)))
        assert result.statistic == pytest.approx(expected, rel=1e-10), result.name
        assert result.df == T - 1 == result.facts["sessions"] - 1
        assert result.p_value == pytest.approx(2 * stats.t.sf(abs(expected), T - 1), rel=1e-9)


def test_standard_errors_equal_those_of_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    x, n = rng.normal(0.2, 1.0, 90), rng.integers(1, 9, 90).astype(float)
    one = np.ones(90)
    lags = math.floor(4 * 0.9 ** (2 / 9))
    theirs = {
        "Calendar time": sm.OLS(x, one).fit(),
        "Calendar time WLS": sm.WLS(x, one, weights=n).fit(),
        "Calendar time Newey-West": sm.OLS(x, one).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
        ),
    }
    for name, fitted in theirs.items():
        expected = (float(fitted.params[0]), float(fitted.bse[0]))
        assert TESTS[name].mean(x, n) == pytest.approx(expected, rel=1e-12)  # type: ignore[attr-defined]


def test_copies_of_events_on_their_sessions_add_nothing() -> None:
    panel = draw_panel(10, 60, starts=range(0, 300, 30))
    copies = rows(panel, [i for i in range(10) for _ in range(4)])
    for name in NAMES:
        alone, many = (run_tests(study(p), WINDOWS, [name]) for p in (panel, copies))
        assert [r.statistic for r in many] == pytest.approx([r.statistic for r in alone])


def test_one_session_gets_a_note() -> None:
    for result in run_tests(study(draw_panel(5, 60)), [(0, 0)], NAMES):
        assert math.isnan(result.statistic)
        assert result.note.startswith("all events of the window lie on one session")
