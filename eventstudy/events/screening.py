"""Which events are studied, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from eventstudy.events.event import Event, Exclusion, ExclusionReason


def screen(events: Iterable[Event], step: str = "first") -> tuple[list[Event], list[Exclusion]]:
    """Part the events that can be placed in time from those that cannot or should not be.

    Out go rejected rows, dates coarser than a day, and, of each chain, every step but the chosen
    one.

    Parameters
    ----------
    step
        ``"first"`` takes the first public step of each chain, ``"all"`` every step; any other
        word takes the first step of that name, or the first step of a chain without it.
    """
    kept: list[Event] = []
    exclusions: list[Exclusion] = []
    for event in events:
        if event.review == "rejected":
            reason, detail = ExclusionReason.REJECTED, "review is 'rejected' in the event file"
        elif event.precision not in ("moment", "day"):
            said = f"known only as {event.announced_text}" if event.announced_at else "no date"
            reason, detail = ExclusionReason.DATE_TOO_COARSE, f"{said}; give the day to include it"
        else:
            kept.append(event)
            continue
        exclusions.append(Exclusion(event.event_id, reason, detail))
    if step == "all":
        return kept, exclusions
    studied = _studied_steps(kept, step)
    others = [e for e in kept if e.chain and studied[e.chain] is not e]
    exclusions.extend(_other_step(event, studied[event.chain]) for event in others)
    return [e for e in kept if not e.chain or studied[e.chain] is e], exclusions


def _other_step(event: Event, studied: Event) -> Exclusion:
    return Exclusion(
        event.event_id,
        ExclusionReason.OTHER_STEP,
        f"{event.step or 'step'} of chain {event.chain}; studied is {studied.event_id} "
        f"({studied.announced_text})",
    )


def _studied_steps(events: Sequence[Event], step: str) -> dict[str, Event]:
    sessions = ("pre", "during", "unknown", "after")

    def rank(event: Event) -> tuple[bool, date, int]:
        named = step in ("first", event.step)
        return not named, event.first_day or date.max, sessions.index(event.session)

    chosen: dict[str, Event] = {}
    for event in sorted(events, key=rank):
        if event.chain:
            chosen.setdefault(event.chain, event)
    return chosen
