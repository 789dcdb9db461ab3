from __future__ import annotations

import math

from eventstudy.robustness.designs import Design
from eventstudy.robustness.selfcheck import Rate, SelfCheck, Verdict
from eventstudy.robustness.tables import size_and_power

DESIGNS = (
    Design("Dates", "r = 0", events=50),
    Design("Dates", "r = 0.3", events=50),
    Design("Power", "1 %", events=50, effect=0.01),
)


def rate(design: Design, test: str, value: float, verdict: Verdict) -> Rate:
    computed = 0 if math.isnan(value) else 1000
    rejected = 0 if math.isnan(value) else round(1000 * value)
    return Rate(
        design.theme, design.name, design.events, design.effect, test, 0, 0, computed, rejected,
        value, 0.007, verdict,
    )  # fmt: skip


def check() -> SelfCheck:
    one, two, power = DESIGNS
    rates = (
        rate(one, "Good", 0.051, "holds"),
        rate(one, "Bad", 0.012, "under-rejects"),
        rate(two, "Good", 0.048, "holds"),
        rate(two, "Bad", 0.431, "over-rejects"),
        rate(power, "Good", 0.8, "power"),
        rate(power, "Bad", math.nan, "not computed"),
    )
    return SelfCheck("full", 11, 1000, 0.05, "prices.parquet", DESIGNS, rates)


def test_the_page_says_how_it_was_made() -> None:
    page = size_and_power(check())
    assert "`eventstudy selfcheck --full --prices prices.parquet` with seed 11" in page
    assert "1,000 studies per design" in page
    # 5 % and three times sqrt(0.05 * 0.95 / 1000) = 0.69 %
    assert "2.9 to 7.1 %" in page


def test_one_table_per_theme_with_failures_marked() -> None:
    lines = size_and_power(check()).splitlines()
    at = lines.index("## Dates")
    assert lines[at + 2 : at + 6] == [
        "| test | r = 0 | r = 0.3 |",
        "| --- | ---: | ---: |",
        "| Good | 5.1 | 4.8 |",
        "| Bad | **1.2**↓ | **43.1**↑ |",
    ]
    at = lines.index("## Power")
    assert lines[at + 4 :] == ["| Good | 80.0 |"], "nothing computed, nothing shown"


def test_the_failures_of_every_test_are_listed_with_the_worst() -> None:
    lines = size_and_power(check()).splitlines()
    assert "| Good |  |  |" in lines
    assert "| Bad | Dates: r = 0.3 (worst 43.1 %) | Dates: r = 0 (worst 1.2 %) |" in lines


def test_a_theme_that_fails_altogether_is_named_once() -> None:
    one, two, _ = DESIGNS
    rates = tuple(rate(design, "Bad", 0.3, "over-rejects") for design in (one, two))
    whole = SelfCheck("full", 11, 1000, 0.05, "", (one, two), rates)
    assert "| Bad | Dates: all (worst 30.0 %) |  |" in size_and_power(whole).splitlines()
