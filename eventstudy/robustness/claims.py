"""What articles say of prices against what the prices say.

A claim is *confirmed* when the prices agree within what its wording allows (the last digit it
gives, or its hedge), *contradicted* when they do not, and *not checkable* when daily prices cannot
tell: before the open and after the close, on a day without a price, for a line of shares that is
not in the table. Of what happens within a session daily prices hold the extremes only: a claim of
the day's high or low ("as much as") can be confirmed; of a moment that lies between them nothing
more can be said than that it is consistent with the day's range, and its detail says so. Levels
are compared on the share basis of their day: later splits are undone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eventstudy.articles.quantities import Qualifier
from eventstudy.articles.reading import Article
from eventstudy.articles.records import Extraction, PriceClaim
from eventstudy.market.prices import PriceTable
from eventstudy.symbols import current_symbol

Verdict = Literal["confirmed", "contradicted", "not checkable"]
FloatArray = NDArray[np.float64]
_EXTREME = re.compile(
    r"as (?:much|high|low) as|\b(?:worst|best|lowest|highest|low|high)\b|最[高低]|[高低]见|下探",
    re.IGNORECASE,
)

#: Splits that are tried when the table has no record of splits.
COMMON_SPLITS = (2, 3, 4, 5, 8, 10, 15, 20, 50)
#: A change may be told with or without the day's dividend, and prices are rounded to cents.
CHANGE_SLACK, LEVEL_SLACK = 0.0003, 0.0051
#: A period's first day is seldom told exactly: within the first a change is confirmed, beyond the
#: second (absolute, or as a share of the change) it is contradicted.
PERIOD_NEAR, PERIOD_FAR = (0.015, 0.10), (0.05, 0.34)


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A price claim and its verdict.

    ``words`` are the article's own; ``detail`` is one sentence with the true figure, or the reason
    why there is none.
    """

    article_title: str
    company: str
    ticker: str
    day: date | None
    session: str
    words: str
    verdict: Verdict
    detail: str


def check_claims(
    found: Iterable[tuple[Article, Extraction]], prices: PriceTable
) -> tuple[CheckedClaim, ...]:
    """Check every price claim of some articles against a table of prices."""
    return tuple(
        check_claim(claim, prices, article.title or article.id)
        for article, extraction in found
        for claim in extraction.price_claims
    )


def check_claim(claim: PriceClaim, prices: PriceTable, article_title: str = "") -> CheckedClaim:
    """Check one claim; see the head of the module for the three verdicts."""
    verdict, detail = _judge(claim, prices)
    proof = claim.evidence.get("claim")
    return CheckedClaim(
        article_title=article_title,
        company=claim.company,
        ticker=claim.ticker or "",
        day=claim.date.end if claim.session == "period" else claim.date.start,
        session=claim.session,
        words=" ".join(proof.words.split()).strip(" ,;:") if proof else "",
        verdict=verdict,
        detail=detail,
    )


def _judge(claim: PriceClaim, prices: PriceTable) -> tuple[Verdict, str]:
    if claim.ticker is None:
        return "not checkable", f"{claim.company} is not traded."
    names = (claim.ticker, current_symbol(claim.ticker))
    ticker = next((name for name in names if name in prices), None)
    if ticker is None:
        return "not checkable", f"There are no prices of {claim.ticker}."
    series = _Series.of(prices, ticker)
    if claim.session in ("premarket", "afterhours"):
        return "not checkable", "Daily prices hold regular trading only."
    if claim.date.start is None or claim.date.end is None:
        return "not checkable", "The day is not known."
    if claim.session == "period":
        return _judge_period(claim, series, claim.date.start, claim.date.end)
    if claim.date.start != claim.date.end:
        return "not checkable", f"The day is known only as {claim.date.words!r}."
    at = series.position(claim.date.start)
    if at is None:
        return "not checkable", f"There is no price of {ticker} on {claim.date.start}."
    return _judge_day(claim, series, at)


