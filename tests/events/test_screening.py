from __future__ import annotations

from datetime import date

import pytest

from eventstudy.events.event import Event, ExclusionReason, Review
from eventstudy.events.screening import screen


def event(event_id: str, day: int, step: str = "", review: Review = "confirmed") -> Event:
    return Event(
        event_id=event_id,
        ticker="META",
        event_type="layoff",
        announced_at=date(2026, 4, day),
        chain="meta-2026" if step else "",
        step=step,
        review=review,
    )


REPORT, MEMO, ALONE = event("report", 17, "report"), event("memo", 23, "memo"), event("alone", 2)


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        ("first", ["report", "alone"]),
        ("memo", ["memo", "alone"]),
        ("all", ["memo", "report", "alone"]),
        ("execution", ["report", "alone"]),  # a chain without that step gives its first
    ],
)
def test_one_step_of_a_chain_is_studied(step: str, kept: list[str]) -> None:
    left, exclusions = screen([MEMO, REPORT, ALONE], step)
    assert [item.event_id for item in left] == kept
    assert len(left) + len(exclusions) == 3
    assert {item.reason for item in exclusions} <= {ExclusionReason.OTHER_STEP}


def test_the_other_step_names_the_one_that_is_studied() -> None:
    _, (exclusion,) = screen([MEMO, REPORT])
    assert exclusion.detail == "memo of chain meta-2026; studied is report (2026-04-17)"


def test_a_rejected_first_step_gives_way_to_the_next() -> None:
    rejected = event("report", 17, "report", review="rejected")
    left, exclusions = screen([rejected, MEMO])
    assert [item.event_id for item in left] == ["memo"]
    assert [item.reason for item in exclusions] == [ExclusionReason.REJECTED]


def test_a_coarse_date_waits_until_it_is_refined() -> None:
    coarse = Event(
        "x", "XYZ", "layoff", date(2026, 2, 1), precision="month", until=date(2026, 2, 28)
    )
    unknown = Event("y", "TEAM", "layoff", None, precision="unknown")
    left, exclusions = screen([coarse, unknown])
    assert left == []
    assert [item.reason for item in exclusions] == [ExclusionReason.DATE_TOO_COARSE] * 2
    assert exclusions[0].detail == "known only as 2026-02; give the day to include it"
