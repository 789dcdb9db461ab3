"""Every branch of the plain words, with its stored text."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from eventstudy.reporting.content import SIGNIFICANCE_COLUMNS, GroupContent, empty_frame
from eventstudy.reporting.narrative import headline, interpret, window_words
from eventstudy.reporting.reaction import (
    Reaction,
    Verdict,
    is_rank_test,
    minimum_detectable_effect,
)

EXPECTED = Path(__file__).with_name("expected")
MEANS = ("Cross-sectional t", "Patell", "BMP", "KP-BMP")
RANKS = ("Corrado rank", "GRANK-T", "Generalised sign")
YES, NO = (-3.0, 0.004), (-0.5, 0.62)
UP = (2.5, 0.014)
WINDOW = (0, 1)


def group(
    label: str = "Layoffs",
    means: tuple[tuple[float, float], ...] = (YES,) * 4,
    ranks: tuple[tuple[float, float], ...] = (YES,) * 3,
    mean: float = -0.0123,
    n: int = 120,
    name: str = "",
) -> GroupContent:
    se = 0.0041
    windows = pd.DataFrame(
        {
            "start": [0], "end": [1], "n": [n], "mean_car": [mean], "se": [se],
            "lower": [mean - 2 * se], "upper": [mean + 2 * se], "median": [mean / 2],
            "share_positive": [0.38], "mean_bhar": [mean],
        }
    )  # fmt: skip
    names = [*zip(MEANS, means, strict=False), *zip(RANKS, ranks, strict=False)]
    significance = pd.DataFrame(
        [
            (name, name, 0, 1, statistic, n - 1, p, n, "null", "reference", "")
            for name, (statistic, p) in names
        ],
        columns=list(SIGNIFICANCE_COLUMNS),
    )
    caar = pd.DataFrame(
        {name: [0.0] for name in ("tau", "aar", "aar_se", "n", "caar", "se", "lower", "upper")}
    )
    return GroupContent(name or label.lower(), label, n, caar, windows, significance)


BRANCHES = {
    "all-agree": [group()],
    "all-agree-up": [group(mean=0.0123, means=(UP,) * 4, ranks=(UP,) * 3)],
    "one-test": [group(means=(YES,), ranks=())],
    "only-rank-tests": [group(means=(), ranks=(YES, YES))],
    "most": [group(means=(YES, YES, YES, NO), ranks=(YES, NO, NO))],
    "means-only": [group(ranks=(NO,) * 3)],
    "ranks-only": [group(means=(NO,) * 4)],
    "few": [group(means=(YES, NO, NO, NO), ranks=(YES, NO, NO))],
    "few-with-a-leading-test": [
        replace(group(means=(YES, NO, NO, NO), ranks=(NO, YES, NO)), advised="GRANK-T")
    ],
    "split": [group(ranks=(UP,) * 3)],
    "against-the-mean": [group(means=(NO,) * 4, ranks=(UP,) * 3)],
    "none": [group(means=(NO,) * 4, ranks=(NO,) * 3, mean=-0.002)],
    "one-event": [group(n=1)],
    "one-event-no-interval": [group(n=1, mean=math.nan)],
    "one-event-within-chance": [group(n=1, mean=0.004)],
    "no-tests": [group(means=(), ranks=())],
    "small": [group(n=12)],
    "two-groups": [
        group(),
        group("Model launches", means=(NO,) * 4, ranks=(NO,) * 3, mean=0.004, n=25),
    ],
    "acronym": [group("AI launches", name="AI launches")],
    "places": [group("New York", name="New York"), group("Hong Kong", name="Hong Kong")],
}


@pytest.mark.parametrize("branch", BRANCHES)
def test_every_branch_says_its_text(branch: str) -> None:
    groups = BRANCHES[branch]
    said = [headline(groups, WINDOW, 0.95, simulated=False), *interpret(groups, WINDOW, 0.95)]
    assert "\n\n".join(said) == (EXPECTED / f"{branch}.txt").read_text("utf-8").rstrip("\n")


def test_no_expected_text_is_orphaned() -> None:
    assert {path.stem for path in EXPECTED.glob("*.txt")} == set(BRANCHES)


@pytest.mark.parametrize(
    ("branch", "verdict"),
    [
        ("all-agree", Verdict.ALL), ("most", Verdict.MOST), ("means-only", Verdict.MIXED),
        ("ranks-only", Verdict.MIXED), ("few", Verdict.MIXED), ("split", Verdict.MIXED),
        ("against-the-mean", Verdict.MIXED), ("none", Verdict.NONE), ("one-event", Verdict.UNTOLD),
        ("no-tests", Verdict.UNTOLD),
    ],
)  # fmt: skip
def test_verdicts(branch: str, verdict: Verdict) -> None:
    assert Reaction.of(BRANCHES[branch][0], WINDOW, 0.95).verdict is verdict


def test_a_window_that_is_not_reported_claims_nothing() -> None:
    assert Reaction.of(group(), (-5, 5), 0.95).verdict is Verdict.UNTOLD
    assert headline([group()], (-5, 5), 0.95, simulated=False) == (
        "After layoffs nothing can be said (0 events)."
    )


def test_a_test_without_a_p_value_is_not_counted() -> None:
    known = group()
    significance = known.significance.assign(p_value=[0.004] * 6 + [math.nan])
    whole = GroupContent("g", "G", 120, known.caar, known.windows, significance)
    assert len(Reaction.of(whole, WINDOW, 0.95).tests) == 6


def test_the_level_decides() -> None:
    strict = Reaction.of(group(), WINDOW, 0.999)
    assert strict.verdict is Verdict.NONE


def test_simulated_prices_open_the_headline() -> None:
    said = headline([group()], WINDOW, 0.95, simulated=True)
    assert said.startswith("On simulated prices: after layoffs shares fell by 1.2% on average")


COMPARISON = {
    "differ": (0.01, 0.02, "The groups differ by more than chance explains."),
    "alike": (0.4, 0.5, "The two groups cannot be told apart."),
    "unclear": (0.01, 0.5, "The tests disagree on whether the groups differ."),
}


@pytest.mark.parametrize("case", COMPARISON)
def test_comparison(case: str) -> None:
    welch, mann, ending = COMPARISON[case]
    frame = pd.DataFrame(
        {
            "start": [0], "end": [1], "difference": [-0.0161], "se": [0.005], "lower": [-0.026],
            "upper": [-0.0062], "welch_p": [welch], "mann_whitney_p": [mann],
        }
    )  # fmt: skip
    groups = [group(), group("Model launches")]
    said = interpret(groups, WINDOW, 0.95, frame, ("Layoffs", "Model launches"))[2]
    assert said == (
        "Layoffs less model launches: a difference of −1.61 percentage points (95% interval −2.60 "
        f"to −0.62; Welch t p = {welch:.3f} and Mann–Whitney p = {mann:.3f}). {ending}"
    )


def test_comparison_of_too_few_says_so() -> None:
    row = {"start": 0, "end": 1, "difference": 0.1} | dict.fromkeys(
        ("se", "lower", "upper", "welch_p", "mann_whitney_p"), math.nan
    )
    frame = pd.DataFrame([row])
    groups = [group(), group("Launches"), group("Firms", name="Firms")]
    said = interpret(groups[:2], WINDOW, 0.95, frame, ("Layoffs", "Launches"))[2]
    assert said == "Layoffs and launches cannot be compared: too few events."
    said = interpret(groups, WINDOW, 0.95, frame, ("Layoffs", "Firms"))[3]
    assert said == (
        "Of 3 groups the two largest are compared. Layoffs and Firms cannot be compared: too few "
        "events."
    )


def test_an_empty_comparison_is_left_out() -> None:
    empty = empty_frame(("start", "end"))
    assert interpret([group()], WINDOW, 0.95, empty) == interpret([group()], WINDOW, 0.95)


def test_minimum_detectable_effect() -> None:
    """(t(0.975) + t(0.8)) * se; with many events (1.95996 + 0.84162) * se."""
    assert minimum_detectable_effect(0.01, 10**7) == pytest.approx(0.0280158, rel=1e-5)
    slow = (stats.t.ppf(0.975, 11) + stats.t.ppf(0.8, 11)) * 0.004
    assert minimum_detectable_effect(0.004, 12) == pytest.approx(slow, rel=1e-10)
    assert math.isnan(minimum_detectable_effect(0.01, 1))
    assert math.isnan(minimum_detectable_effect(math.nan, 50))


def test_rank_tests_are_told_from_tests_on_means() -> None:
    assert [is_rank_test(name) for name in (*MEANS, "KP-Patell")] == [False] * 5
    assert [is_rank_test(name) for name in RANKS] == [True] * 3


def test_window_words() -> None:
    assert window_words((-1, 1)) == "over days −1 to +1"
    assert window_words((2, 2)) == "on day +2"
