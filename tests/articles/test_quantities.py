"""Figures with their hedges."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.articles.numerals import chinese_number, english_number, english_share
from eventstudy.articles.quantities import find_figures

CASES = [
    ("about 10% of its staff", "percent", 10, "about"),
    ("20% or more", "percent", 20, "at_least"),
    ("up to 30,000 jobs", "count", 30_000, "up_to"),
    ("as many as 30,000", "count", 30_000, "up_to"),
    ("no more than 300", "count", 300, "up_to"),
    ("at least 300", "count", 300, "at_least"),
    ("no fewer than 300", "count", 300, "at_least"),
    ("more than 4,000 employees", "count", 4000, "more_than"),
    ("well over 4,000 employees", "count", 4000, "more_than"),
    ("under 4%", "percent", 4, "less_than"),
    ("a little under 780", "count", 780, "less_than"),
    ("close to half its people", "percent", 50, "nearly"),
    ("nearly a fifth of staff", "percent", 20, "nearly"),
    ("two-thirds of the team", "percent", 200 / 3, "exact"),
    ("one in ten employees", "percent", 10, "exact"),
    ("ten percent of staff", "percent", 10, "exact"),
    ("12 per cent", "percent", 12, "exact"),
    ("eight thousand workers", "count", 8000, "exact"),
    ("twenty-one thousand posts", "count", 21_000, "exact"),
    ("some 500-plus people", "count", 500, "about"),
    ("10-15% of staff", "percent", 15, "range"),
    ("between 10% and 15%", "percent", 15, "range"),
    ("5,000 to 6,000 jobs", "count", 6000, "range"),
    ("10k jobs", "count", 10_000, "exact"),
    ("1.2 million people", "count", 1_200_000, "exact"),
    ("$612.42", "money", 612.42, "exact"),
    ("HKD174.00", "money", 174, "exact"),
    ("244.68美元", "money", 244.68, "exact"),
    ("$1.4 billion", "money", 1.4e9, "exact"),
    ("2 percentage points", "points", 2, "exact"),
    ("约1.6万人", "count", 16_000, "about"),
    ("近8000名员工", "count", 8000, "nearly"),
    ("8000多人", "count", 8000, "more_than"),
    ("裁员一成", "percent", 10, "exact"),
    ("百分之十", "percent", 10, "exact"),
    ("三分之一", "percent", 100 / 3, "exact"),
    ("不到1%", "percent", 1, "less_than"),
    ("八千人", "count", 8000, "exact"),
    ("高达20%-25%", "percent", 25, "range"),
]


@pytest.mark.parametrize(("words", "kind", "value", "qualifier"), CASES)
def test_a_figure_with_its_hedge(words: str, kind: str, value: float, qualifier: str) -> None:
    (figure,) = find_figures(words)
    assert figure.kind == kind
    assert figure.quantity.value == pytest.approx(value)
    assert figure.quantity.qualifier == qualifier


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("from over 10,000 to under 6,000", [10_000, 6000]),
        ("from 10,000 to 8,000 people", [10_000, 8000]),
        ("gaining 5.5% to $195.40", [5.5, 195.4]),
        ("14,000 and 30,000", [14_000, 30_000]),
        ("GPT-4 and Qwen3-Max", []),
        ("the first half of 2024", [2024]),
        ("a quarter of staff in the March quarter", [25]),
    ],
)
def test_figures_stay_apart(words: str, values: list[float]) -> None:
    assert [figure.quantity.value for figure in find_figures(words)] == values


def test_bounds_follow_the_hedge() -> None:
    bounds = {
        words: (figure.quantity.low, figure.quantity.high)
        for words in ("300", "at least 300", "up to 300", "about 300", "200 to 300")
        for figure in find_figures(f"{words} people")
    }
    assert bounds == {
        "300": (300, 300),
        "at least 300": (300, None),
        "up to 300": (None, 300),
        "about 300": (None, None),
        "200 to 300": (200, 300),
    }


def test_numbers_in_words() -> None:
    assert english_number("two thousand five hundred") == 2500
    assert english_number("a dozen") == 12
    assert english_number("nonsense") is None
    assert english_share("three quarters") == 75
    assert chinese_number("一万六千") == 16_000
    assert chinese_number("1.6万") == 16_000
    assert chinese_number("十五") == 15


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**9), st.sampled_from(["{:,}", "{}"]))
def test_whole_numbers_are_read_back(number: int, form: str) -> None:
    (figure,) = find_figures(f"it cut {form.format(number)} jobs")
    assert figure.quantity.value == number


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789,.%$-–~ toabutmnk万亿千百成近约多+", max_size=40))
def test_any_text_is_read_and_spans_stay_inside(text: str) -> None:
    for figure in find_figures(text, 7):
        start, end = figure.quantity.span
        assert 7 <= start < end <= len(text) + 7
        assert text[start - 7 : end - 7] == figure.quantity.words
