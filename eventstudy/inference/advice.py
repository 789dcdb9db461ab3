"""Which test to lead with: measured facts, a written rule, and the words for both."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import moments
from eventstudy.inference.catalogue import STANDARD, named_tests
from eventstudy.inference.clustered import date_codes
from eventstudy.inference.single_event import CAVEAT

#: Factor on the variance of the mean above which correlation matters: a test at 5 % that ignores
#: it then rejects more than 6 % of true nulls.
DEPENDENT = 1.1
#: Average correlation above which GRANK-T rejects too often (about 7 % at 0.3).
STRONG = 0.1
#: Variance ratio above which the event counts as a source of variance.
RAISED = 1.2
#: Excess kurtosis above which tails count as heavy, and skewness above which it is told.
HEAVY, SKEWED = 3.0, 1.0
#: Fewer events are few; below `TINY` no permutation of signs can reach 5 %.
FEW, TINY = 30, 6
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
        1 + (n - 1) rho, the factor that correlation puts on the variance of the mean, with rho the
        average over all pairs when only those count whose windows overlap.
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
                f"windows of {self.overlapping_pairs:.0%} of the pairs overlap, so the variance of "
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
    """One row of the rule table: when it applies, which tests then lead, why, and who found it."""

    name: str
    applies: Callable[[Facts], bool]
    tests: tuple[str, ...]
    why: str
    source: str


#: The first rule that applies decides; of its tests, the first that was run leads.
RULES: tuple[Rule, ...] = (
    Rule(
        "one event, one day",
        lambda facts: facts.n_events == 1 and facts.days == 1,
        ("Sample quantile", "Conformal", "Placebo in time", "Corrado rank"),
        "With one event there is no cross-section; its day can only be ranked among other days of "
        f"the same security. {CAVEAT}",
        "Gelbach, Helland and Klick (2013)",
    ),
    Rule(
        "one event, several days",
        lambda facts: facts.n_events == 1,
        ("Conformal", "Placebo in time", "Corrado rank"),
        "With one event there is no cross-section; its window can only be ranked among other "
        "stretches of days of the same security, and only rotating the days allows for their "
        f"overlap. {CAVEAT}",
        "Chernozhukov, Wüthrich and Zhu (2021)",
    ),
    Rule(
        "common dates, weak correlation, heavy tails",
        lambda facts: (
            facts.inflation > DEPENDENT
            and facts.r_bar <= STRONG
            and facts.kurtosis > HEAVY
            and facts.n_events >= FEW
        ),
        ("GRANK-T", "KP-BMP"),
        "Events share dates and their tails are heavy; the generalised rank test holds its size "
        "under both, and under event-induced variance, while the correlation is weak.",
        "Kolari and Pynnönen (2011)",
    ),
    Rule(
        "common dates",
        lambda facts: facts.inflation > DEPENDENT,
        ("KP-BMP", "KP-Patell", "GRANK-T"),
        "Events share dates and are correlated; the adjusted BMP test holds its size under common "
        "dates and event-induced variance together. The generalised rank test rejects a little too "
        "often when the correlation is strong or the events are few.",
        "Kolari and Pynnönen (2010)",
    ),
    Rule(
        "very few events",
        lambda facts: facts.n_events < TINY,
        ("BMP", "Wild bootstrap", "Cross-sectional t"),
        "With so few events no permutation of signs or ranks can reach 5 %, and rank tests on "
        "returns standardised across events reject too often; a t test with few degrees of freedom "
        "is what is left, and it has little power.",
        "Boehmer, Musumeci and Poulsen (1991)",
    ),
    Rule(
        "few events",
        lambda facts: facts.n_events < FEW,
        ("Sign permutation", "Wilcoxon", "BMP"),
        "The events are few and independent; a permutation of signs is exact for symmetric "
        "returns, whatever their tails and whatever variance the event brings about.",
        "Fisher (1935); Canay, Romano and Shaikh (2017)",
    ),
    Rule(
        "heavy tails",
        lambda facts: facts.kurtosis > HEAVY,
        ("GRANK-T", "Wilcoxon", "BMP"),
        "The events are independent and their tails heavy; ranks are not moved by single extreme "
        "returns, and the generalised rank test allows for event-induced variance.",
        "Kolari and Pynnönen (2011)",
    ),
    Rule(
        "event-induced variance",
        lambda facts: facts.variance_ratio > RAISED,
        ("BMP", "Cross-sectional t"),
        "The event raises the variance; the standardised cross-sectional test measures the "
        "variance across events instead of taking it from before.",
        "Boehmer, Musumeci and Poulsen (1991)",
    ),
    Rule(
        "nothing unusual",
        lambda facts: facts.n_events > 1,
        ("BMP", "Patell", "Cross-sectional t"),
        "The events are independent, many, and neither tails nor variance stand out; the "
        "standardised cross-sectional test loses little against tests that assume so.",
        "Boehmer, Musumeci and Poulsen (1991)",
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
    test = next((name for name in rule.tests if name in ran), "")
    said = [rule.why]
    if test and test != rule.tests[0]:
        said.append(f"{rule.tests[0]} would lead, but was not run; {test} comes next.")
    elif not test:
        said.append(f"None of {', '.join(rule.tests)} was run.")
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
    found = abnormal.residual_correlation(there)
    r = found.mean
    overlapping = _overlapping(events, window)
    # Pairs without shared dates count as zero in r; among those that overlap it is larger.
    among = r * found.n_pairs / found.n_counted if found.n_counted else 0.0
    df = events.df[events.df > 2].astype(np.float64)
    expected = float((df / (df - 2.0)).mean()) if len(df) else math.nan
    expected *= 1.0 - max(among * overlapping, 0.0)
    _, _, deviation = moments(over.scar[there])
    skewness, kurtosis = _shape(events)
    zeros = events.r_evt[np.isfinite(events.r_evt)] == 0.0
    return Facts(
        days=window[1] - window[0] + 1,
        n_events=n,
        n_dates=len(counts),
        share_common=float(counts[counts > 1].sum() / n) if n else math.nan,
        effective_dates=float(n**2 / (counts**2).sum()) if n else 0.0,
        overlapping_pairs=overlapping,
        r_bar=r,
        inflation=1.0 + (n - 1.0) * among * overlapping if n else math.nan,
        variance_ratio=float(deviation[0] ** 2 / expected),
        skewness=skewness,
        kurtosis=kurtosis,
        zero_returns=float(zeros.mean() if len(zeros) else 0.0)
        if zero_returns is None
        else zero_returns,
    )


def _overlapping(abnormal: AbnormalReturns, window: Window) -> float:
    """Return the share of pairs whose day zeros are no further apart than the window is long."""
    n = len(abnormal)
    if n < 2:
        return 0.0
    first = int(np.flatnonzero(abnormal.tau == window[0])[0])
    position = np.sort(abnormal.at_evt[:, first])
    near = np.searchsorted(position, position + (window[1] - window[0]), side="right")
    pairs = (near - np.arange(n) - 1).sum()
    return float(pairs / (n * (n - 1) / 2))


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
