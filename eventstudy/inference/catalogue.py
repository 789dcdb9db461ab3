"""All tests, in one order, and how to run them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from eventstudy.errors import SpecificationError
from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.inference.calendar_time import (
    CalendarTime,
    CalendarTimeNeweyWest,
    CalendarTimeWeighted,
)
from eventstudy.inference.clustered import ClusteredByDate, ClusteredByFirm, ClusteredTwoWay
from eventstudy.inference.nonparametric import (
    CorradoRank,
    CowanSign,
    GRankT,
    GRankZ,
    Sign,
    Wilcoxon,
)
from eventstudy.inference.parametric import (
    CrossSectionalT,
    CrudeDependence,
    IndependenceT,
    Jackknife,
    Lamb,
    SkewnessAdjustedT,
)
from eventstudy.inference.resampling import BMPBootstrap, SignPermutation, WildBootstrap
from eventstudy.inference.significance import SignificanceResult, SignificanceTest
from eventstudy.inference.single_event import Conformal, PlaceboInTime, SampleQuantile
from eventstudy.inference.standardised import BMP, KolariPynnonen, KolariPynnonenPatell, Patell

#: Every test by its name, in the order in which they are run and shown.
TESTS: Mapping[str, SignificanceTest] = MappingProxyType(
    {
        test.name: test
        for test in (
            CrossSectionalT(),
            SkewnessAdjustedT(),
            Jackknife(),
            IndependenceT(),
            CrudeDependence(),
            Lamb(),
            Patell(),
            KolariPynnonenPatell(),
            BMP(),
            KolariPynnonen(),
            CorradoRank(),
            GRankT(),
            GRankZ(),
            CowanSign(),
            Sign(),
            Wilcoxon(),
            ClusteredByDate(),
            ClusteredByFirm(),
            ClusteredTwoWay(),
            SignPermutation(),
            WildBootstrap(),
            BMPBootstrap(),
            CalendarTime(),
            CalendarTimeWeighted(),
            CalendarTimeNeweyWest(),
            SampleQuantile(),
            PlaceboInTime(),
            Conformal(),
        )
    }
)

#: The tests that a study runs unless it names others: of each family the one to trust, and the ones
#: every paper shows.
STANDARD: tuple[str, ...] = (
    "Cross-sectional t",
    "Patell",
    "KP-Patell",
    "BMP",
    "KP-BMP",
    "Corrado rank",
    "GRANK-T",
    "Generalised sign",
    "Calendar time",
)
#: The word for every test.
ALL = "all"


def named_tests(names: Sequence[str]) -> tuple[str, ...]:
    """Return the tests that ``names`` mean, each once; `ALL` stands for every test.

    Raises
    ------
    SpecificationError
        If a name is not known.
    """
    chosen: dict[str, None] = {}
    for name in names:
        found = TESTS if name.strip().lower() == ALL else (test_by_name(name).name,)
        chosen |= dict.fromkeys(found)
    return tuple(chosen)


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
        Names or test objects; `STANDARD` when None, every test for ``["all"]``.

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
    chosen: list[SignificanceTest] = []
    for test in STANDARD if tests is None else tests:
        named = [TESTS[name] for name in named_tests([test])] if isinstance(test, str) else [test]
        chosen += (one for one in named if one not in chosen)
    return tuple(result for test in chosen for result in test.compute(abnormal, windows))
