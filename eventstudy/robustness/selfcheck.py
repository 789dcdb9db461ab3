"""Size and power of every test by Monte Carlo, in the manner of Brown and Warner (1985).

A study is drawn without effect (or with a planted one), estimated and tested like any other; the
share of studies in which a test rejects is its size (or its power). Studies are stacked as events
of one panel and fitted at once, and each is then tested by itself.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from eventstudy.errors import SpecificationError
from eventstudy.estimation.abnormal import Window, abnormal_returns
from eventstudy.estimation.models import fit, model_by_name
from eventstudy.inference.catalogue import run_tests, test_by_name
from eventstudy.inference.significance import SignificanceResult, SignificanceTest
from eventstudy.robustness.battery import battery, with_few_draws
from eventstudy.robustness.designs import FULL, QUICK, WINDOWS, Design
from eventstudy.robustness.draws import (
    SIMULATED_SESSIONS,
    RealMarket,
    Study,
    simulate,
    stack,
)

if TYPE_CHECKING:
    import pandas as pd

#: Called with (stage, done, total).
Progress = Callable[[str, int, int], None]
Verdict = Literal["holds", "over-rejects", "under-rejects", "power", "not computed"]

LEVEL = 0.05
SEED = 20260401
#: Studies per design of the two forms.
REPLICATIONS = {"quick": 150, "full": 1000}
#: Events that are fitted at once.
CHUNK = 4000


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one test rejected in one design over one window.

    Attributes
    ----------
    theme, design, events, effect
        The design, its events per study and the planted abnormal return (decimal fraction).
    test
        Name of the test.
    start, end
        The window.
    computed
        Studies in which the test could be computed, of all that were drawn.
    rejected
        Those of them with a p value below the level.
    rate, standard_error
        Share rejected, and its standard error: that of the level where it is held against the
        level, its own where it is a power. NaN when nothing was computed.
    verdict
        ``holds`` within three standard errors of the level, else ``over-rejects`` or
        ``under-rejects``; ``power`` when an effect was planted.
    """

    theme: str
    design: str
    events: int
    effect: float
    test: str
    start: int
    end: int
    computed: int
    rejected: int
    rate: float
    standard_error: float
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class SelfCheck:
    """Size and power of the tests.

    Attributes
    ----------
    form
        ``quick``, ``full`` or ``chosen``.
    seed, replications, level
        Seed, studies per design, and nominal level.
    prices
        Name of the file of real prices; empty when there was none.
    designs
        The designs, in order.
    rates
        One record per design, test and window.
    """

    form: str
    seed: int
    replications: int
    level: float
    prices: str
    designs: tuple[Design, ...]
    rates: tuple[Rate, ...]

    def __repr__(self) -> str:
        tests = len({rate.test for rate in self.rates})
        return (
            f"<SelfCheck: {tests} tests, {len(self.designs)} designs, "
            f"{self.replications} studies each>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the rates as a frame, one row per design, test and window."""
        import pandas as pd

        return pd.DataFrame([asdict(rate) for rate in self.rates])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; what was not computed is None."""
        rates = [
            {key: None if value != value else value for key, value in asdict(rate).items()}
            for rate in self.rates
        ]
        return {
            "form": self.form,
            "seed": self.seed,
            "replications": self.replications,
            "level": self.level,
            "prices": self.prices,
            "rates": rates,
        }


def selfcheck(
    designs: Literal["quick", "full"] | Sequence[Design] = "quick",
    *,
    seed: int = SEED,
    prices: str | Path | None = None,
    tests: Sequence[str | SignificanceTest] | None = None,
    replications: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> SelfCheck:
    """Measure size and power of the tests.

    Parameters
    ----------
    designs
        ``"quick"`` (under a minute), ``"full"``, or designs of one's own.
    seed
        The numbers of a design depend on the seed and the design's key alone.
    prices
        File of daily prices from which events on real returns are drawn. Without one the named
        forms leave the real designs out.
    tests
        Names or test objects; the whole catalogue and the advised test when None.
    replications
        Studies per design; those of `REPLICATIONS` when None.
    workers
        Processes.
    progress
        Called with ("checking the tests", designs done, designs in all).

    Raises
    ------
    SpecificationError
        If a form or test is unknown, a number is not positive, or a real design lacks prices.
    PriceError
        If the prices cannot be read or allow too few events.
    """
    form, chosen = _designs(designs, real=prices is not None)
    drawn = REPLICATIONS.get(form, REPLICATIONS["quick"]) if replications is None else replications
    for name, number in (("replications", drawn), ("workers", workers)):
        if number < 1:
            raise SpecificationError(f"{name} is {number}; it must be at least 1.", value=number)
    chosen_tests = tuple(
        test_by_name(test) if isinstance(test, str) else test
        for test in (battery() if tests is None else tests)
    )
    market = None
    if prices is not None and any(design.real for design in chosen):
        from eventstudy.market.files import read_prices

        market = RealMarket.of(read_prices(prices), Path(prices).name)
    jobs = [
        (design, market if design.real else None, seed, drawn, chosen_tests) for design in chosen
    ]
    rates: list[Rate] = []
    for done, found in enumerate(_spread(jobs, workers), start=1):
        rates += found
        if progress is not None:
            progress("checking the tests", done, len(jobs))
    name = "" if market is None else market.name
    return SelfCheck(form, seed, drawn, LEVEL, name, chosen, tuple(rates))


_Job = tuple[Design, RealMarket | None, int, int, tuple[SignificanceTest, ...]]


def _designs(designs: str | Sequence[Design], *, real: bool) -> tuple[str, tuple[Design, ...]]:
    if isinstance(designs, str):
        forms = {"quick": QUICK, "full": FULL}
        if designs not in forms:
            raise SpecificationError(
                f"There is no form {designs!r} of the self-check; choose quick or full.",
                value=designs,
            )
        return designs, tuple(design for design in forms[designs] if real or not design.real)
    chosen = tuple(designs)
    lacking = [design.key for design in chosen if design.real and not real]
    if lacking:
        raise SpecificationError(
            f"The design {lacking[0]!r} draws real returns; name a file of prices.", value=lacking
        )
    return "chosen", chosen


def _spread(jobs: Sequence[_Job], workers: int) -> Iterator[list[Rate]]:
    if workers == 1:
        yield from map(_measure, jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_measure, jobs)


def _measure(job: _Job) -> list[Rate]:
    """Return the rates of one design."""
    design, market, seed, replications, tests = job
    counts: dict[tuple[str, Window], list[int]] = {}
    for results in outcomes(design, market, seed, range(replications), tests):
        for result in results:
            count = counts.setdefault((result.name, result.window), [0, 0])
            count[0] += math.isfinite(result.p_value)
            count[1] += result.p_value < LEVEL
    return [
        _rate(design, name, window, computed, rejected)
        for (name, window), (computed, rejected) in counts.items()
    ]


def outcomes(
    design: Design,
    market: RealMarket | None,
    seed: int,
    numbers: Iterable[int],
    tests: Sequence[SignificanceTest],
) -> Iterator[tuple[SignificanceResult, ...]]:
    """Yield the results of one study after the other.

    Every study has random numbers of its own, from the seed, the design's key and its number, so
    that neither the chunks nor the other designs change what is drawn.
    """
    sessions = SIMULATED_SESSIONS if market is None else market.sessions
    model = model_by_name(design.model)
    together = max(1, CHUNK // design.events)
    waiting = list(numbers)
    for start in range(0, len(waiting), together):
        studies = [
            draw(design, market, seed, number) for number in waiting[start : start + together]
        ]
        panel = stack(studies, sessions)
        abnormal = abnormal_returns(panel, fit(panel, model))
        for i, number in enumerate(waiting[start : start + together]):
            rows = np.arange(i * design.events, (i + 1) * design.events)
            light = [with_few_draws(test, number) for test in tests]
            yield run_tests(abnormal.take(rows), WINDOWS, light)


def draw(design: Design, market: RealMarket | None, seed: int, number: int) -> Study:
    """Draw study ``number`` of a design."""
    rng = np.random.default_rng([seed, zlib.crc32(design.key.encode()), number])
    return simulate(design, rng) if market is None else market.draw(design, rng)


def _rate(design: Design, test: str, window: Window, computed: int, rejected: int) -> Rate:
    rate = rejected / computed if computed else math.nan
    spread = rate if design.effect else LEVEL
    error = math.sqrt(spread * (1.0 - spread) / computed) if computed else math.nan
    verdict: Verdict
    if not computed:
        verdict = "not computed"
    elif design.effect:
        verdict = "power"
    elif abs(rate - LEVEL) <= 3.0 * error:
        verdict = "holds"
    else:
        verdict = "over-rejects" if rate > LEVEL else "under-rejects"
    return Rate(
        design.theme, design.name, design.events, design.effect, test, *window, computed, rejected,
        rate, error, verdict,
    )  # fmt: skip
