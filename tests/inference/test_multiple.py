"""Adjusted p values against statsmodels, and max-t against a loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from eventstudy.inference.catalogue import run_tests
from eventstudy.inference.multiple import adjust, benjamini_hochberg, holm, max_t, step_down
from tests.inference.hand import study
from tests.panels import change, draw_panel

WINDOWS = [(0, 0), (0, 1), (-1, 1), (-5, 5)]


def test_by_hand() -> None:
    # 0.01 0.03 0.04: Holm 3 * 0.01, 2 * 0.03, max(0.06, 0.04); BH min(0.03, ...), 0.04, 0.04
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert benjamini_hochberg([0.04, 0.01, 0.03]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.02, math.nan, 0.6]) == pytest.approx([0.04, math.nan, 0.6], nan_ok=True)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40))
@settings(deadline=None, max_examples=60)
def test_both_equal_statsmodels(p: list[float]) -> None:
    for ours, method in ((holm, "holm"), (benjamini_hochberg, "fdr_bh")):
        theirs = multipletests(p, method=method)[1]
        assert ours(p) == pytest.approx(theirs, rel=1e-12)


def test_families_are_tests_unless_said_otherwise() -> None:
    panel = draw_panel(12, 60, starts=range(12))
    results = run_tests(study(panel), WINDOWS, ["BMP", "Patell"])
    adjusted = adjust(results)
    assert [a.result for a in adjusted] == list(results)
    for name in ("BMP", "Patell"):
        own = [a for a in adjusted if a.family == name]
        p = [a.result.p_value for a in own]
        assert {a.n_tests for a in own} == {4}
        assert [a.holm for a in own] == pytest.approx(multipletests(p, method="holm")[1])
        assert [a.benjamini_hochberg for a in own] == pytest.approx(
            multipletests(p, method="fdr_bh")[1]
        )
    together = adjust(results, lambda result: "everything")
    assert {a.n_tests for a in together} == {8}
    # A test that cannot be computed is not counted.
    single = adjust(run_tests(study(draw_panel(1, 60)), WINDOWS, ["BMP", "Patell"]))
    assert {(a.family, a.n_tests) for a in single} == {("BMP", 0), ("Patell", 4)}
    assert all(math.isnan(a.holm) for a in single if a.family == "BMP")


def test_step_down_by_hand() -> None:
    # |t| 3 and 1; draws (1, 2), (4, 0), (0.5, 0.5), (2, 3.5)
    drawn = np.array([[1.0, 2.0], [4.0, 0.0], [0.5, 0.5], [2.0, 3.5]])
    alone, family = step_down(np.array([3.0, 1.0]), drawn)
    assert alone == pytest.approx([2 / 5, 3 / 5])  # 4; 2 and 3.5
    assert family == pytest.approx([3 / 5, 3 / 5])  # 4 and 3.5; the second alone, not below
    alone, family = step_down(np.array([np.nan, 1.0]), drawn)
    assert alone == pytest.approx([math.nan, 3 / 5], nan_ok=True)
    assert family == pytest.approx([math.nan, 3 / 5], nan_ok=True)


def test_max_t_of_one_window_is_the_wild_bootstrap() -> None:
    abnormal = study(draw_panel(20, 60, starts=[i // 2 for i in range(20)], gaps=0.05))
    (wild,) = run_tests(abnormal, [(0, 1)], ["Wild bootstrap"])
    (one,) = max_t(abnormal, [(0, 1)])
    assert one.statistic == pytest.approx(wild.statistic)
    assert one.p_value == one.adjusted == wild.p_value
    assert (one.group, one.window, one.n_events, one.n_tests) == ("all", (0, 1), 20, 1)


def test_max_t_lies_between_the_raw_p_value_and_holm() -> None:
    abnormal = study(draw_panel(30, 60, starts=range(30), seed=4))
    results = max_t(abnormal, WINDOWS)
    by_holm = holm([r.p_value for r in results])
    for result, bound in zip(results, by_holm, strict=True):
        assert result.p_value <= result.adjusted <= bound + 0.01


def test_groups_share_the_weights_of_their_dates() -> None:
    # The same events twice are one test, not two: nothing is lost by asking again.
    abnormal = study(draw_panel(16, 60, starts=range(16), seed=4))
    twice = max_t({"a": abnormal, "b": abnormal}, [(0, 0)])
    (once,) = max_t(abnormal, [(0, 0)])
    assert [r.adjusted for r in twice] == [once.adjusted] * 2
    assert [r.group for r in twice] == ["a", "b"]
    other = study(draw_panel(5, 60, starts=range(40, 45), seed=9))
    mixed = max_t({"a": abnormal, "b": other}, [(0, 0)])
    assert mixed[0].statistic == once.statistic


def test_a_planted_effect_survives_and_noise_does_not() -> None:
    panel = draw_panel(25, 60, starts=range(25), seed=1)
    r_evt = panel.r_evt.copy()
    r_evt[:, 5] += 0.06
    days = [(t, t) for t in range(-5, 6)]
    results = max_t(study(change(panel, r_evt=r_evt)), days)
    assert [r.window for r in results if r.adjusted < 0.05] == [(0, 0)]


def test_family_wise_error_is_kept() -> None:
    hits = 0
    days = [(t, t) for t in range(-5, 6)]
    for seed in range(200):
        abnormal = study(draw_panel(20, 60, starts=range(0, 2000, 100), seed=seed))
        hits += min(r.adjusted for r in max_t(abnormal, days, draws=399)) < 0.05
    assert abs(hits / 200 - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 200)


def test_what_cannot_be_tested_gets_a_note() -> None:
    one_date = study(draw_panel(4, 60))
    (result,) = max_t(one_date, [(0, 0)])
    assert math.isnan(result.adjusted)
    assert result.note == "needs events on at least 2 dates that differ"
    assert result.n_tests == 0
