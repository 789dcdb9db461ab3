"""A whole study with every trap in it, and the same study on real prices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from eventstudy import EventSet, EventStudy, EventStudyResults
from eventstudy.errors import SpecificationError, SymbolNotFound, TooManyExcluded, WindowError
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.simulated import SimulatedMarket

STUDY = Path(__file__).parents[1] / "data" / "ai-announcements"

TRAPS = """\
event_id,ticker,event_type,announced_at,session,zone,review,chain,step
weekend,META,layoff,2026-01-24,unknown,,confirmed,,
after-close,XYZ,layoff,2026-02-26,after,,confirmed,,
second-of-firm,META,layoff,2026-03-13,after,,confirmed,,
same-day,SNAP,layoff,2026-02-27,pre,,confirmed,,
beijing,BABA,model_launch,2026-02-28,unknown,Asia/Shanghai,confirmed,,
unknown-ticker,NOPE,layoff,2026-02-03,pre,,confirmed,,
young-firm,YNG,layoff,2026-02-03,pre,,confirmed,,
duplicate,META,layoff,2026-01-26,pre,,confirmed,,
delisted,GONE,layoff,2026-02-03,pre,,confirmed,,
delisted-before,LONG,layoff,2026-02-03,pre,,confirmed,,
gap,GAP,layoff,2026-02-03,pre,,confirmed,,
halted,HALT,layoff,2026-02-03,pre,,confirmed,,
edge,EDGE,layoff,2026-03-20,pre,,confirmed,,
report,AMZN,layoff,2026-01-27,pre,,confirmed,amazon,report
memo,AMZN,layoff,2026-01-28,pre,,confirmed,amazon,memo
coarse,TEAM,layoff,2026-02,,,confirmed,,
rejected,TEAM,layoff,2026-02-05,,,rejected,,
broken,TEAM,layoff,5/2/2026,,,confirmed,,
weekend,META,layoff,2026-01-24,unknown,,confirmed,,
"""
CALENDAR = TradingCalendar.exchange("XNYS", date(2024, 10, 1), date(2026, 4, 10))
MARKET = SimulatedMarket(
    seed=3,
    calendar=CALENDAR,
    effects={"XYZ": ((date(2026, 2, 27), 0.20),)},
    unknown=("NOPE",),
    first={"YNG": date(2025, 11, 3)},
    last={"GONE": date(2026, 2, 6), "LONG": date(2025, 12, 31), "EDGE": date(2026, 3, 24)},
    missing={"GAP": (date(2026, 2, 5),), "HALT": (date(2026, 2, 3),)},
)


@pytest.fixture(scope="module")
def traps(tmp_path_factory: pytest.TempPathFactory) -> EventStudyResults:
    path = tmp_path_factory.mktemp("study") / "events.csv"
    path.write_text(TRAPS)
    return EventStudy.from_events(path, MARKET).run()


def test_every_event_ends_in_the_results_or_in_the_exclusions(traps: EventStudyResults) -> None:
    assert len(traps) + len(traps.excluded) == TRAPS.count("\n") - 1
    assert traps.event_ids == (
        "weekend", "after-close", "second-of-firm", "same-day", "beijing", "report",
    )  # fmt: skip
    assert dict(traps.exclusions.set_index("event_id")["reason"]) == {
        "unknown-ticker": "unknown ticker",
        "young-firm": "estimation too short",
        "duplicate": "duplicate",
        "delisted": "event window incomplete",
        "delisted-before": "outside data",
        "gap": "event window incomplete",
        "halted": "day zero missing",
        "edge": "event window incomplete",
        "memo": "another step of the same decision is studied",
        "coarse": "date too coarse",
        "rejected": "rejected in review",
        "broken": "unreadable row",
        "weekend#2": "duplicate",
    }


def test_day_zeros_are_the_sessions_that_can_react(traps: EventStudyResults) -> None:
    zeros = {item.event.event_id: item.day_zero for item in traps.placed}
    assert {key: zero.session for key, zero in zeros.items()} == {
        "weekend": date(2026, 1, 26),  # Saturday: the Monday after, never the Friday before
        "after-close": date(2026, 2, 27),
        "second-of-firm": date(2026, 3, 16),  # after the close on a Friday
        "same-day": date(2026, 2, 27),
        "beijing": date(2026, 2, 27),  # Saturday in Beijing begins on Friday noon in New York
        "report": date(2026, 1, 27),
    }
    assert [key for key, zero in zeros.items() if zero.assumed] == ["beijing"]


def test_the_planted_effect_is_found_on_its_day(traps: EventStudyResults) -> None:
    twin = EventStudy.from_events(
        EventSet(tuple(traps.events)),
        SimulatedMarket(seed=3, calendar=CALENDAR),
    ).run()
    difference = traps.ar.loc["after-close"] - twin.ar.loc["after-close"]
    assert difference[0] == pytest.approx(0.20, abs=1e-12)
    np.testing.assert_allclose(difference.drop(0), 0, atol=1e-12)


def test_warnings_are_typed_and_name_their_events(traps: EventStudyResults) -> None:
    found = {type(warning).__name__: warning for warning in traps.warnings}
    assert set(found) == {"ClusteredEvents", "PriceQuality", "UnknownTimeOfDay"}
    assert found["ClusteredEvents"].event_ids == ("after-close", "same-day", "beijing")
    assert found["UnknownTimeOfDay"].event_ids == ("beijing",)


def test_the_order_of_the_events_changes_rows_and_nothing_else(traps: EventStudyResults) -> None:
    reversed_ = EventStudy.from_events(EventSet(traps.events[::-1]), MARKET).run()
    pd.testing.assert_frame_equal(
        reversed_.over(0, 1).sort_index(), traps.over(0, 1).sort_index(), rtol=1e-12
    )
    p = [frame.significance["p_value"].to_numpy() for frame in (traps, reversed_)]
    np.testing.assert_allclose(p[0], p[1], rtol=1e-9)


def test_questions_leave_the_results_as_they_were(traps: EventStudyResults) -> None:
    before = traps.abnormal.ar.copy()
    traps.summary()
    traps.interpret()
    traps.by("company")
    traps.conf_int(0.8)
    np.testing.assert_array_equal(traps.abnormal.ar, before)
    with pytest.raises(ValueError, match="read-only"):
        traps.abnormal.ar[0, 0] = 0.0


def test_every_public_attribute_answers(traps: EventStudyResults) -> None:
    takes_nothing = [name for name in dir(traps) if not name.startswith("_")]
    assert {"ar", "car", "sar", "aar", "caar", "params", "exclusions", "significance"} <= set(
        takes_nothing
    )
    for name in takes_nothing:
        getattr(traps, name)
    assert repr(traps).startswith("<EventStudyResults SIMULATED: 6 events, CAAR[0, 1] ")
    assert "SIMULATED" in traps._repr_html_()
    assert traps.test("kp bmp").window == (0, 1)
    assert traps.test("BMP", (-1, 1)).n_events == 6
    assert traps.to_frame("day").shape == (6 * 21, 4)
    assert list(traps.to_frame().index) == list(traps.event_ids)
    assert set(traps.by("event_type")) == {"layoff", "model_launch"}


def test_questions_that_cannot_be_answered_say_why(traps: EventStudyResults) -> None:
    with pytest.raises(WindowError, match=r"\[0, 40\] is not inside the event window \[-10, 10\]"):
        traps.car_over(0, 40)
    with pytest.raises(SpecificationError, match="Events have no column 'sector'"):
        traps.by("sector")
    with pytest.raises(ValueError, match=r"'gap'; it was excluded: event window incomplete"):
        traps.plot_event("gap")
    with pytest.raises(SpecificationError, match="no frame 'week'"):
        traps.to_frame("week")


def test_parts_are_named_by_plain_strings_and_the_unknown_by_none(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        "event_id,ticker,announced_at,headcount\n"
        "a,META,2026-02-03,1100\nb,XYZ,2026-02-03,\nc,SNAP,2026-02-03,\n"
    )
    parts = EventStudy.from_events(path, MARKET).run().by("headcount")
    ids = {key: part.event_ids for key, part in parts.items()}
    assert ids == {"1100.0": ("a",), "": ("b", "c")}
    assert {type(key) for key in parts} == {str}


def test_saved_results_are_the_same_results(traps: EventStudyResults, tmp_path: Path) -> None:
    path = traps.save(tmp_path / "results.zip")
    again = EventStudyResults.load(path)
    assert again.save(tmp_path / "again.zip").read_bytes() == path.read_bytes()
    pd.testing.assert_frame_equal(again.significance, traps.significance)
    pd.testing.assert_frame_equal(again.exclusions, traps.exclusions)
    assert again.interpret() == traps.interpret()
    (tmp_path / "no.zip").write_text("nothing")
    with pytest.raises(ValueError, match="holds no saved results"):
        EventStudyResults.load(tmp_path / "no.zip")


def test_available_days_keep_the_events_with_gaps(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(TRAPS)
    results = EventStudy.from_events(path, MARKET, prices__missing="available").run()
    assert {"gap", "delisted", "edge"} <= set(results.event_ids)
    n = results.caar_frame()["n"]
    assert (n.max(), n[10]) == (len(results), len(results) - 2)  # two stop trading before day 10
    gap = results.ar.loc["gap"]
    assert np.isnan(gap[[2, 3]]).all()
    assert results.car_over(0, 5)["gap"] == pytest.approx(gap[[0, 1, 4, 5]].sum(), abs=1e-15)


def test_too_few_events_and_no_benchmark_stop_the_run_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("ticker,announced_at\nNOPE,2026-02-03\n")
    with pytest.raises(TooManyExcluded, match=r"0 events can be estimated .*1 unknown ticker"):
        EventStudy.from_events(path, MARKET).run()
    path.write_text("ticker,announced_at\nMETA,2026-02-03\n")
    with pytest.raises(SymbolNotFound, match="The benchmark NOPE has no prices in simulated"):
        EventStudy.from_events(path, MARKET, prices__benchmark="NOPE").run()
    path.write_text("ticker,announced_at\nMETA,2026\n")
    with pytest.raises(TooManyExcluded, match="No event of the table has a date"):
        EventStudy.from_events(path, MARKET).run()


def test_log_returns_compound_to_the_same_buy_and_hold_return(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("ticker,announced_at\nMETA,2026-02-03\n")
    simple = EventStudy.from_events(path, MARKET, model__name="market_adjusted").run()
    log = EventStudy.from_events(
        path, MARKET, model__name="market_adjusted", prices__returns="log"
    ).run()
    np.testing.assert_allclose(log.over(-5, 5)["bhar"], simple.over(-5, 5)["bhar"], rtol=1e-12)


# -- real prices ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared: Path) -> EventStudyResults:
    prices = shared / "market" / "prices_daily.parquet"
    return EventStudy.from_file(STUDY).with_prices(f"files:{prices}").run()


@pytest.mark.real
def test_real_events_are_all_accounted_for(real: EventStudyResults) -> None:
    ids = [*real.event_ids, *(item.event_id for item in real.excluded)]
    assert len(ids) == len(set(ids))
    assert set(ids) >= {event.event_id for event in EventSet.from_csv(STUDY / "events.csv")}
    assert len(real) > 140


@pytest.mark.real
def test_real_abnormal_returns_equal_least_squares(real: EventStudyResults, shared: Path) -> None:
    """Each event from the raw table by another way: pandas joins, statsmodels' own prediction."""
    table = pd.read_parquet(
        shared / "market" / "prices_daily.parquet", columns=["date", "ticker", "adj_close"]
    )
    wide = table.pivot_table(index="date", columns="ticker", values="adj_close")
    wide = wide.rename(columns=str)
    sessions = pd.DatetimeIndex(real.panel.sessions)
    returns = wide.reindex(sessions).pct_change(fill_method=None)
    from eventstudy.symbols import current_symbol

    for row, event_id in enumerate(real.event_ids):
        y = returns[current_symbol(real.panel.tickers[row])]
        x = sm.add_constant(returns["SPY"])
        zero = int(sessions.searchsorted(pd.Timestamp(real.panel.day_zero[row])))
        inside = slice(zero - 260, zero - 10)
        both = y.iloc[inside].notna() & x.iloc[inside].notna().all(axis=1)
        fit = sm.OLS(y.iloc[inside][both], x.iloc[inside][both]).fit()
        window = slice(zero - 10, zero + 11)
        expected = fit.get_prediction(x.iloc[window])
        np.testing.assert_allclose(
            real.ar.loc[event_id], y.iloc[window] - expected.predicted_mean, rtol=0, atol=1e-10
        )
        variances = np.diagonal(real.abnormal.covariance[row])
        np.testing.assert_allclose(variances, expected.se_obs**2, rtol=1e-10)
        whole = (
            np.eye(21) * fit.scale + x.iloc[window] @ fit.cov_params() @ x.iloc[window].T.to_numpy()
        )
        np.testing.assert_allclose(real.abnormal.covariance[row], whole, rtol=1e-9, atol=1e-16)
