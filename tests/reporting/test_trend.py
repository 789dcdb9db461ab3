from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from matplotlib import pyplot as plt

from eventstudy.reporting.plots_size import plot_size, size_column, size_trend, size_values
from eventstudy.reporting.trend import fit_trend


@pytest.fixture(autouse=True)
def _no_display_left_open() -> Iterator[None]:
    mpl.use("agg")
    yield
    plt.close("all")


def sizes(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    percent = rng.uniform(1, 40, n)
    car = -0.002 * percent + 0.0005 * percent * rng.standard_normal(n)
    headcount = 10 ** rng.uniform(2, 5, n)
    return pd.DataFrame({"percent": percent, "headcount": headcount, "car": car})


def test_line_and_band_are_those_of_statsmodels_hc3() -> None:
    frame = sizes()
    frame.loc[3, "car"] = np.nan
    trend = fit_trend(frame["percent"], frame["car"])
    assert trend is not None
    kept = frame.dropna()
    fit = sm.OLS(kept["car"], sm.add_constant(kept["percent"])).fit(cov_type="HC3", use_t=True)
    assert trend.n == 39
    np.testing.assert_allclose([trend.intercept, trend.slope], fit.params, rtol=1e-10)
    np.testing.assert_allclose(trend.covariance, fit.cov_params(), rtol=1e-9)
    assert trend.p_value == pytest.approx(fit.pvalues["percent"], rel=1e-9)
    points = np.array([5.0, 30.0])
    expected = fit.get_prediction(sm.add_constant(points)).conf_int(alpha=0.1)
    _, low, high = trend.band(points, 0.9)
    np.testing.assert_allclose(np.column_stack([low, high]), expected, rtol=1e-9)


def test_few_points_or_sizes_give_no_line() -> None:
    assert fit_trend(range(9), range(9)) is None
    assert fit_trend([1.0, 2.0] * 10, range(20)) is None
    assert fit_trend([np.nan] * 20, range(20)) is None


def test_sizes_are_compared_in_per_cent_where_enough_state_it() -> None:
    frame = sizes()
    assert size_column(frame) == "percent"
    assert size_column(frame.assign(percent=np.nan)) == "headcount"
    assert size_column(frame.assign(percent=np.nan, headcount=np.nan)) is None
    people = pd.DataFrame({"headcount": [1000.0, 0.0]})
    np.testing.assert_array_equal(size_values(people, "headcount"), [3.0, np.nan])


def test_figure_shows_the_points_and_the_line() -> None:
    frame = sizes()
    groups = {"Cuts": frame.head(30), "More": frame.tail(10)}
    ax = plot_size(groups)
    dots = np.concatenate([np.asarray(c.get_offsets()) for c in ax.collections[:2]])
    np.testing.assert_allclose(dots, frame[["percent", "car"]])
    trend = size_trend(groups, "percent")
    assert trend is not None
    drawn = ax.lines[-1]
    x, y = np.asarray(drawn.get_xdata(), float), np.asarray(drawn.get_ydata(), float)
    np.testing.assert_allclose(y, trend.intercept + trend.slope * x)
    assert ax.get_xlabel() == "size of the cut, % of staff"
    assert " ".join(ax.texts[-1].get_text().split()) == (
        "Line: −0.19 percentage points for each per cent of staff (p < 0.001, n = 40)"
    )


def test_figure_without_sizes_says_so() -> None:
    ax = plot_size({"Cuts": sizes(5)})
    assert " ".join(ax.texts[-1].get_text().split()) == "Line: too few sizes for a line"
