"""Every test against its slow reference, and what holds for all of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from eventstudy.errors import SpecificationError, WindowError
from eventstudy.estimation.models import model_by_name
from eventstudy.estimation.panel import EventPanel
from eventstudy.inference import catalogue
from eventstudy.inference.catalogue import STANDARD, TESTS, run_tests
from eventstudy.inference.distributions import Normal, StudentT
from eventstudy.inference.significance import SignificanceResult
from tests import slow
from tests.inference.hand import by_hand, one, study
from tests.inference.references import ELSEWHERE, FREEDOM, NORMAL, REFERENCES, STUDENT
from tests.panels import BENCHMARK, change, draw_panel, rows

ALL = ["all"]
WINDOWS = [(0, 0), (0, 1), (-1, 1), (-5, 5), (2, 5), (-5, -5)]

#: Designs: calendar positions of the first estimation days.
DESIGNS = {
    "one date": [0] * 14,
    "staggered with repeats": [0, 0, 3, 3, 3, 10, 25, 25, 60, 64, 64, 90, 200, 201],
    "apart": [300 * i for i in range(14)],
}


def by_name(results: tuple[SignificanceResult, ...]) -> dict[tuple[str, slow.Window], float]:
    return {(result.name, result.window): result.statistic for result in results}


def test_every_test_of_the_catalogue_has_a_reference() -> None:
    elsewhere = [name for names in ELSEWHERE.values() for name in names]
    assert [*REFERENCES, *elsewhere] == list(TESTS)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("missing", ["none", "both windows", "delisted"])
@pytest.mark.parametrize("model", ["constant_mean", "market_model", "ff5"])
def test_statistics_equal_the_slow_references(design: str, missing: str, model: str) -> None:
    names = model_by_name(model).regressors(BENCHMARK)
    panel = draw_panel(
        14, 80, regressors=names or (BENCHMARK,), starts=DESIGNS[design], correlation=0.3,
        gaps=0.08 if missing == "both windows" else 0.0, seed=7,
    )  # fmt: skip
    r_evt = panel.r_evt.copy()
    if missing == "delisted":
        r_evt[4, 6:] = np.nan
        r_evt[5, :2] = np.nan
    r_est, rf = panel.r_est, panel.rf_est
    columns = list(range(len(names)))
    if model == "ff5" and rf is not None and panel.rf_evt is not None:
        # The slow reference sees excess returns as returns.
        plain = change(panel, r_est=r_est - rf, r_evt=r_evt - panel.rf_evt)
    else:
        plain = change(panel, r_evt=r_evt)
    events = slow.slow_events(plain, columns)
    results = run_tests(study(change(panel, r_evt=r_evt), model), WINDOWS, list(REFERENCES))
    assert len(results) == len(REFERENCES) * len(WINDOWS)
    for result in results:
        expected = REFERENCES[result.name](events, result.window)
        assert result.statistic == pytest.approx(expected, rel=1e-9, abs=1e-10), result.name
        assert result.n_events == len(slow.there(events, result.window))
        assert result.p_value == pytest.approx(result.distribution.p_value(expected), rel=1e-7)
        if result.name in FREEDOM:
            assert result.df == pytest.approx(FREEDOM[result.name](events, result.window))
        elif result.name in STUDENT:
            assert result.distribution == StudentT(result.n_events - 1.0)
        elif result.name in NORMAL:
            assert result.distribution == Normal()


def test_cross_sectional_t_equals_scipy() -> None:
    abnormal = study(draw_panel(9))
    result = run_tests(abnormal, [(-1, 1)], ["Cross-sectional t"])[0]
    theirs = stats.ttest_1samp(abnormal.car(-1, 1), 0.0)
    assert result.statistic == pytest.approx(theirs.statistic, rel=1e-12)
    assert result.p_value == pytest.approx(theirs.pvalue, rel=1e-11)
    assert result.df == theirs.df


# --------------------------------------------------------------------------- hand examples


HAND = by_hand([2.0, 3.0, 1.0], [[-1, 1, -2, 2], [1, -1, -2, 4], [-3, 3, -1, 1.5]])


def test_cross_sectional_t_by_hand() -> None:
    # mean 2, deviation 1, n 3: 2 sqrt(3)
    assert one("Cross-sectional t", HAND).statistic == pytest.approx(2 * math.sqrt(3))
    assert one("BMP", HAND).statistic == pytest.approx(2 * math.sqrt(3))
    assert one("BMP", HAND).p_value == pytest.approx(2 * stats.t.sf(2 * math.sqrt(3), 2))


def test_patell_by_hand() -> None:
    # M - k = 4, Q = 4 / 2 = 2 each: (2 + 3 + 1) / sqrt(6)
    result = one("Patell", HAND)
    assert result.statistic == pytest.approx(6 / math.sqrt(6))
    assert result.df is None


def test_sign_by_hand() -> None:
    # Half of the estimation days are positive, all three events are: (3 - 1.5) / sqrt(0.75)
    result = one("Generalised sign", HAND)
    assert result.statistic == pytest.approx(1.5 / math.sqrt(0.75))
    assert result.facts == {"positive": 3.0, "expected_share": 0.5}


def test_corrado_by_hand() -> None:
    # Two events of four days and the event day, ranks 1..5 over 6, less one half:
    # event 1: -1 1 -2 3 | 2 -> ranks 2 3 1 5 | 4; event 2: 1 2 -1 -2 | 3 -> 3 4 2 1 | 5
    # sums of U over both, in sixths: -1 +1 -3 0 | +3; scores: those over 6 sqrt(2)
    # S^2 = (1 + 1 + 9 + 0 + 9) / (36 * 2) / 5 = 20 / 360; statistic = 3 / (6 sqrt(2)) / S = 1.5
    abnormal = by_hand([2.0, 3.0], [[-1, 1, -2, 3], [1, 2, -1, -2]])
    assert one("Corrado rank", abnormal).statistic == pytest.approx(1.5)


def test_grank_by_hand() -> None:
    # SCAR 1 and 3: deviation sqrt(2), so GSAR 0.707 and 2.121; T = 5
    # event 1: -1 1 -2 3 | 0.707 -> ranks 2 4 1 5 | 3; event 2: 1 2 -1 -2 | 2.121 -> 3 4 2 1 | 5
    # U in sixths: -1 +1 -2 +2 | 0 and 0 +1 -1 -2 | +2; means in twelfths: -1 2 -3 0 | 2
    # S^2 = (1 + 4 + 9 + 0 + 4) / 144 / 5; Z = 2 / sqrt(18 / 5); Z^2 = 10 / 9
    # t = Z sqrt(3 / (4 - 10 / 9)), with 3 degrees of freedom
    abnormal = by_hand([1.0, 3.0], [[-1, 1, -2, 3], [1, 2, -1, -2]])
    result = one("GRANK-T", abnormal)
    z = math.sqrt(10 / 9)
    assert result.statistic == pytest.approx(z * math.sqrt(3 / (4 - 10 / 9)))
    assert result.df == 3


def test_kolari_pynnonen_by_hand() -> None:
    # Two events with residuals of correlation 1/2 on 40 shared dates: BMP times
    # sqrt((1 - 1/2) / (1 + 1/2)); Patell over sqrt(1 + 1/2)
    a = np.tile([1.0, -1.0, 1.0, -1.0], 10)
    b = np.tile([1.0, -1.0, -1.0, 1.0], 10)
    other = (a + math.sqrt(3) * b) / 2
    abnormal = by_hand([1.0, 3.0], [a.tolist(), other.tolist()])
    bmp, kp = one("BMP", abnormal), one("KP-BMP", abnormal)
    assert kp.facts["r_bar"] == pytest.approx(0.5)
    assert kp.facts["n_pairs"] == kp.facts["n_pairs_counted"] == 1.0
    assert kp.facts["median_shared_dates"] == 40.0
    assert kp.statistic == pytest.approx(bmp.statistic / math.sqrt(3))
    patell = one("Patell", abnormal).statistic
    assert one("KP-Patell", abnormal).statistic == pytest.approx(patell / math.sqrt(1.5))


@pytest.mark.parametrize("name", ["KP-BMP", "KP-Patell"])
def test_a_correlation_of_events_that_hardly_meet_is_said_to_overdo(name: str) -> None:
    starts = [4 * i for i in range(30)]
    abnormal = study(draw_panel(30, 120, starts=starts, correlation=0.6, seed=2))
    day, four, five, week = run_tests(abnormal, [(0, 0), (0, 3), (0, 4), (-5, 5)], [name])
    pairs = [result.facts["n_pairs_together"] for result in (day, four, five, week)]
    assert pairs == [0, 0, 29, 29 + 28]  # neighbours first meet when a window has five days
    assert day.note == (
        "few of the pairs behind the correlation share event days (0 of 407), so the adjustment "
        "is too cautious here; compare with the test without it"
    )
    assert five.note == day.note.replace("(0 of", "(29 of")
    assert week.note == ""  # 57 of 407 are no longer few
    same_day = study(draw_panel(30, 120, correlation=0.6, seed=2))
    for result in run_tests(same_day, [(0, 0), (-5, 5)], [name]):
        assert result.facts["n_pairs_together"] == 30 * 29 / 2
        assert result.note == ""
    apart = study(draw_panel(30, 120, starts=starts, correlation=0.0, seed=2))
    assert run_tests(apart, [(0, 0)], [name])[0].note == ""  # nothing is adjusted that matters


@pytest.mark.parametrize("name", ["KP-BMP", "KP-Patell"])
def test_the_correlation_is_that_of_the_events_of_the_window(name: str) -> None:
    panel = draw_panel(6, 80, starts=[0, 0, 0, 30, 30, 400], correlation=0.4, seed=8)
    r_evt = panel.r_evt.copy()
    r_evt[[1, 4, 5], 6] = np.nan
    whole = change(panel, r_evt=r_evt)
    events = slow.slow_events(whole, [0])
    day, both = run_tests(study(whole), [(1, 1), (0, 1)], [name])
    for result, kept in ((day, [0, 2, 3]), (both, list(range(6)))):
        r, pairs, counted, shared = slow.average_correlation([events[i] for i in kept])
        assert result.facts["r_bar"] == pytest.approx(r, rel=1e-12)
        assert (result.facts["n_pairs"], result.facts["n_pairs_counted"]) == (pairs, counted)
        assert result.facts["median_shared_dates"] == shared
        alone = run_tests(study(rows(whole, kept)), [result.window], [name])[0]
        assert result.statistic == pytest.approx(alone.statistic, rel=1e-12)
        assert result.n_events == len(kept)


def test_pairs_that_share_event_days_are_counted_like_one_by_one() -> None:
    rng = np.random.default_rng(4)
    panel = draw_panel(25, 40, starts=rng.integers(0, 120, 25).tolist(), seed=4)
    at_evt = panel.at_evt.copy()
    at_evt[3, 4:] = -1  # beyond the calendar
    at_evt[7] = -1
    abnormal = study(change(panel, at_evt=at_evt))
    for window in WINDOWS:
        days = (abnormal.tau >= window[0]) & (abnormal.tau <= window[1])
        sets = [{int(at) for at in row[days] if at >= 0} for row in at_evt]
        together = sum(bool(a & b) for i, a in enumerate(sets) for b in sets[:i])
        found = run_tests(abnormal, [window], ["KP-BMP"])[0]
        assert found.facts["n_pairs_together"] == together


# ----------------------------------------------------------------------------- invariances


@pytest.fixture(scope="module")
def panel() -> EventPanel:
    starts = [0, 0, 4, 9, 9, 9, 30, 44, 80, 81]
    return draw_panel(10, 80, starts=starts, gaps=0.03, correlation=0.2, seed=3)


def test_order_of_events_does_not_matter(panel: EventPanel) -> None:
    order = np.random.default_rng(1).permutation(10).tolist()
    one_way = by_name(run_tests(study(panel), WINDOWS, ALL))
    other = by_name(run_tests(study(rows(panel, order)), WINDOWS, ALL))
    assert other == pytest.approx(one_way, rel=1e-10, abs=1e-12)


def test_the_unit_of_returns_does_not_matter(panel: EventPanel) -> None:
    percent = change(
        panel,
        r_est=100 * panel.r_est, r_evt=100 * panel.r_evt,
        x_est=100 * panel.x_est, x_evt=100 * panel.x_evt,
    )  # fmt: skip
    assert by_name(run_tests(study(percent), WINDOWS, ALL)) == pytest.approx(
        by_name(run_tests(study(panel), WINDOWS, ALL)), rel=1e-9, abs=1e-11
    )


def test_a_firm_with_two_events_counts_like_two_firms(panel: EventPanel) -> None:
    names = [name for name in TESTS if name not in ("Clustered by firm", "Clustered two-way")]
    firms = by_name(run_tests(study(panel), WINDOWS, names))
    one_firm = change(panel, tickers=("AAA",) * 10)
    assert by_name(run_tests(study(one_firm), WINDOWS, names)) == firms


def test_turning_all_abnormal_returns_round_turns_symmetric_statistics_round() -> None:
    panel = draw_panel(12, 80, starts=range(12))
    flipped = change(
        panel, r_est=-panel.r_est, r_evt=-panel.r_evt, x_est=-panel.x_est, x_evt=-panel.x_evt
    )
    one_way, other = (by_name(run_tests(study(p), WINDOWS, ALL)) for p in (panel, flipped))
    assert other == pytest.approx({key: -value for key, value in one_way.items()}, abs=1e-9)


def test_a_day_alone_equals_the_day_among_others(panel: EventPanel) -> None:
    days = [(t, t) for t in range(-5, 6)]
    together = by_name(run_tests(study(panel), days, ALL))
    for day in days:
        alone = by_name(run_tests(study(panel), [day], ALL))
        assert alone == pytest.approx({key: together[key] for key in alone}, rel=1e-12)
    # No statistic is repeated over the days; few events leave few counts and sums of ranks.
    for name in TESTS:
        values = {round(together[name, day], 9) for day in days}
        assert len(values) > (3 if name in ("Sign", "Generalised sign", "Wilcoxon") else 10)


def test_an_effect_is_seen_by_every_test() -> None:
    panel = draw_panel(30, 120, starts=range(0, 300, 10), seed=5)
    r_evt = panel.r_evt.copy()
    r_evt[:, 5] += 0.06
    for result in run_tests(study(change(panel, r_evt=r_evt)), [(0, 0), (-5, -1)], ALL):
        # Among 120 other days no p value can be smaller than 1 in 121, or twice that.
        limit = 0.02 if result.name in ELSEWHERE["test_single_event"] else 0.001
        assert (result.p_value < limit) == (result.window == (0, 0)), result.name
        assert result.statistic > 3 or result.window != (0, 0)


# ---------------------------------------------------------------------- what cannot be computed


def test_one_event_gets_notes_not_numbers() -> None:
    results = run_tests(study(draw_panel(1)), [(0, 1)], ALL)
    silent = {result.name for result in results if math.isnan(result.statistic)}
    by_date = {*ELSEWHERE["test_clustered"], *ELSEWHERE["test_resampling"]}
    assert silent == {*STUDENT, "KP-Patell", "GRANK-T", "GRANK-Z", *by_date}
    for result in results:
        assert result.n_events == 1
        assert math.isnan(result.p_value) == math.isnan(result.statistic) == bool(result.note)


def test_no_event_gets_notes() -> None:
    for result in run_tests(study(draw_panel(3)).take([]), [(0, 1)], ALL):
        assert math.isnan(result.statistic)
        assert math.isnan(result.p_value)
        assert result.n_events == 0
        assert result.note


def test_a_window_nobody_traded_in_gets_notes_and_the_others_numbers() -> None:
    panel = draw_panel(8, 60, starts=range(8))
    r_evt = panel.r_evt.copy()
    r_evt[:, 10] = np.nan
    for result in run_tests(study(change(panel, r_evt=r_evt)), [(5, 5), (4, 5)], ALL):
        empty = result.window == (5, 5)
        assert math.isnan(result.statistic) == empty
        assert result.n_events == (0 if empty else 8)
        assert result.note or not empty, result


def test_equal_returns_have_no_cross_section() -> None:
    panel = rows(draw_panel(1), [0, 0, 0])
    notes = {result.name: result.note for result in run_tests(study(panel), [(0, 0)])}
    assert notes["Cross-sectional t"] == (
        "the abnormal returns of all 3 events are equal, so they have no variance"
    )
    assert "no variance" in notes["BMP"]
    assert "no variance" in notes["GRANK-T"]


def test_patell_leaves_out_events_without_a_variance() -> None:
    panel = draw_panel(4, 60)
    r_est = panel.r_est.copy()
    r_est[0, 4:] = np.nan
    result = run_tests(study(change(panel, r_est=r_est)), [(0, 0)], ["Patell"])[0]
    rest = run_tests(study(rows(panel, [1, 2, 3])), [(0, 0)], ["Patell"])[0]
    assert result.statistic == pytest.approx(rest.statistic, rel=1e-12)
    assert result.n_events == 3
    assert result.note == "1 events with two or fewer degrees of freedom are left out"


def test_events_apart_in_time_have_nothing_to_adjust() -> None:
    panel = draw_panel(5, 60, starts=[0, 500, 1000, 1500, 2000])
    kp, bmp = run_tests(study(panel), [(0, 0)], ["KP-BMP", "BMP"])
    assert kp.statistic == bmp.statistic
    assert kp.facts["r_bar"] == 0.0
    assert kp.note.startswith("no two events share enough estimation dates")


def test_a_correlation_too_negative_for_the_adjustment_is_told() -> None:
    a = np.tile([1.0, -1.0], 20).tolist()
    b = np.tile([-1.0, 1.0], 20).tolist()
    result = one("KP-BMP", by_hand([1.0, 3.0], [a, b]))
    assert math.isnan(result.statistic)
    assert "too negative" in result.note


def test_estimation_residuals_of_one_sign_allow_no_sign_test() -> None:
    result = one("Generalised sign", by_hand([1.0, -1.0], [[1, 2, 3, 4]] * 2))
    assert math.isnan(result.statistic)
    assert result.note == "all estimation residuals have one sign"


# -------------------------------------------------------------------------------- catalogue


def test_the_order_is_fixed_and_every_test_is_described() -> None:
    results = run_tests(study(draw_panel(5)), [(0, 0), (0, 1)], ALL)
    assert [result.name for result in results[::2]] == list(TESTS)
    standard = run_tests(study(draw_panel(5)), [(0, 0)])
    assert tuple(result.name for result in standard) == STANDARD
    assert [result.window for result in results[:2]] == [(0, 0), (0, 1)]
    for result in results:
        assert result.null
        assert result.label
        assert result.reference.endswith(")")


def test_tests_are_chosen_by_name_or_object() -> None:
    abnormal = study(draw_panel(5))
    names = [r.name for r in run_tests(abnormal, [(0, 0)], ["kp bmp", TESTS["Patell"], "grank_t"])]
    assert names == ["KP-BMP", "Patell", "GRANK-T"]
    with pytest.raises(SpecificationError, match="no test 'Wilcox'; choose among Cross-"):
        catalogue.test_by_name("Wilcox")
    assert catalogue.named_tests(["sign", "ALL", "Sign"])[:2] == ("Sign", "Cross-sectional t")
    assert len(run_tests(abnormal, [(0, 0)], ["Patell", TESTS["Patell"], "all"])) == len(TESTS)


def test_a_window_outside_is_refused_by_every_test() -> None:
    abnormal = study(draw_panel(5))
    for name in TESTS:
        with pytest.raises(WindowError, match=r"\[0, 9\]"):
            run_tests(abnormal, [(0, 9)], [name])


def test_results_cannot_be_changed() -> None:
    result = run_tests(study(draw_panel(5)), [(0, 0)])[0]
    with pytest.raises(AttributeError):
        result.p_value = 0.0  # type: ignore[misc]
