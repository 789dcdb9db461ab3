from __future__ import annotations

import numpy as np
import pytest

from eventstudy.errors import (
    ClusteredEvents,
    EventStudyWarning,
    OverlappingEvents,
    PriceQuality,
    ShortEstimation,
    ThinTrading,
    UnknownTimeOfDay,
)
from eventstudy.estimation import diagnostics
from eventstudy.estimation.diagnostics import counted, panel_warnings, price_warnings
from eventstudy.estimation.panel import EventTime, build_panel
from eventstudy.estimation.returns import ReturnTable
from eventstudy.events.event import Event
from eventstudy.market.calendars import DayZero
from eventstudy.market.findings import Finding
from eventstudy.market.placement import PlacedEvent

T = 80
SESSIONS = np.datetime64("2026-01-01") + np.arange(T)
RETURNS = np.random.default_rng(5).normal(0, 0.02, (T, 3))
RETURNS[8:30, 1] = 0.0  # B hardly trades
RETURNS[20:26, 2] = np.nan  # C has a hole in its estimation window
FEW = diagnostics.FEW_ESTIMATION_DAYS


@pytest.fixture(autouse=True)
def _short_windows_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most panels here have 28 estimation days."""
    monkeypatch.setattr(diagnostics, "FEW_ESTIMATION_DAYS", 20)


def placed(event_id: str, *, assumed: bool = False) -> PlacedEvent:
    zero = DayZero(0, SESSIONS[0].item(), "time unknown", "", assumed)
    return PlacedEvent(Event(event_id, "A", "layoff", SESSIONS[0].item()), zero)


def warnings_of(
    positions: dict[str, tuple[str, int]], assumed: str = ""
) -> tuple[EventStudyWarning, ...]:
    panel, _ = build_panel(
        list(positions),
        [ticker for ticker, _ in positions.values()],
        np.array([at for _, at in positions.values()]),
        ReturnTable(SESSIONS, ("A", "B", "C"), RETURNS),
        {},
        EventTime((-30, -3), (-2, 2)),
        min_estimation=15,
    )
    items = [placed(event_id, assumed=event_id == assumed) for event_id in panel.event_ids]
    return panel_warnings(panel, items)


def warned(positions: dict[str, tuple[str, int]], assumed: str = "") -> dict[type, tuple[str, ...]]:
    found = warnings_of(positions, assumed)
    return {type(warning): warning.event_ids for warning in found}


def test_far_apart_full_and_known_is_worth_no_warning() -> None:
    assert warned({"a": ("A", 35), "b": ("A", 60)}) == {}


def test_each_warning_names_its_events() -> None:
    assert warned({"a1": ("A", 40), "c": ("C", 60), "b": ("B", 40), "a2": ("A", 44)}, "a2") == {
        ClusteredEvents: ("a1", "b"),
        OverlappingEvents: ("a1", "a2"),
        ThinTrading: ("b",),
        UnknownTimeOfDay: ("a2",),
    }
    assert warned({"c": ("C", 45)}) == {ShortEstimation: ("c",)}


def test_a_shared_day_is_told_and_no_test_preferred() -> None:
    (warning,) = warnings_of({"a": ("A", 40), "c1": ("A", 60), "c2": ("C", 60)})
    assert str(warning) == (
        f"2 of 3 events share their day zero with another (most on {SESSIONS[60]}: 2), so their "
        "abnormal returns may be correlated; the choice of the leading test measures how much."
    )


def test_events_one_day_farther_than_the_window_do_not_overlap() -> None:
    assert OverlappingEvents in warned({"a": ("A", 40), "b": ("A", 44)})
    assert warned({"a": ("A", 40), "b": ("A", 45)}) == {}


def test_notes_on_prices_are_no_warning() -> None:
    note = Finding("A", "ends early", SESSIONS[3].item(), "ends then", "note", "nothing")
    bad = Finding("B", "reversing jump", SESSIONS[3].item(), "-60 % and back", "warning", "left")
    assert price_warnings([note]) == ()
    (warning,) = price_warnings([note, bad])
    assert isinstance(warning, PriceQuality)
    assert str(warning) == (
        "The prices of B have defects that were seen and left (1 finding; B: reversing jump, "
        "-60 % and back)."
    )


def test_a_full_but_short_window_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnostics, "FEW_ESTIMATION_DAYS", FEW)

    def said(days: int, positions: list[int]) -> list[str]:
        panel, _ = build_panel(
            [f"e{at}" for at in positions],
            ["A"] * len(positions),
            np.array(positions),
            ReturnTable(SESSIONS, ("A", "B", "C"), RETURNS),
            {},
            EventTime((-2 - days, -3), (-2, 2)),
            min_estimation=15,
        )
        found = panel_warnings(panel, [placed(event_id) for event_id in panel.event_ids])
        return [str(warning) for warning in found if isinstance(warning, ShortEstimation)]

    assert said(60, [70]) == []
    assert said(59, [70]) == ["1 event has fewer than 60 estimation days (least 59): e70."]
    assert said(30, [40, 70]) == [
        "2 events have fewer than 60 estimation days (least 30): e40, e70."
    ]


def test_numbers_agree_with_their_nouns_and_verbs() -> None:
    assert counted(1, "event") == "1 event"
    assert counted(0, "finding") == "0 findings"
    assert counted(1, "event", ("is", "are")) == "1 event is"
    assert counted(2, "event", ("is", "are")) == "2 events are"
