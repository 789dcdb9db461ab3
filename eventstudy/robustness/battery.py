"""What the self-check runs: every test, and the choice that the advice makes among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.inference.advice import advise
from eventstudy.inference.catalogue import TESTS
from eventstudy.inference.resampling import BMPBootstrap, SignPermutation, WildBootstrap
from eventstudy.inference.significance import SignificanceResult, SignificanceTest

#: Draws of the tests that resample. (DRAWS + 1) times the level is whole, so that few draws leave
#: the size as it is (Davidson and MacKinnon 2000); each study has a seed of its own.
DRAWS = 199


@dataclass(frozen=True)
class Advised:
    """The test that `advise` leads with, study by study and window by window.

    Its size is what a reader gets who follows the advice: facts are measured on the same events
    that are then tested, so that a rule which looks at the wrong fact would show here.
    """

    seed: int = 0

    name: ClassVar[str] = "As advised"
    label: ClassVar[str] = "The test that the advice leads with"
    null: ClassVar[str] = "the null of the test that leads"
    reference: ClassVar[str] = "eventstudy.inference.advice"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        results = []
        for window in windows:
            leading = advise(abnormal, window, tuple(TESTS)).test or "BMP"
            (found,) = with_few_draws(TESTS[leading], self.seed).compute(abnormal, [window])
            results.append(replace(found, name=self.name, label=self.label))
        return results


def battery() -> tuple[SignificanceTest, ...]:
    """Return every test of the catalogue, and the advised one."""
    return (*TESTS.values(), Advised())


def with_few_draws(test: SignificanceTest, number: int) -> SignificanceTest:
    """Return a test that resamples with `DRAWS` draws of its own; any other test as it is."""
    if isinstance(test, SignPermutation | WildBootstrap | BMPBootstrap):
        return replace(test, draws=DRAWS, seed=number)
    return replace(test, seed=number) if isinstance(test, Advised) else test
