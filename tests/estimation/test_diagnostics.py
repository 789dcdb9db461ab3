from __future__ import annotations

import numpy as np

from eventstudy.errors import (
    ClusteredEvents,
    OverlappingEvents,
    PriceQuality,
    ShortEstimation,
    ThinTrading,
    UnknownTimeOfDay,
)
from eventstudy.estimation.diagnostics import panel_warnings, price_warnings
from eventstudy.estimation.panel import EventTime, build_panel
from eventstudy.estimation.returns import ReturnTable
from eventstudy.events.event import Event
from eventstudy.market.calendars import DayZero
from eventstudy.market.placement import PlacedEvent
from eventstudy.market.findings import Finding

T = 80
SESSIONS = np.datetime64("2026-01-01") + np.arange(T)
RETURNS = np.random.default_rng(5).normal(0, 0.02, (T, 3))
RETURNS[8:30, 1] = 0.0  # B hardly trades
RETURNS[20:26, 2] = np.nan  # C has a hole in its estimation window


def placed(event_id: str, *, assumed: bool = False) -> PlacedEvent:
    zero = DayZero(0, SESSIONS[0].item(), "time unknown", "", assumed)
    return PlacedEvent(Event(event_id, "A", "layoff", SESSIONS[0].item()), zero)


def warned(positions: dict[str, tuple[str, int]], assumed: str = "") -> dict[type, tuple[str, ...]]:
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
    return {type(warning): warning.event_ids for warning in panel_warnings(panel, items)}


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
        "The prices of B have defects that were seen and left (1 findings; B: reversing jump, "
        "-60 % and back)."
    )
