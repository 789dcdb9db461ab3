"""Which test to lead with: measured facts, a written rule, and the words for both."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.dependence import pairs_that_meet
from eventstudy.estimation.kernels import moments
from eventstudy.inference.catalogue import STANDARD, TESTS, named_tests
from eventstudy.inference.clustered import date_codes
from eventstudy.inference.resampling import BMPBootstrap, SignPermutation, WildBootstrap
from eventstudy.inference.single_event import CAVEAT

#: Factor on the variance of the mean above which correlation matters: a test at 5 % that ignores
#: it then rejects more than 6 % of true nulls.
DEPENDENT = 1.1
#: As many effective dates, or fewer, count as one common date.
ONE_DATE = 2.0
#: Variance ratio above which the event counts as a source of variance.
RAISED = 1.2
#: Excess kurtosis above which tails count as heavy, and skewness above which it is told.
HEAVY, SKEWED = 3.0, 1.0
#: From `TINY` to fewer than `FEW` events BMP rejects too seldom on real returns; resampled weights
#: need as many dates. Rank tests want `MANY` events.
TINY, FEW, MANY = 4, 6, 30
#: Share of zero returns above which trading counts as thin.
THIN = 1 / 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured on the events of one window.

    Attributes
    ----------
    days
        Length of the window in trading days.
    n_events, n_dates
        Events with an abnormal return in the window, and their day zeros.
    share_common
        Share of the events whose day zero is another's, too.
    effective_dates
        n^2 over the sum of squared numbers of events per date: n when all dates differ, 1 when all
        are one.
    overlapping_pairs
        Share of pairs of events whose windows share a session.
    r_bar
        Average correlation of the estimation residuals on calendar dates; NaN without a pair.
    inflation
        1 + 2 S / n, the factor that correlation puts on the variance of the mean of n events, with
        S the sum of the residual correlations of the pairs whose windows share a session.
    variance_ratio
        Variance of SCAR across events over that expected from the estimation windows; NaN below two
        events. Correlation, which shrinks the spread across events, is taken out.
    skewness, kurtosis
        Of the standardised estimation residuals of all events together; excess over the normal.
    zero_returns
        Share of returns that are exactly zero.
    """

    days: int
    n_events: int
    n_dates: int
    share_common: float
    effective_dates: float
    overlapping_pairs: float
    r_bar: float
    inflation: float
    variance_ratio: float
    skewness: float
    kurtosis: float
    zero_returns: float

    def lines(self) -> tuple[str, ...]:
        """Return the facts in words, one sentence each."""
        if not self.n_events:
            return ("No event has an abnormal return in the window.",)
        said = [_dates(self)]
        if math.isfinite(self.r_bar):
            said.append(
                f"The residuals correlate by {self.r_bar:.3f} on average on the same dates; "
                f"windows of {self.overlapping_pairs:.1%} of the pairs overlap, so the variance of "
                f"the mean is {self.inflation:.2f} times that of independent events."
            )
        if math.isfinite(self.variance_ratio):
            said.append(
                f"The standardised returns of the window vary {self.variance_ratio:.2f} times as "
                "much as the estimation windows let expect."
            )
        said.append(
            f"The standardised residuals have skewness {self.skewness:.2f} and excess kurtosis "
            f"{self.kurtosis:.1f}; {self.zero_returns:.0%} of the returns are zero."
        )
        return tuple(said)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule table.

    Attributes
    ----------
    name, applies
        What it is called, and when it applies.
    tests
        Which tests then lead.
    why, source
        The reason in words, and who found it.
    ranks
        Rank tests, one of which to read beside it where tails are heavy.
    """

    name: str
    applies: Callable[[Facts], bool]
    tests: tuple[str, ...]
    why: str
    source: str
    ranks: tuple[str, ...] = ()


#: The first rule that applies decides; of its tests, the first that was run and can be computed
#: leads. Each holds its size in the designs of the self-check that the rule is for.
RULES: tuple[Rule, ...] = (
    Rule(
        "one event, one day",
        lambda facts: facts.n_events == 1 and facts.days == 1,
        ("Sample quantile", "Conformal", "Placebo in time", "Independence t", "Patell"),
        "With one event there is no cross-section; its day can only be ranked among other days of "
        f"the same security. {CAVEAT}",
        "Gelbach, Helland and Klick (2013)",
    ),
    Rule(
        "one event, several days",
        lambda facts: facts.n_events == 1,
        ("Conformal", "Placebo in time", "Independence t", "Patell"),
        "With one event there is no cross-section; its window can only be ranked among other "
        "stretches of days of the same security, and only rotating the days allows for their "
        f"overlap. {CAVEAT}",
        "Chernozhukov, Wüthrich and Zhu (2021)",
    ),
    Rule(
        "one common date",
        lambda facts: facts.n_dates < facts.n_events and facts.effective_dates <= ONE_DATE,
        ("KP-BMP",),
        "The events share one date, or nearly so; the adjusted BMP test allows for their "
        "correlation and for event-induced variance together. Tests that assume independence "
        "reject far too often, the generalised rank test somewhat.",
        "Kolari and Pynnönen (2010)",
        ("GRANK-T",),
    ),
    Rule(
        "several common dates",
        lambda facts: facts.inflation > DEPENDENT,
        ("Calendar time", "KP-BMP"),
        "Windows of correlated events share sessions, on several dates; one portfolio per session "
        "of all events whose window holds it has their correlation in it. KP-BMP takes it for that "
        "of all pairs and hardly ever rejects.",
        "Jaffe (1974); Mandelker (1974)",
    ),
    Rule(
        "very few events",
        lambda facts: facts.n_dates >= TINY and facts.n_events < FEW,
        ("Wild bootstrap", "BMP", "Cross-sectional t"),
        "With so few events no permutation of signs or ranks can reach 5 %, and t tests reject "
        "too seldom when tails are heavy; the wild bootstrap holds its size. Its power is low: "
        "read the events one by one.",
        "Cameron, Gelbach and Miller (2008); Webb (2014)",
    ),
    Rule(
        "event-induced variance",
        lambda facts: facts.n_events > 1 and facts.variance_ratio > RAISED,
        ("BMP", "Cross-sectional t"),
        "The events are independent and raise the variance; the standardised cross-sectional test "
        "measures the variance across events instead of taking it from before.",
        "Boehmer, Musumeci and Poulsen (1991)",
        ("Wilcoxon", "GRANK-T"),
    ),
    Rule(
        "separate dates",
        lambda facts: facts.n_events > 1,
        ("BMP", "Cross-sectional t"),
        "The events are independent; the standardised cross-sectional test holds its size whatever "
        "tails they have, and would if the event raised their variance.",
        "Boehmer, Musumeci and Poulsen (1991)",
        ("Wilcoxon", "GRANK-T"),
    ),
)


@dataclass(frozen=True, slots=True)
class Advice:
    """The test to lead with.

    Attributes
    ----------
    test
        Its name; empty when no test that was run suits.
    reason
        The rule in words, with what else to keep in mind.
    facts
        What was measured.
    source
        Author and year of the rule.
    rule
        Name of the rule.
    """

    test: str
    reason: str
    facts: Facts
    source: str
    rule: str

    @property
    def text(self) -> str:
        """The facts, the reason and the source as one paragraph."""
        source = f" ({self.source})" if self.source else ""
        return f"{' '.join(self.facts.lines())} {self.reason}{source}"


def advise(
    abnormal: AbnormalReturns,
    window: Window,
    tests: Sequence[str] = STANDARD,
    *,
    zero_returns: float | None = None,
) -> Advice:
    """Return which of the tests to lead with in a window, by the first of `RULES` that applies.

    Parameters
    ----------
    abnormal
        Abnormal returns of the events that are tested together.
    window
        First and last relative day.
    tests
        Names of the tests that were run; only they are advised.
    zero_returns
        Share of zero returns where it is known better than from the event window.

    Raises
    ------
    WindowError
        If the window lies outside the event window.
    SpecificationError
        If a test is not known.
    """
    ran = named_tests(tests)
    facts = measure(abnormal, window, zero_returns=zero_returns)
    if not facts.n_events:
        return Advice("", "There is nothing to test.", facts, "", "no event")
    rule = next(rule for rule in RULES if rule.applies(facts))
    able = [name for name in rule.tests if name in ran]
    test = next((name for name in able if _computable(name, abnormal, window)), "")
    said = [rule.why]
    if not test:
        said.append(f"None of {', '.join(rule.tests)} was run and can be computed.")
    elif test != rule.tests[0]:
        lacks = "cannot be computed here" if rule.tests[0] in able else "was not run"
        said.append(f"{rule.tests[0]} would lead, but {lacks}; {test} comes next.")
    if rule.ranks and facts.kurtosis > HEAVY and facts.n_events >= MANY:
        beside = next((name for name in rule.ranks if name in ran), rule.ranks[0])
        said.append(
            f"The tails are heavy: {beside}, which ranks, finds small effects more often; read it "
            "beside."
        )
    if abs(facts.skewness) > SKEWED:
        said.append("The returns are skewed: read the generalised sign test beside it.")
    if facts.zero_returns > THIN:
        said.append("Trading is thin: prefer trade-to-trade returns, and rank tests over t tests.")
    return Advice(test, " ".join(said), facts, rule.source, rule.name)


def measure(
    abnormal: AbnormalReturns, window: Window, *, zero_returns: float | None = None
) -> Facts:
    """Return the facts that the rules rest on; see `Facts`."""
    over = abnormal.over([window])
    there = np.isfinite(over.car[:, 0])
    # Taken only where it must be: the events at hand may know their correlation already.
    events = abnormal if there.all() else abnormal.take(there)
    n = len(events)
    counts = np.bincount(date_codes(events)) if n else np.zeros(0, dtype=np.int64)
    # What is not in the window meets nothing.
    first, last = (np.where(there, edge, -1 - i) for i, edge in enumerate(abnormal.spans(window)))
    pairs = n * (n - 1) / 2
    together = abnormal.pairs.meeting(first, last) if n > 1 else 0.0
    df = events.df[events.df > 2].astype(np.float64)
    expected = float((df / (df - 2.0)).mean()) if len(df) else math.nan
    expected *= 1.0 - max(together / max(pairs, 1.0), 0.0)
    _, _, deviation = moments(over.scar[there])
    skewness, kurtosis = _shape(events)
    zeros = events.r_evt[np.isfinite(events.r_evt)] == 0.0
    return Facts(
        days=window[1] - window[0] + 1,
        n_events=n,
        n_dates=len(counts),
        share_common=float(counts[counts > 1].sum() / n) if n else math.nan,
        effective_dates=float(n**2 / (counts**2).sum()) if n else 0.0,
        overlapping_pairs=pairs_that_meet(first, last) / pairs if n > 1 else 0.0,
        r_bar=abnormal.residual_correlation(there).mean,
        inflation=1.0 + 2.0 * together / n if n else math.nan,
        variance_ratio=float(deviation[0] ** 2 / expected),
        skewness=skewness,
        kurtosis=kurtosis,
        zero_returns=float(zeros.mean() if len(zeros) else 0.0)
        if zero_returns is None
        else zero_returns,
    )


def _computable(name: str, abnormal: AbnormalReturns, window: Window) -> bool:
    """Whether a test has a p value in the sample; one draw tells it of those that resample."""
    test = TESTS[name]
    if isinstance(test, SignPermutation | WildBootstrap | BMPBootstrap):
        test = replace(test, draws=1)
    (result,) = test.compute(abnormal, [window])
    return math.isfinite(result.p_value)


def _shape(abnormal: AbnormalReturns) -> tuple[float, float]:
    """Return skewness and excess kurtosis of the standardised residuals of all events."""
    z = abnormal.sar_est[np.isfinite(abnormal.sar_est)]
    if len(z) < 2 or not z.std() > 0.0:
        return math.nan, math.nan
    z = (z - z.mean()) / z.std()
    return float((z**3).mean()), float((z**4).mean() - 3.0)


def _dates(facts: Facts) -> str:
    if facts.n_events == 1:
        return "One event."
    if facts.n_dates == 1:
        return f"All {facts.n_events} events share one date."
    if facts.n_dates == facts.n_events:
        return f"{facts.n_events} events, all on dates of their own."
    return (
        f"{facts.n_events} events on {facts.n_dates} dates (as good as "
        f"{facts.effective_dates:.1f}); {facts.share_common:.0%} share theirs with another."
    )