# -- one security ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Series:
    """The prices of one security on the days it has one."""

    days: NDArray[np.datetime64]
    close: FloatArray
    adjusted: FloatArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    later_split: FloatArray | None

    @classmethod
    def of(cls, prices: PriceTable, ticker: str) -> _Series:
        column = prices.column(ticker)
        adjusted = prices.adjusted_close[:, column]
        there = ~np.isnan(adjusted)

        def part(values: FloatArray | None) -> FloatArray:
            return adjusted[there] if values is None else values[there, column]

        adjusted_there = adjusted[there]
        close = part(prices.close)
        close = np.where(np.isnan(close), adjusted_there, close)
        low = np.full(len(close), np.nan) if prices.low is None else part(prices.low)
        high = np.full(len(close), np.nan) if prices.high is None else part(prices.high)
        first = np.full(len(close), np.nan) if prices.open is None else part(prices.open)
        # Some sources give open, high and low on the adjusted basis, some as quoted.
        quoted = (low <= close * 1.000001) & (close <= high * 1.000001)
        factor = np.where(quoted, 1.0, close / adjusted_there)
        splits = None
        if prices.splits is not None:
            ratios = np.where(part(prices.splits) > 0, part(prices.splits), 1.0)
            splits = np.append(np.cumprod(ratios[::-1])[::-1][1:], 1.0)
        return cls(
            prices.sessions[there], close, adjusted_there,
            first * factor, high * factor, low * factor, splits,
        )  # fmt: skip

    def position(self, day: date) -> int | None:
        at = int(np.searchsorted(self.days, np.datetime64(day)))
        return at if at < len(self.days) and self.days[at] == np.datetime64(day) else None

    def last_until(self, day: date) -> int | None:
        at = int(np.searchsorted(self.days, np.datetime64(day), side="right")) - 1
        return at if at >= 0 else None

    def changes(self, at: int, value: float) -> tuple[float, ...]:
        """Return the change from the previous close to ``value``, as quoted and with dividends."""
        if at == 0:
            return ()
        quoted = value / self.close[at - 1] - 1
        grown = value * self.adjusted[at] / self.close[at] / self.adjusted[at - 1] - 1
        return float(quoted), float(grown)

    def basis(self, at: int, level: float, found: float) -> tuple[float, str]:
        """Return ``found`` on the share basis of its day, and what was undone to get there."""
        if self.later_split is not None:
            ratio = float(self.later_split[at])
            undone = "" if ratio == 1 else f", later splits of {ratio:g} to 1 undone"
            return found * ratio, undone
        for ratio in COMMON_SPLITS:
            if abs(level / (found * ratio) - 1) < 0.005:
                return found * ratio, f", taking a later split of {ratio} to 1 as undone"
        return found, ""


# -- judging -------------------------------------------------------------------------------------


def _judge_day(claim: PriceClaim, series: _Series, at: int) -> tuple[Verdict, str]:
    if claim.session == "intraday":
        return _judge_moment(claim, series, at)
    value = series.open[at] if claim.session == "open" else series.close[at]
    what = "open" if claim.session == "open" else "close"
    if math.isnan(value):
        return "not checkable", f"The prices of {series.days[at]} have no {what}."
    facts, agrees = _compared(claim, series, at, float(value))
    if not facts:
        return "not checkable", "The claim gives neither a level nor a change."
    detail = f"The {what} of {series.days[at]} was {' and '.join(facts)}."
    if agrees:
        return "confirmed", detail
    if claim.session == "unspecified" and _ranged(claim, series, at).fits:
        return (
            "not checkable",
            f"{detail} The claim fits the day's range, if it speaks of a moment.",
        )
    return "contradicted", detail


def _compared(claim: PriceClaim, series: _Series, at: int, value: float) -> tuple[list[str], bool]:
    """Return the true figures in words and whether every stated one agrees."""
    facts: list[str] = []
    agree: list[bool] = []
    if claim.level is not None:
        found, undone = series.basis(at, claim.level, value)
        facts.append(f"{found:,.2f}{undone}")
        hedge = claim.qualifier if claim.change is None else "exact"
        agree.append(_agrees(claim.level, [found], hedge, _unit(claim, "level"), LEVEL_SLACK))
    if claim.change is not None or claim.direction:
        changes = series.changes(at, value)
        if changes:
            facts.append(f"{changes[0]:+.2%} from the close before")
        if claim.change is not None:
            unit = _unit(claim, "change") / 100
            agree.append(_agrees(claim.change, changes, claim.qualifier, unit, CHANGE_SLACK))
        else:
            agree.append(any((change > 0) == (claim.direction == "up") for change in changes))
    return facts, all(agree)


@dataclass(frozen=True, slots=True)
class _Ranged:
    """Whether a claim lies within the range of its day, and at an end of it."""

    fits: bool | None
    extreme: bool
    detail: str


def _judge_moment(claim: PriceClaim, series: _Series, at: int) -> tuple[Verdict, str]:
    """Judge a claim of a moment: only the day's extremes are known."""
    ranged = _ranged(claim, series, at)
    if ranged.fits is None:
        return "not checkable", ranged.detail
    if not ranged.fits:
        return "contradicted", ranged.detail
    if ranged.extreme and _of_extreme(claim):
        return "confirmed", ranged.detail
    return "not checkable", f"{ranged.detail} The claim is consistent with the day's range."


