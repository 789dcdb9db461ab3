"""One group over one window, and how far its tests support a reaction.

What is said about a group rests on a :class:`Verdict`, counted from the p values of its tests:

========== =====================================================================================
verdict    when
========== =====================================================================================
``ALL``    every test rejects
``MOST``   more than half reject, among them one test on means and one on ranks or signs
``MIXED``  some reject, but fewer, or tests of one kind only
``NONE``   no test rejects
``UNTOLD`` there is no p value, or fewer than two events
========== =====================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from eventstudy.reporting import formats
from eventstudy.reporting.content import GroupContent

#: Words in a test's name that tell a test on ranks or signs from one on means.
_RANK_WORDS = ("rank", "sign", "corrado", "cowan", "wilcoxon")


class Verdict(Enum):
    """How far the tests of one group and window support a reaction."""

    ALL = "all"
    MOST = "most"
    MIXED = "mixed"
    NONE = "none"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Reaction:
    """One group over one window, as the sentences need it.

    ``label`` names the group where a sentence begins, ``words`` inside one.
    ``means`` and ``ranks`` are the (statistic, p value) pairs of the tests on means and of the
    tests on ranks or signs; those without a p value are left out. ``leading`` is the advised test
    and its p value.
    """

    label: str
    words: str
    n: int
    window: tuple[int, int]
    level: float
    mean: float
    se: float
    lower: float
    upper: float
    median: float
    share_positive: float
    means: tuple[tuple[float, float], ...]
    ranks: tuple[tuple[float, float], ...]
    leading: tuple[str, float] | None = None

    @classmethod
    def of(cls, group: GroupContent, window: tuple[int, int], level: float) -> Reaction:
        """Read one group's numbers over one window; what is not there becomes NaN."""
        row = group.window(window)
        tested = group.tests(window).dropna(subset=["p_value"])
        ranked = [is_rank_test(str(name)) for name in tested["test"]]
        pairs = [
            (float(statistic), float(p))
            for statistic, p in zip(tested["statistic"], tested["p_value"], strict=True)
        ]

        def value(key: str) -> float:
            return math.nan if row is None else float(row[key])

        return cls(
            label=formats.clean(group.label),
            words=formats.clean(group.words),
            n=0 if row is None else int(row["n"]),
            window=window,
            level=level,
            mean=value("mean_car"),
            se=value("se"),
            lower=value("lower"),
            upper=value("upper"),
            median=value("median"),
            share_positive=value("share_positive"),
            means=tuple(pair for pair, rank in zip(pairs, ranked, strict=True) if not rank),
            ranks=tuple(pair for pair, rank in zip(pairs, ranked, strict=True) if rank),
            leading=next(
                (
                    (name, p)
                    for name, (_, p) in zip(tested["test"], pairs, strict=True)
                    if name == group.advised
                ),
                None,
            ),
        )

    @property
    def single(self) -> bool:
        """Whether there is one event, with an interval of its own."""
        return self.n == 1 and not math.isnan(self.lower)

    @property
    def tests(self) -> tuple[tuple[float, float], ...]:
        """All tests with a p value."""
        return self.means + self.ranks

    def rejections(self, tests: Sequence[tuple[float, float]]) -> int:
        """Count the tests that reject at the report's level."""
        return sum(p < 1 - self.level for _, p in tests)

    @property
    def verdict(self) -> Verdict:
        """See the table at the head of this module."""
        if self.n < 2 or not self.tests or math.isnan(self.mean):
            return Verdict.UNTOLD
        rejected = self.rejections(self.tests)
        if rejected == 0:
            return Verdict.NONE
        if self.split:
            return Verdict.MIXED
        if rejected == len(self.tests):
            return Verdict.ALL
        kinds = [kind for kind in (self.means, self.ranks) if kind]
        most = 2 * rejected > len(self.tests) and all(map(self.rejections, kinds))
        return Verdict.MOST if most else Verdict.MIXED

    @property
    def split(self) -> bool:
        """Whether tests that reject point to both sides, or away from the mean."""
        signs = {statistic > 0 for statistic, p in self.tests if p < 1 - self.level}
        return bool(signs) and signs != {self.mean > 0}


def is_rank_test(test: str) -> bool:
    """Say whether a test's name is one of a test on ranks or signs.

    >>> is_rank_test("CorradoRank"), is_rank_test("BMP")
    (True, False)
    """
    return any(word in test.lower() for word in _RANK_WORDS)


def minimum_detectable_effect(se: float, n: int, level: float = 0.95, power: float = 0.8) -> float:
    """Return the smallest average effect that the sample would have detected with ``power``.

    ``(t(1 - (1 - level)/2) + t(power)) * se`` with n - 1 degrees of freedom; for many events at
    95 % and a power of 80 % this is ``(1.96 + 0.84) * se`` (Bloom 1995). A decimal fraction; NaN
    when ``n < 2`` or ``se`` is missing.
    """
    if n < 2 or not se > 0:
        return math.nan
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 0.5 + level / 2) + stdtrit(n - 1, power)) * se
