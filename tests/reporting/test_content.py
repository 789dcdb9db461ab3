from __future__ import annotations

import dataclasses

import pytest

from eventstudy.errors import InputError
from eventstudy.reporting.content import EXCLUSION_COLUMNS, ReportContent, empty_frame


def test_subtitle(content: ReportContent) -> None:
    assert content.subtitle == "2022-06-14 to 2026-05-20 · benchmark SPY · market model"
    assert content.window_text == "[0, +1]"


def test_shown_groups_leave_out_the_whole(content: ReportContent) -> None:
    assert [group.name for group in content.shown_groups] == ["layoff", "model_launch"]
    alone = dataclasses.replace(content, groups=content.groups[:1])
    assert [group.name for group in alone.shown_groups] == ["all"]


def test_a_window_is_found_or_not(content: ReportContent) -> None:
    row = content.groups[1].window((0, 1))
    assert row is not None
    assert row["n"] == content.groups[1].n_events
    assert content.groups[1].window((3, 4)) is None
    assert len(content.groups[1].tests((0, 1))) == 7


def test_a_missing_column_is_named(content: ReportContent) -> None:
    with pytest.raises(InputError, match=r"'events' of a report lacks car, beta; it needs"):
        dataclasses.replace(content, events=content.events.drop(columns=["car", "beta"]))
    group = content.groups[0]
    with pytest.raises(InputError, match=r"'all\.windows' of a report lacks median"):
        dataclasses.replace(group, windows=group.windows.drop(columns="median"))
    detail = content.details[0]
    with pytest.raises(InputError, match=r"\.prices' of a report lacks benchmark"):
        dataclasses.replace(detail, prices=detail.prices.drop(columns="benchmark"))


def test_no_group_is_refused(content: ReportContent) -> None:
    with pytest.raises(InputError, match="at least one group"):
        dataclasses.replace(content, groups=())


def test_empty_frame_has_its_columns() -> None:
    assert tuple(empty_frame(EXCLUSION_COLUMNS).columns) == EXCLUSION_COLUMNS
