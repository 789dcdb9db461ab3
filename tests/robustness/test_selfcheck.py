from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import SpecificationError
from eventstudy.estimation.abnormal import AbnormalReturns, Window, abnormal_returns
from eventstudy.estimation.models import MarketModel, fit
from eventstudy.inference.catalogue import TESTS, run_tests
from eventstudy.inference.significance import SignificanceResult
from eventstudy.robustness import selfcheck as module
from eventstudy.robustness.battery import battery, with_few_draws
from eventstudy.robustness.designs import QUICK, WINDOWS, Design
from eventstudy.robustness.draws import SIMULATED_SESSIONS, stack
from eventstudy.robustness.selfcheck import Rate, draw, outcomes, selfcheck

NULL = Design("test", "null", events=8)
POWER = Design("test", "power", events=8, effect=0.1)


@dataclass(frozen=True)
class Fixed:
    """A test with the same p value for every study."""

    name: str
    p_value: float
    label: str = "fixed"
    null: str = "nothing"
    reference: str = "none"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        return [
            dataclasses.replace(result, name=self.name, p_value=self.p_value)
            for result in TESTS["Cross-sectional t"].compute(abnormal, windows)
        ]


def only(rates: Sequence[Rate], test: str) -> list[Rate]:
    return [rate for rate in rates if rate.test == test]


def test_a_test_that_always_or_never_rejects_is_detected() -> None:
    tests = [Fixed("always", 0.0), Fixed("never", 1.0), Fixed("broken", math.nan)]
    found = selfcheck([NULL, POWER], tests=tests, replications=200)
    assert [rate.rate for rate in only(found.rates, "always")] == [1.0] * 4
    assert [rate.verdict for rate in only(found.rates, "always")] == [
        "over-rejects", "over-rejects", "power", "power",
    ]  # fmt: skip
    assert {rate.rate for rate in only(found.rates, "never")} == {0.0}
    assert only(found.rates, "never")[0].verdict == "under-rejects"
    broken = only(found.rates, "broken")[0]
    assert (broken.computed, broken.verdict) == (0, "not computed")
    assert math.isnan(broken.rate)


def test_the_standard_error_is_that_of_the_level_or_of_the_power() -> None:
    found = selfcheck([NULL, POWER], tests=[Fixed("never", 1.0)], replications=100)
    size, power = found.rates[0], found.rates[2]
    assert size.standard_error == pytest.approx(math.sqrt(0.05 * 0.95 / 100))
    assert power.standard_error == 0.0
    assert (size.rejected, size.computed) == (0, 100)


def test_a_large_effect_is_found_and_none_is_not() -> None:
    found = selfcheck([NULL, POWER], tests=["BMP"], replications=60)
    by = {(rate.design, rate.start, rate.end): rate.rate for rate in found.rates}
    assert by["power", 0, 0] > 0.95
    assert by["null", 0, 0] < 0.2


def test_batches_agree_with_one_study_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    design = dataclasses.replace(NULL, missing=0.1, tails=3.0)
    monkeypatch.setattr(module, "CHUNK", 24)  # three studies at once, and one left over
    batched = list(outcomes(design, None, 5, range(7), battery()))
    for number, results in enumerate(batched):
        panel = stack([draw(design, None, 5, number)], SIMULATED_SESSIONS)
        light = [with_few_draws(test, number) for test in battery()]
        plain = run_tests(abnormal_returns(panel, fit(panel, MarketModel())), WINDOWS, light)
        assert [r.name for r in plain] == [r.name for r in results]
        np.testing.assert_allclose(
            [r.statistic for r in results], [r.statistic for r in plain], rtol=1e-10
        )
        np.testing.assert_allclose(
            [r.p_value for r in results], [r.p_value for r in plain], rtol=1e-9
        )


def test_equal_seeds_give_equal_rates_whatever_else_is_run() -> None:
    alone = selfcheck([NULL], tests=["BMP"], replications=50, seed=3)
    among = selfcheck([POWER, NULL], tests=["Patell", "BMP"], replications=50, seed=3)
    assert only(alone.rates, "BMP") == [
        rate for rate in only(among.rates, "BMP") if rate.design == "null"
    ]
    results = [
        [r.p_value for study in outcomes(NULL, None, seed, range(3), [TESTS["BMP"]]) for r in study]
        for seed in (3, 4)
    ]
    assert results[0] != results[1]


def test_processes_change_nothing() -> None:
    one, two = (selfcheck([NULL, POWER], tests=["BMP"], replications=10, workers=n) for n in (1, 2))
    assert one.rates == two.rates


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"designs": "long"}, "no form 'long'"),
        ({"designs": [dataclasses.replace(NULL, real=True)]}, "name a file of prices"),
        ({"designs": [NULL], "replications": 0}, "replications is 0"),
        ({"designs": [NULL], "workers": 0}, "workers is 0"),
        ({"designs": [NULL], "tests": ["magic"]}, "no test 'magic'"),
    ],
)
def test_mistakes_are_said(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(SpecificationError, match=said):
        selfcheck(**arguments)  # type: ignore[arg-type]


def test_the_answer_as_frame_and_plain_values() -> None:
    tests = [Fixed("always", 0.0), Fixed("broken", math.nan)]
    found = selfcheck([NULL], tests=tests, replications=20, seed=7)
    frame = found.to_frame()
    assert list(frame.loc[frame["test"] == "always", "rate"]) == [1.0, 1.0]
    assert list(frame.columns) == [field.name for field in dataclasses.fields(Rate)]
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["seed"] == 7
    assert [rate["rate"] for rate in plain["rates"]] == [1.0, 1.0, None, None]
    assert repr(found) == "<SelfCheck: 2 tests, 1 designs, 20 studies each>"


def test_a_price_file_adds_the_real_designs(tmp_path: Path) -> None:
    sessions = pd.bdate_range("2018-01-01", periods=420)
    returns = np.random.default_rng(2).normal(0.0, 0.02, (420, 60))
    wide = pd.DataFrame(100.0 * np.cumprod(1.0 + returns, axis=0), sessions.rename("date"))
    wide.columns = pd.Index([f"T{i:02d}" for i in range(60)])
    wide.to_csv(tmp_path / "prices.csv")
    seen: list[tuple[str, int, int]] = []
    found = selfcheck(
        "quick", prices=tmp_path / "prices.csv", tests=[Fixed("always", 0.0)], replications=1,
        progress=lambda *step: seen.append(step),
    )  # fmt: skip
    assert found.prices == "prices.csv"
    assert sum(design.real for design in found.designs) == 3
    assert seen[-1] == ("checking the tests", 14, 14)
    without = selfcheck("quick", tests=[Fixed("always", 0.0)], replications=1)
    assert len(without.designs) == 11


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "sound", "unsound"),
    [
        ("Normal returns, random dates: N = 50", ("Patell", "BMP", "KP-BMP", "GRANK-T"), ()),
        ("Variance brought about by the event: ×2, N = 50", ("BMP", "KP-BMP"), ("Patell",)),
        ("One common date: r = 0.1, N = 50", ("KP-BMP",), ("Patell", "BMP")),
        ("One common date and variance ×2: r = 0.1, N = 50", ("KP-BMP",), ("Patell", "BMP")),
    ],
)
def test_sound_tests_hold_and_unsound_ones_are_caught(
    key: str, sound: tuple[str, ...], unsound: tuple[str, ...]
) -> None:
    design = next(design for design in QUICK if design.key == key)
    found = selfcheck([design], tests=[*sound, *unsound], replications=400)
    for rate in found.rates:
        assert rate.verdict == ("holds" if rate.test in sound else "over-rejects"), rate
