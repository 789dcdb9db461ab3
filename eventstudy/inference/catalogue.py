"""All tests, in one order, and how to run them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from eventstudy.errors import SpecificationError
from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.inference.nonparametric import CorradoRank, CowanSign, GRankT
from eventstudy.inference.parametric import (
    BMP,
    CrossSectionalT,
    KolariPynnonen,
    KolariPynnonenPatell,
    Patell,
)
from eventstudy.inference.significance import SignificanceResult, SignificanceTest

#: Every test by its name, in the order in which they are run and shown.
TESTS: Mapping[str, SignificanceTest] = MappingProxyType(
    {
        test.name: test
        for test in (
            CrossSectionalT(),
            Patell(),
            KolariPynnonenPatell(),
            BMP(),
            KolariPynnonen(),
            CorradoRank(),
            GRankT(),
            CowanSign(),
        )
    }
)


def test_by_name(name: str) -> SignificanceTest:
    """Return the test called ``name``; hyphens, spaces and capitals do not matter."""

    def plain(words: str) -> str:
        return words.strip().lower().replace("-", " ").replace("_", " ")

    for known, test in TESTS.items():
        if plain(known) == plain(name):
            return test
    raise SpecificationError(
        f"There is no test {name!r}; choose among {', '.join(TESTS)}.", name=name
    )


def run_tests(
    abnormal: AbnormalReturns,
    windows: Sequence[Window],
    tests: Sequence[str | SignificanceTest] | None = None,
) -> tuple[SignificanceResult, ...]:
    """Run tests over windows.

    Parameters
    ----------
    abnormal
        Abnormal returns of the events to be tested together.
    windows
        First and last relative days; a single day is ``(t, t)``.
    tests
        Names or test objects; all of `TESTS` when None.

    Returns
    -------
    tuple of SignificanceResult
        Test by test, and within a test window by window. A test that cannot be computed answers
        with NaN and a note.

    Raises
    ------
    WindowError
        If a window lies outside the event window.
    SpecificationError
        If a test is not known.
    """
    chosen = TESTS.values() if tests is None else tests
    return tuple(
        result
        for test in chosen
        for result in (test_by_name(test) if isinstance(test, str) else test).compute(
            abnormal, windows
        )
    )
