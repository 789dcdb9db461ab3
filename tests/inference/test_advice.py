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
from tests.slow import average_correlation, slow_events

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
    # One date, or as good as one: whatever the tails and however few the events.
    assert ruled(n_dates=1, effective_dates=1.0, inflation=3.0) == "KP-BMP"
    assert ruled(n_dates=1, effective_dates=1.0, inflation=1.0) == "KP-BMP"
    assert ruled(n_dates=9, effective_dates=1.6, inflation=3.0, kurtosis=30.0) == "KP-BMP"
    assert ruled(n_dates=2, effective_dates=2.0, n_events=10, inflation=2.0) == "KP-BMP"
    # Several: portfolios, also where windows meet though no two dates are the same.
    assert ruled(n_dates=10, effective_dates=9.0, inflation=2.0) == "Calendar time"
    assert ruled(inflation=2.0) == "Calendar time"
    assert ruled(n_dates=90, effective_dates=80.0, inflation=1.05) == "BMP"
    few = {"n_events": 5, "n_dates": 5, "effective_dates": 5.0}
    assert ruled(**few) == "Wild bootstrap"
    assert ruled(**(few | {"n_dates": 3, "effective_dates": 3.0})) == "BMP"
    two = {"n_events": 2, "n_dates": 2, "effective_dates": 2.0}
    assert ruled(**two) == "BMP"
    assert ruled(**two, inflation=1.3) == "Calendar time"
    assert ruled(n_events=12, n_dates=12, effective_dates=12.0) == "BMP"
    assert ruled(kurtosis=30.0) == "BMP"
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
    assert facts.inflation == pytest.approx(1 + 19 * facts.r_bar, rel=1e-12)
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


@pytest.mark.parametrize("window", [(0, 0), (0, 2), (-5, 5)])
def test_inflation_is_the_sum_over_the_pairs_whose_windows_meet(window: tuple[int, int]) -> None:
    starts = np.random.default_rng(2).integers(0, 60, 25).tolist()
    panel = draw_panel(25, 90, starts=starts, correlation=0.4, gaps=0.05, seed=2)
    abnormal = study(panel)
    events = slow_events(panel, [0])
    days = (abnormal.tau >= window[0]) & (abnormal.tau <= window[1])
    used = [i for i, event in enumerate(events) if event.days(window)]
    total, meet = 0.0, 0
    for i in used:
        for j in used:
            if j < i and set(panel.at_evt[i, days]) & set(panel.at_evt[j, days]):
                meet += 1
                total += average_correlation([events[i], events[j]])[0]
    facts = measure(abnormal, window)
    assert facts.n_events == len(used)
    assert facts.overlapping_pairs == pytest.approx(meet / (len(used) * (len(used) - 1) / 2))
    assert facts.inflation == pytest.approx(1 + 2 * total / len(used), rel=1e-11)


def test_estimation_windows_that_overlap_are_no_reason_when_events_do_not() -> None:
    abnormal = study(draw_panel(40, 120, starts=range(0, 160, 4), correlation=0.4, seed=2))
    facts = measure(abnormal, (0, 0))
    assert facts.r_bar > 0.1
    assert facts.inflation == 1.0


def test_advice_is_a_test_that_was_run_and_says_why() -> None:
    panel = draw_panel(20, 120, correlation=0.3, seed=1)
    advice = advise(study(panel), WINDOW)
    assert advice.test == "KP-BMP"
    assert advice.rule == "one common date"
    assert advice.source == "Kolari and Pynnönen (2010)"
    assert advice.text.startswith("All 20 events share one date. The residuals correlate by 0.")
    assert advice.text.endswith("(Kolari and Pynnönen (2010))")
    few = study(draw_panel(5, 120, starts=APART[:5]))
    assert advise(few, WINDOW).test == "BMP"
    assert (
        "Wild bootstrap would lead, but was not run; BMP comes next." in advise(few, WINDOW).reason
    )
    assert advise(few, WINDOW, ["all"]).test == "Wild bootstrap"
    nothing = advise(few, WINDOW, ["Lamb"])
    assert nothing.test == ""
    assert (
        "None of Wild bootstrap, BMP, Cross-sectional t was run and can be computed."
        in nothing.reason
    )


def test_a_test_that_cannot_be_computed_does_not_lead() -> None:
    # Correlations of -1 leave 1 + (n - 1) r = 0 for the variance of the mean.
    panel = draw_panel(2, 120, event_variance=1.0, seed=3)
    r_est = panel.r_est.copy()
    r_est[1] = 2 * panel.x_est[1, :, 0] - r_est[0]
    abnormal = study(change(panel, r_est=r_est))
    assert abnormal.residual_correlation().mean == pytest.approx(-1.0)
    advice = advise(abnormal, WINDOW, ["all"])
    assert advice.rule == "one common date"
    assert advice.test == ""
    assert "None of KP-BMP was run and can be computed." in advice.reason


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


@pytest.mark.parametrize(
    ("one_date", "tests", "beside"),
    [(False, STANDARD, "GRANK-T"), (False, ("all",), "Wilcoxon"), (True, ("all",), "GRANK-T")],
)
def test_a_rank_test_is_named_beside_where_tails_are_heavy(
    one_date: bool, tests: tuple[str, ...], beside: str
) -> None:
    panel = draw_panel(40, 120, starts=[0] * 40 if one_date else APART[:40])
    said = f"The tails are heavy: {beside}, which ranks, finds small effects more often"
    assert said not in advise(study(panel), WINDOW, tests).reason
    wild = np.random.default_rng(1).standard_t(2, panel.r_est.shape)
    abnormal = study(change(panel, r_est=panel.r_est + 0.02 * wild))
    assert said in advise(abnormal, WINDOW, tests).reason


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
