"""Regressions of CAR against statsmodels' formulas and by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from eventstudy.errors import InputError
from eventstudy.inference.regression import Errors, design, regress_cars
from tests.inference.hand import by_hand, study
from tests.panels import change, draw_panel

WINDOWS = [(0, 0), (-1, 1)]
N = 40
RNG = np.random.default_rng(5)
SIZE = RNG.uniform(0.0, 0.3, N)
GROUPS = ["launch" if i % 3 == 0 else "layoff" for i in range(N)]
PANEL = change(
    draw_panel(N, 60, starts=[i // 2 for i in range(N)], gaps=0.03, seed=3),
    tickers=tuple(f"T{i % 13}" for i in range(N)),
)


@pytest.mark.parametrize("errors", ["HC3", "date", "firm", "two-way"])
@pytest.mark.parametrize("weights", ["equal", "precision"])
def test_interactions_equal_the_formula(errors: Errors, weights: str) -> None:
    abnormal = study(PANEL)
    over = abnormal.over(WINDOWS)
    results = regress_cars(
        abnormal, WINDOWS, {"size": SIZE}, groups=GROUPS, interact=True, errors=errors,
        weights="precision" if weights == "precision" else "equal",
    )  # fmt: skip
    for w, result in enumerate(results):
        frame = pd.DataFrame(
            {"car": over.car[:, w], "size": SIZE - SIZE.mean(),
             "launch": [float(g == "launch") for g in GROUPS], "v": over.variance[:, w],
             "date": pd.factorize(abnormal.day_zero)[0],
             "firm": pd.factorize(np.array(abnormal.tickers))[0]}
        ).dropna()  # fmt: skip
        model = smf.wls(
            "car ~ launch + size + launch:size", frame,
            weights=1 / frame["v"] if weights == "precision" else 1.0,
        )  # fmt: skip
        columns = {"HC3": [], "date": ["date"], "firm": ["firm"], "two-way": ["date", "firm"]}
        own = columns[errors]
        theirs = (
            model.fit(cov_type="cluster", cov_kwds={"groups": frame[own].to_numpy().squeeze()})
            if own
            else model.fit(cov_type="HC3")
        )
        assert [c.name for c in result.coefficients] == [
            "constant", "launch", "size", "launch x size",
        ]  # fmt: skip
        assert [c.estimate for c in result.coefficients] == pytest.approx(list(theirs.params))
        assert [c.statistic for c in result.coefficients] == pytest.approx(list(theirs.tvalues))
        df = min((frame[c].nunique() - 1 for c in own), default=len(frame) - 4)
        for c in result.coefficients:
            assert c.df == df
            assert c.p_value == pytest.approx(2 * stats.t.sf(abs(c.statistic), df))
        assert (result.n_events, result.n_left_out) == (len(frame), N - len(frame))
        assert result.r_squared == pytest.approx(theirs.rsquared)


def test_a_dummy_is_the_difference_of_averages_by_hand() -> None:
    # 1 3 | 6 8: difference 5. HC3 weighs every squared residual (1) by 1 / (1 - 1/2)^2 = 4; the
    # variance of each average is 2 * 4 / 4 = 2, of the difference 4.
    abnormal = by_hand([1.0, 3.0, 6.0, 8.0, 7.0], [[1.0, -1.0]] * 5).take([0, 1, 2, 3])
    (result,) = regress_cars(abnormal, [(0, 0)], groups=["a", "a", "b", "b"])
    assert [c.name for c in result.coefficients] == ["constant", "b"]
    assert result["b"].estimate == pytest.approx(5)
    assert result["b"].standard_error == pytest.approx(2)
    assert result["b"].statistic == pytest.approx(2.5)
    assert result["constant"].estimate == pytest.approx(2)
    assert result["b"].null == "b makes no difference to the cumulative abnormal return"


def test_the_most_frequent_group_is_the_baseline() -> None:
    names, X = design(3, {"size": [1.0, 2.0, 6.0]}, ["b", "a", "b"], interact=True)
    assert names == ("constant", "a", "size", "a x size")
    assert X.tolist() == [[1, 0, -2, 0], [1, 1, -1, -1], [1, 0, 3, 0]]


def test_a_planted_slope_is_found() -> None:
    panel = draw_panel(N, 60, starts=range(N))
    r_evt = panel.r_evt.copy()
    r_evt[:, 5] -= 0.5 * SIZE
    (result,) = regress_cars(study(change(panel, r_evt=r_evt)), [(0, 0)], {"size": SIZE})
    assert result["size"].estimate == pytest.approx(-0.5, abs=0.15)
    assert result["size"].p_value < 0.001


def test_missing_covariates_leave_events_out_and_say_how_many() -> None:
    size = SIZE.copy()
    size[:7] = np.nan
    (result,) = regress_cars(study(draw_panel(N, 60)), [(0, 0)], {"size": size})
    assert (result.n_events, result.n_left_out) == (33, 7)


def test_what_cannot_be_estimated_gets_a_note() -> None:
    abnormal = study(draw_panel(5, 60))
    (few,) = regress_cars(abnormal.take([0, 1]), [(0, 0)], {"size": [1.0, 2.0]})
    assert (few.coefficients, few.note) == ((), "2 events are too few for 2 coefficients")
    assert math.isnan(few.r_squared)
    (flat,) = regress_cars(abnormal, [(0, 0)], {"size": [1.0] * 5})
    assert "depend on each other" in flat.note
    (one_date,) = regress_cars(abnormal, [(0, 0)], {"size": range(5)}, errors="date")
    assert one_date.note == "all events are in one cluster"


def test_mistakes_are_told() -> None:
    abnormal = study(draw_panel(5, 60))
    with pytest.raises(InputError, match="'size' has shape"):
        regress_cars(abnormal, [(0, 0)], {"size": [1.0]})
    with pytest.raises(InputError, match="2 groups for 5 events"):
        regress_cars(abnormal, [(0, 0)], groups=["a", "b"])
    (result,) = regress_cars(abnormal, [(0, 0)], {"size": range(5)})
    with pytest.raises(InputError, match="no coefficient 'x'; there are constant, size"):
        _ = result["x"]
