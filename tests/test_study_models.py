"""Every normal-return model and missing-price policy, from the study file to the report."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eventstudy import EventStudy, EventStudyResults
from eventstudy.errors import OtherMeasure, SpecificationError, SymbolNotFound
from eventstudy.estimation.diagnostics import unfitted
from eventstudy.estimation.measures import MEASURES
from eventstudy.estimation.models import MODELS, FactorModel, MarketModel, fit
from eventstudy.results.methods import methods
from eventstudy.specification import StudySpec
from tests.panels import change, draw_panel
from tests.test_study import MARKET, TRAPS

PRICED = [name for name, model in MODELS.items() if not isinstance(model, FactorModel)]


def run(tmp_path: Path, **settings: object) -> EventStudyResults:
    path = tmp_path / "events.csv"
    path.write_text(TRAPS)
    return EventStudy.from_events(path, MARKET, **settings).run()


@pytest.mark.parametrize("name", PRICED)
def test_every_model_runs_is_explained_and_comes_back_from_its_file(
    name: str, tmp_path: Path
) -> None:
    results = run(tmp_path, model__name=name)
    # The variance of EGARCH dies out for one of the six; whether its fit is refused depends on how
    # the optimiser of the installed version walks there.
    assert len(results) in ((5, 6) if name == "egarch" else (6,))
    assert np.isfinite(results.ar.to_numpy()).all()
    (part,) = (p for p in methods(results) if p.heading.startswith("Normal return"))
    assert MODELS[name].label in part.heading
    assert part.formulas == MODELS[name].formulas("SPY")
    again = EventStudyResults.load(results.save(tmp_path / "results.zip"))
    np.testing.assert_array_equal(again.ar, results.ar)
    np.testing.assert_array_equal(again.abnormal.covariance, results.abnormal.covariance)
    np.testing.assert_array_equal(again.abnormal.sar_est, results.abnormal.sar_est)


def test_from_trade_to_trade_a_gap_moves_the_return_to_the_next_trade(tmp_path: Path) -> None:
    results = run(tmp_path, prices__missing="trade_to_trade")
    assert {"gap", "halted", "delisted", "edge"} <= set(results.event_ids)
    available = run(tmp_path, prices__missing="available")
    # GAP has no price on day 2: days 2 and 3 are missing, or day 3 holds both.
    assert np.isnan(available.ar.loc["gap", [2, 3]]).all()
    assert np.isnan(results.ar.loc["gap"][2])
    whole = dataclasses.replace(MARKET, missing={})
    path = tmp_path / "events.csv"
    complete = EventStudy.from_events(path, whole).run()
    assert results.over(-5, 5).loc["gap", "bhar"] == pytest.approx(
        complete.over(-5, 5).loc["gap", "bhar"], abs=1e-4
    )
    # HALT does not trade on day 0: its reaction is in the return of day 1, over two sessions.
    assert np.isnan(results.ar.loc["halted"][0])
    assert results.car_over(0, 1)["halted"] == pytest.approx(
        complete.car_over(0, 1)["halted"], abs=2e-3
    )
    n = results.caar_frame()["n"]
    assert n.max() == len(results)
    (returns,) = (p for p in methods(results) if p.heading == "Returns")
    assert "over the whole gap" in returns.text
    assert "nothing is filled, and" in returns.text
    again = EventStudyResults.load(results.save(tmp_path / "results.zip"))
    np.testing.assert_array_equal(again.abnormal.covariance, results.abnormal.covariance)


def test_an_event_whose_model_cannot_be_fitted_is_an_exclusion_with_its_problem() -> None:
    panel = draw_panel(3)
    r_est = panel.r_est.copy()
    r_est[0] = 0.0
    x_est = panel.x_est.copy()
    x_est[1] = 0.01
    panel = change(panel, r_est=r_est, x_est=x_est)
    gone = unfitted(panel, fit(panel, MarketModel()))
    assert [(item.event_id, item.reason.value, item.detail) for item in gone] == [
        ("e0", "zero variance", "zero variance"),
        ("e1", "model not fitted", "collinear regressors"),
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {"model__name": "multi_benchmark", "model__benchmarks": ["XLK", "SOXX"]},
        {"model__name": "synthetic_control", "model__donors": ["AAPL", "MSFT", "GOOG", "META"]},
    ],
)
def test_models_of_further_securities_fetch_them_and_name_them(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    results = run(tmp_path, **settings)
    assert len(results) == 6
    listed = settings.get("model__benchmarks") or settings["model__donors"]
    assert set(listed) <= set(results.params.columns)
    assert set(listed) <= set(results.provenance["prices"]["tickers"])
    if "model__donors" in settings:
        weights = results.params[listed]
        np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-9)
        assert weights.loc["weekend", "META"] == 0.0  # the security itself
    again = EventStudyResults.load(results.save(tmp_path / "results.zip"))
    np.testing.assert_array_equal(again.abnormal.covariance, results.abnormal.covariance)
    with pytest.raises(SymbolNotFound, match=r"NOPE of the model .* name others under \[model\]"):
        run(
            tmp_path, **{key: ["NOPE", "AAPL"] if v == listed else v for key, v in settings.items()}
        )


@pytest.mark.parametrize("measure", ["log_volume", "absolute_return"])
def test_volume_and_volatility_go_the_same_way_as_returns(measure: str, tmp_path: Path) -> None:
    results = run(tmp_path, prices__measure=measure, model__name="mean_market_adjusted")
    assert len(results) == 6
    assert isinstance(results.warnings[0], OtherMeasure)
    assert results.over(0, 1)["bhar"].isna().all()
    assert np.isnan(results.planted).all()
    assert results.significance["p_value"].notna().any()
    (part,) = (p for p in methods(results) if p.heading == "Measure")
    assert part.formulas == (MEASURES[measure][1],)  # type: ignore[index]
    again = EventStudyResults.load(results.save(tmp_path / "results.zip"))
    np.testing.assert_array_equal(again.over(0, 1), results.over(0, 1))
    results.summary()
    results.interpret()


def test_volume_by_hand(tmp_path: Path) -> None:
    results = run(tmp_path, prices__measure="log_volume", model__name="constant_mean")
    calendar, zero = MARKET.calendar, results.panel.day_zero[0]
    at = int(calendar.position(zero))
    first, last = calendar.sessions[at - 260].item(), calendar.sessions[at + 10].item()
    volume = np.log(MARKET.fetch(["META"], first, last).to_frame("volume")["META"].to_numpy())
    assert results.ar.loc["weekend"][0] == pytest.approx(volume[260] - volume[:250].mean())


@pytest.mark.real
def test_the_range_of_real_prices_widens_on_day_zero(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("ticker,announced_at,session\nXYZ,2026-02-26,after\nMETA,2022-11-09,pre\n")
    source = f"files:{shared / 'market' / 'prices_daily.parquet'}"
    for measure in ("log_range", "log_volume"):
        study = EventStudy.from_events(path, prices__measure=measure).with_prices(source)
        assert study.run().ar[0]["row-2"] > 0.3


@pytest.mark.parametrize(
    ("prices", "model", "said"),
    [
        ({"returns": "log"}, {"name": "ff3", "factors": "f.csv"}, "factors are simple returns"),
        ({"measure": "log_volume"}, {"name": "ff3", "factors": "f.csv"}, "factors explain returns"),
        ({"measure": "log_volume", "missing": "trade_to_trade"}, {}, "cannot be bridged"),
        ({"missing": "trade_to_trade"}, {"name": "garch"}, "garch needs returns over one session"),
        ({}, {"name": "synthetic_control", "donors": ["A"]}, "name at least two, each once"),
        ({}, {"name": "multi_benchmark"}, "name at least one, each once"),
        ({}, {"donors": ["A", "B"]}, "donors belong to the model synthetic_control, not to market"),
        ({}, {"name": "dimson", "lags": 0, "leads": 0}, "one of them at least 1"),
        ({"measure": "turnover"}, {}, "'log_volume'"),
    ],
)
def test_parts_of_a_study_that_do_not_fit_are_one_sentence(
    prices: dict[str, Any], model: dict[str, Any], said: str
) -> None:
    with pytest.raises(SpecificationError) as caught:
        StudySpec.from_mapping({"prices": prices, "model": model})
    (mistake,) = caught.value.mistakes
    assert said in mistake.message


def test_donors_of_several_exchanges_are_refused() -> None:
    values = {
        "model": {"name": "synthetic_control", "donors": ["A", "B"]},
        "markets": {"XHKG": {"benchmark": "^HSI"}},
    }
    with pytest.raises(SpecificationError) as caught:
        StudySpec.from_mapping(values)
    assert "share one exchange" in caught.value.mistakes[0].message
