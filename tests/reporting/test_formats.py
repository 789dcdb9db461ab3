from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstudy.reporting import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"), (-0.001, "0.00"), (-1.5, "−1.50"), (1234567.891, "1,234,567.89"),
        (None, "–"), (float("nan"), "–"), (pd.NA, "–"), (float("inf"), "∞"),
        (float("-inf"), "−∞"), (np.float64(2), "2.00"), (np.int64(-3), "−3.00"),
    ],
)  # fmt: skip
def test_number(value: object, text: str) -> None:
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.012345, "+1.23%"), (-0.5, "−50.00%"), (0.00001, "0.00%"), (None, "–")],
)
def test_percent(value: float | None, text: str) -> None:
    assert formats.percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "< 0.001"), (0.00099, "< 0.001"), (0.001, "0.001"), (0.0324, "0.032"),
        (0.9991, "> 0.999"), (0.999, "0.999"), (1.0, "> 0.999"), (None, "–"),
    ],
)  # fmt: skip
def test_p_value(value: float | None, text: str) -> None:
    assert formats.p_value(value) == text


def test_interval() -> None:
    assert formats.interval((-0.02, 0.0041)) == "−2.00% to +0.41%"
    assert formats.interval((-0.02, float("nan"))) == "–"
    assert formats.interval(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 4, 8), "2026-04-08"),
        (datetime(2026, 4, 8, tzinfo=UTC), "2026-04-08"),
        (datetime(2026, 4, 8, 9, tzinfo=UTC), "2026-04-08T09:00:00+00:00"),
        (pd.Timestamp("2026-04-08"), "2026-04-08"),
        ("2026-W15", "2026-W15"),
        (pd.NaT, "–"),
    ],
)
def test_day(value: object, text: str) -> None:
    assert formats.day(value) == text


def test_small_words() -> None:
    assert formats.window((-1, 10)) == "[−1, +10]"
    assert formats.plural(1, "event") == "1 event"
    assert formats.plural(0, "event") == "0 events"
    assert [formats.listing(list("abc")[:n]) for n in range(4)] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert formats.clip("short", 5) == "short"
    assert formats.clip("no-space-anywhere-here", 8) == "no-spac…"


@given(st.text(max_size=60))
def test_clean_leaves_nothing_that_moves_or_controls(text: str) -> None:
    cleaned = formats.clean(text)
    assert formats.clean(cleaned) == cleaned
    assert all(c.isprintable() or c == " " or ord(c) > 127 for c in cleaned)
    assert not set(cleaned) & {"\u202e", "\u2066", "\x00", "\n", "\ud800"}
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


@given(st.text(max_size=60), st.integers(2, 30))
def test_clip_keeps_the_length(text: str, length: int) -> None:
    assert len(formats.clip(text, length)) <= length
