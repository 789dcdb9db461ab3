"""Events placed in trading time: each gets its day zero, and none counts twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from eventstudy.events.event import Event, Exclusion, ExclusionReason
from eventstudy.market.calendars import DayZero, TradingCalendar
from eventstudy.symbols import current_symbol


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """An event and the session that can first react to it."""

    event: Event
    day_zero: DayZero


def place(
    events: Iterable[Event], calendar_of: Callable[[str], TradingCalendar]
) -> tuple[list[PlacedEvent], list[Exclusion]]:
    """Find every event's day zero among the sessions of its own security's exchange.

    ``calendar_of`` gives the calendar of a ticker; a day zero's position counts on it.

    Two events of one security and one type with the same day zero share one reaction: the first
    in the table stays, the other is excluded as a duplicate.
    """
    placed: list[PlacedEvent] = []
    exclusions: list[Exclusion] = []
    first: dict[tuple[str, str, date], str] = {}
    for event in events:
        at = event.announced_at
        if at is None:
            exclusions.append(Exclusion(event.event_id, ExclusionReason.DATE_TOO_COARSE, "no date"))
            continue
        zero = calendar_of(event.ticker).day_zero(at, event.session, event.zone)
        if zero.session is None:
            exclusions.append(Exclusion(event.event_id, ExclusionReason.NO_SESSION, zero.reason))
            continue
        same = first.setdefault(
            (current_symbol(event.ticker), event.event_type, zero.session), event.event_id
        )
        if same != event.event_id:
            exclusions.append(
                Exclusion(
                    event.event_id,
                    ExclusionReason.DUPLICATE,
                    f"same security, type and day zero ({zero.session}) as {same}",
                )
            )
            continue
        placed.append(PlacedEvent(event, zero))
    return placed, exclusions