def _of_extreme(claim: PriceClaim) -> bool:
    """Say whether a claim speaks of the day's high or low, not of some moment."""
    session = claim.evidence.get("session")
    words = session.words if session is not None else ""
    return claim.qualifier == "up_to" or _EXTREME.search(words) is not None


def _ranged(claim: PriceClaim, series: _Series, at: int) -> _Ranged:
    """Compare a claim with the low and the high of its day."""
    low, high = float(series.low[at]), float(series.high[at])
    if math.isnan(low) or math.isnan(high):
        return _Ranged(None, False, f"The prices of {series.days[at]} have no high and low.")
    facts = [f"{low:,.2f} to {high:,.2f}"]
    fits: list[bool] = []
    ends: list[bool] = []
    if claim.level is not None:
        ratio = series.basis(at, claim.level, float(series.close[at]))[0] / series.close[at]
        slack = _unit(claim, "level") / 2 + LEVEL_SLACK
        facts[0] = f"{low * ratio:,.2f} to {high * ratio:,.2f}"
        fits.append(low * ratio - slack <= claim.level <= high * ratio + slack)
        ends.append(min(abs(claim.level - end * ratio) for end in (low, high)) <= slack)
    if claim.change is not None:
        if at == 0:
            return _Ranged(None, False, f"There is no price before {series.days[at]}.")
        lows, highs = series.changes(at, low), series.changes(at, high)
        hedge = "exact" if claim.qualifier == "up_to" else claim.qualifier
        unit = _unit(claim, "change") / 100
        slack = _width(hedge, abs(claim.change), unit) + CHANGE_SLACK
        facts.append(f"{min(lows):+.2%} to {max(highs):+.2%} from the close before")
        fits.append(min(lows) - slack <= claim.change <= max(highs) + slack)
        end = highs if claim.change > 0 else lows
        ends.append(_agrees(claim.change, end, hedge, unit, CHANGE_SLACK))
    if not fits:
        return _Ranged(None, False, "The claim gives neither a level nor a change.")
    detail = f"The range of {series.days[at]} was {' and '.join(facts)}."
    return _Ranged(all(fits), all(ends), detail)


def _judge_period(
    claim: PriceClaim, series: _Series, start: date, end: date
) -> tuple[Verdict, str]:
    first, last = series.last_until(start), series.last_until(end)
    if first is None or last is None or first >= last:
        return "not checkable", f"There are not two prices from {start} to {end}."
    found = float(series.close[last] / series.close[first] - 1)
    detail = f"From the close of {series.days[first]} to that of {series.days[last]}: {found:+.1%}."
    if claim.change is None:
        if not claim.direction:
            return "not checkable", "The claim gives neither a change nor a direction."
        return ("confirmed" if (found > 0) == (claim.direction == "up") else "contradicted"), detail
    gap, size = abs(found - claim.change), abs(claim.change)
    if gap <= max(PERIOD_NEAR[0], PERIOD_NEAR[1] * size):
        return "confirmed", detail
    if gap > max(PERIOD_FAR[0], PERIOD_FAR[1] * size) or (found > 0) != (claim.change > 0):
        return "contradicted", detail
    return "not checkable", f"{detail} The first day of the period is not told exactly."


# -- what a wording allows -----------------------------------------------------------------------


def _unit(claim: PriceClaim, field: str) -> float:
    """Return the value of the last digit that the words of a field give: 0.1 for ``6.5%``."""
    proof = claim.evidence.get(field)
    number = re.search(r"\d[\d,]*(?:\.(\d+))?", proof.words) if proof else None
    return 10.0 ** -len(number[1] or "") if number else 1.0


def _width(qualifier: Qualifier, size: float, unit: float) -> float:
    """Return how far the truth may lie from a hedged figure."""
    if qualifier in ("about", "nearly", "range"):
        return max(unit, 0.1 * size)
    return unit / 2


def _agrees(
    said: float, found: Sequence[float], qualifier: Qualifier, unit: float, slack: float
) -> bool:
    """Say whether one of the true figures agrees with what is said."""
    size, sign = abs(said), math.copysign(1.0, said)
    near = _width(qualifier, size, unit) + slack
    for value in found:
        beyond = value * sign - size  # how much further the truth went than the claim
        if qualifier in ("more_than", "at_least"):
            fits = -unit / 2 - slack <= beyond <= max(unit, 0.25 * size) + slack
        elif qualifier in ("less_than", "up_to"):
            fits = -max(unit, 0.25 * size) - slack <= beyond <= unit / 2 + slack
        else:
            fits = abs(beyond) <= near
        if fits:
            return True
    return False
