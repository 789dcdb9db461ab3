"""Facts measured, rules applied, words said."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from eventstudy.errors import SpecificationError, WindowError
from eventstudy.inference.advice import RULES, Facts, advise, measure
from eventstudy.inference.catalogue import STANDARD, TESTS, run_tests
from tests.inference.hand import study
from tests.panels import change, draw_panel

WINDOW = (-1, 1)
APART = range(0, 20_000, 140)
CALM = Facts(
    days=1, n_events=100, n_dates=100, share_common=0.0, effective_dates=100.0,
    overlapping_pairs=0.0, r_bar=0.0, inflation=1.0, variance_ratio=1.0, skewness=0.0,
    kurtosis=0.5, zero_returns=0.0,
)  # fmt: skip


def ruled(**facts: Any) -> str:
    changed = dataclasses.replace(CALM, **facts)
    return next(rule.tests[0] for rule in RULES if rule.applies(changed))


def test_the_rule_table() -> None:
    assert ruled() == "BMP"
    assert ruled(n_events=1) == "Sample quantile"
    assert ruled(n_events=1, days=3) == "Conformal"
    assert ruled(inflation=3.0, r_bar=0.3) == "KP-BMP"
    # GRANK-T only where it holds its size: weak correlation, many events.
    assert ruled(inflation=3.0, r_bar=0.05, kurtosis=8.0) == "GRANK-T"
    assert ruled(inflation=3.0, r_bar=0.3, kurtosis=8.0) == "KP-BMP"
    assert ruled(inflation=3.0, r_bar=0.05, kurtosis=8.0, n_events=10) == "KP-BMP"
    assert ruled(n_events=4) == "BMP"
    assert ruled(n_events=12) == "Sign permutation"
    assert ruled(kurtosis=8.0) == "GRANK-T"
    assert ruled(variance_ratio=2.0) == "BMP"


def test_every_rule_names_tests_that_exist() -> None:
    for rule in RULES:
        assert set(rule.tests) <= set(TESTS)
        assert set(rule.tests) & set(STANDARD)
        assert rule.why.endswith(".")
        assert rule.source.endswith(")")


def test_facts_of_events_on_one_date() -> None:
    facts = measure(study(draw_panel(20, 120, correlation=0.3, seed=1)), WINDOW)
    assert (facts.n_events, facts.n_dates, facts.effective_dates) == (20, 1, 1.0)
    assert facts.days == 3
    assert facts.share_common == facts.overlapping_pairs == 1.0
    assert facts.r_bar == pytest.approx(0.3, abs=0.1)
    assert facts.inflation == pytest.approx(1 + 19 * facts.r_bar)
    assert facts.variance_ratio == pytest.approx(1.0, abs=0.6)
    assert facts.kurtosis == pytest.approx(0.0, abs=0.4)


def test_facts_of_events_apart() -> None:
    abnormal = study(draw_panel(60, 120, starts=APART[:60], event_variance=4.0, seed=1))
    facts = measure(abnormal, WINDOW)
    assert facts.n_dates == facts.n_events == 60
    assert facts.effective_dates == pytest.approx(60.0)
    assert facts.share_common == facts.overlapping_pairs == 0.0
    assert facts.inflation == 1.0
    assert facts.variance_ratio == pytest.approx(4.0, abs=1.5)
    z = abnormal.sar_est.ravel()
    assert facts.skewness == pytest.approx(stats.skew(z))
    assert facts.kurtosis == pytest.approx(stats.kurtosis(z))


def test_effective_dates_and_overlap_by_hand() -> None:
    # Dates 0 0 0 5: 16 / (9 + 1); windows of 3 days overlap in 3 of 6 pairs, of 11 days in all.
    abnormal = study(draw_panel(4, 60, starts=[0, 0, 0, 5]))
    facts = measure(abnormal, WINDOW)
    assert facts.effective_dates == 1.6
    assert facts.share_common == 0.75
    assert facts.overlapping_pairs == 0.5
    assert measure(abnormal, (-5, 5)).overlapping_pairs == 1.0


def test_estimation_windows_that_overlap_are_no_reason_when_events_do_not() -> None:
    abnormal = study(draw_panel(40, 120, starts=range(0, 160, 4), correlation=0.4, seed=2))
    facts = measure(abnormal, (0, 0))
    assert facts.r_bar > 0.1
    assert facts.inflation == 1.0


def test_advice_is_a_test_that_was_run_and_says_why() -> None:
    panel = draw_panel(20, 120, correlation=0.3, seed=1)
    advice = advise(study(panel), WINDOW)
    assert advice.test == "KP-BMP"
    assert advice.rule == "common dates"
    assert advice.source == "Kolari and Pynnönen (2010)"
    assert advice.text.startswith("All 20 events share one date. The residuals correlate by 0.")
    assert advice.text.endswith("(Kolari and Pynnönen (2010))")
    few = study(draw_panel(12, 120, starts=APART[:12]))
    assert advise(few, WINDOW).test == "BMP"
    assert (
        "Sign permutation would lead, but was not run; BMP comes next."
        in advise(few, WINDOW).reason
    )
    assert advise(few, WINDOW, ["all"]).test == "Sign permutation"
    nothing = advise(few, WINDOW, ["Lamb"])
    assert nothing.test == ""
    assert "None of Sign permutation, Wilcoxon, BMP was run." in nothing.reason


@pytest.mark.parametrize("n", [1, 2, 5, 12, 40])
@pytest.mark.parametrize("one_date", [True, False])
def test_the_advised_test_can_be_computed(n: int, one_date: bool) -> None:
    starts = [0] * n if one_date else APART[:n]
    abnormal = study(draw_panel(n, 120, starts=starts, correlation=0.3 if one_date else 0.0))
    for tests in (STANDARD, ("all",)):
        advice = advise(abnormal, WINDOW, tests)
        (result,) = run_tests(abnormal, [WINDOW], [advice.test])
        assert math.isfinite(result.p_value)


def test_one_event_gets_honest_words() -> None:
    advice = advise(study(draw_panel(1, 120)), WINDOW, ["all"])
    assert advice.test == "Conformal"
    assert advise(study(draw_panel(1, 120)), (0, 0), ["all"]).test == "Sample quantile"
    assert advice.text.startswith("One event. ")
    assert "cannot tell the announcement from other news" in advice.reason


def test_no_event_has_no_advice() -> None:
    advice = advise(study(draw_panel(2, 60)).take([]), WINDOW)
    assert (advice.test, advice.rule) == ("", "no event")
    assert advice.text == "No event has an abnormal return in the window. There is nothing to test."


def test_thin_trading_and_skewness_are_told() -> None:
    panel = draw_panel(40, 120, starts=APART[:40])
    r_est = panel.r_est + np.random.default_rng(0).exponential(0.08, panel.r_est.shape)
    abnormal = study(change(panel, r_est=r_est))
    assert "returns are skewed" in advise(abnormal, WINDOW).reason
    assert "Trading is thin" in advise(abnormal, WINDOW, zero_returns=0.5).reason
    assert "50% of the returns are zero" in advise(abnormal, WINDOW, zero_returns=0.5).text


def test_mistakes_are_told() -> None:
    abnormal = study(draw_panel(3, 60))
    with pytest.raises(WindowError):
        advise(abnormal, (0, 99))
    with pytest.raises(SpecificationError, match="no test 'x'"):
        advise(abnormal, WINDOW, ["x"])
