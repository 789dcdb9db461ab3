"""How much the events move together: correlation of residuals on the same calendar dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from eventstudy.estimation.kernels import BoolArray, FloatArray, IntArray

#: Pairs that share fewer dates say nothing and count as uncorrelated.
MINIMUM_SHARED = 30
#: Events per block of pairs: a block's working arrays stay near the processor.
ROWS = 256
#: Blocks kept laid out at a time.
KEPT = 16
#: A variance below this share of the sum of squares is rounding.
NO_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True)
class ResidualCorrelation:
    """The average correlation of estimation residuals over all pairs of events.

    Attributes
    ----------
    mean
        The average over all pairs; pairs that share too few dates enter as 0. NaN without a pair.
    n_events, n_pairs, n_counted
        Events with residuals, pairs of them, and pairs that share at least `MINIMUM_SHARED` dates.
    median_shared
        Median number of shared dates of the counted pairs; NaN when no pair counts.
    """

    mean: float
    n_events: int
    n_pairs: int
    n_counted: int
    median_shared: float


def residual_correlation(
    resid: FloatArray, at: IntArray, minimum: int = MINIMUM_SHARED
) -> ResidualCorrelation:
    """Average the Pearson correlations of residuals over calendar dates.

    Kolari and Pynnönen (2010) define r-bar for events on one date. Here each pair is compared on
    the calendar dates that both share, never in event time, so that staggered events count as far
    as their estimation windows overlap.

    Parameters
    ----------
    resid
        Estimation residuals, shape (N, L1); NaN where missing. A row without any is left out.
    at
        Position of each residual on one calendar axis, shape (N, L1); negative is off the axis.
    minimum
        Shared dates that a pair needs.
    """
    return Pairs.among(resid, at, minimum).correlation()


@dataclass(frozen=True, eq=False)
class Pairs:
    """Sums over the pairs of N events, from which those of part of the events follow quickly.

    Attributes
    ----------
    total
        Sum of the correlations of the pairs that count.
    shared
        Number of those pairs by their shared dates, shape (L1 + 1,).
    n_events
        Events with residuals.
    """

    total: float
    shared: IntArray
    n_events: int
    resid: FloatArray
    at: IntArray
    minimum: int

    @classmethod
    def among(cls, resid: FloatArray, at: IntArray, minimum: int = MINIMUM_SHARED) -> Pairs:
        """Return the sums of all pairs; parameters as in `residual_correlation`."""
        blocks = _Blocks.of(resid, at)
        total, shared = _sums(blocks, blocks, minimum)
        return cls(total, shared, len(blocks.resid), resid, at, minimum)

    def part(self, members: BoolArray) -> Pairs:
        """Return the sums of the pairs of ``members``, a mask over the N events.

        When few are left out, their pairs are taken off instead of counting all others again.
        """
        resid, at, out = self.resid[members], self.at[members], ~members
        if not out.any():
            return self
        if out.sum() > len(out) // 4:
            return Pairs.among(resid, at, self.minimum)
        gone, rest = _Blocks.of(self.resid[out], self.at[out]), _Blocks.of(resid, at)
        total, shared = self.total, self.shared
        for other in (gone, rest):
            less, fewer = _sums(gone, other, self.minimum)
            total, shared = total - less, shared - fewer
        return Pairs(total, shared, len(rest.resid), resid, at, self.minimum)

    def correlation(self) -> ResidualCorrelation:
        """Return the average over all pairs, those that do not count as 0."""
        n_pairs, n_counted = self.n_events * (self.n_events - 1) // 2, int(self.shared.sum())
        return ResidualCorrelation(
            mean=(self.total if n_counted else 0.0) / n_pairs if n_pairs else float("nan"),
            n_events=self.n_events,
            n_pairs=n_pairs,
            n_counted=n_counted,
            median_shared=_median(self.shared),
        )


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Rows in the order of their first date, cut into blocks; ``first`` and ``last`` are theirs."""

    resid: FloatArray
    at: IntArray
    there: BoolArray
    slices: tuple[slice, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]

    @classmethod
    def of(cls, resid: FloatArray, at: IntArray) -> _Blocks:
        there = np.isfinite(resid) & (at >= 0)
        keep = np.flatnonzero(there.any(axis=1))
        first = np.where(there[keep], at[keep], np.iinfo(np.int64).max).min(axis=1, initial=2**62)
        order = np.argsort(first, kind="stable")
        keep, first = keep[order], first[order]
        resid, at, there = resid[keep], at[keep], there[keep]
        slices, start = [], 0
        while start < len(keep):
            # Rows far apart in time do not share a block: its dates would be mostly empty.
            near = int(np.searchsorted(first, first[start] + resid.shape[1] // 2, side="right"))
            slices.append(slice(start, min(start + ROWS, near)))
            start = slices[-1].stop
        begin = tuple(int(first[rows.start]) for rows in slices)
        end = tuple(int(at[rows].max()) for rows in slices)
        return cls(resid, at, there, tuple(slices), begin, end)

    def __len__(self) -> int:
        return len(self.slices)

    @cached_property
    def beams(self) -> list[_Beam | None]:
        """The beam of every block that has one."""
        return [_beam(self.resid[rows], self.at[rows], self.there[rows]) for rows in self.slices]

    @cached_property
    def laid_out(self) -> Callable[[int], _Dated]:
        """The blocks on the calendar, by number; the latest are kept."""

        def one(block: int) -> _Dated:
            rows = self.slices[block]
            return _lay_out(self.resid[rows], self.at[rows], self.there[rows])

        return lru_cache(maxsize=KEPT)(one)


def _sums(left: _Blocks, right: _Blocks, minimum: int) -> tuple[float, IntArray]:
    """Return the sum of the correlations that count, and their number by shared dates.

    Each pair is taken once when both are the same blocks.
    """
    own = left is right
    total, shared = 0.0, np.zeros(left.resid.shape[1] + 1, dtype=np.int64)
    for i in range(len(left)):
        for j in range(i if own else 0, len(right)):
            common = min(left.last[i], right.last[j]) - max(left.first[i], right.first[j]) + 1
            if common < minimum:
                continue
            one, other = left.beams[i], right.beams[j]
            alone = own and i == j
            if not alone and one is not None and other is not None and one.dates == other.dates:
                # On one set of dates, sum over i, j of z_i'z_j is (sum of z_i)'(sum of z_j).
                if len(one.total) >= minimum:
                    total += float(one.total @ other.total)
                    shared[len(one.total)] += one.n * other.n
                continue
            part, counts = _correlate(left.laid_out(i), right.laid_out(j), minimum, own=alone)
            total += part
            shared[: len(counts)] += counts
    return total, shared


@dataclass(frozen=True, eq=False)
class _Dated:
    """A block of rows laid out on the calendar, ready to be summed over any span of dates.

    ``values`` and ``present``, shape (n, D) from date ``low`` on, are 0 where there is no residual;
    each row's residuals lie on the dates from ``begin`` to before ``end``, and ``whole`` tells rows
    without a gap between the two; ``running`` holds running totals of presence, values and squares,
    shape (3, D + 1, n).
    """

    low: int
    values: FloatArray
    present: FloatArray
    begin: IntArray
    end: IntArray
    whole: BoolArray
    running: FloatArray


@dataclass(frozen=True, eq=False)
class _Beam:
    """The sum of rows on the same dates as unit vectors about their means, and their number."""

    dates: bytes
    total: FloatArray
    n: int


def _beam(resid: FloatArray, at: IntArray, there: BoolArray) -> _Beam | None:
    """Return the beam of a block whose rows have the same dates without a gap, else None."""
    if not there.all() or (at != at[0]).any():
        return None
    apart = resid - resid.mean(axis=1, keepdims=True)
    size = np.einsum("nl,nl->n", apart, apart)
    varies = size > NO_VARIANCE * np.einsum("nl,nl->n", resid, resid)
    total = apart[varies].T @ (1.0 / np.sqrt(size[varies]))
    return _Beam(at[0].tobytes(), total, int(varies.sum()))


def _lay_out(resid: FloatArray, at: IntArray, there: BoolArray) -> _Dated:
    low = int(at[there].min())
    high = int(at[there].max())
    values = np.where(there, resid, 0.0)
    size = np.sqrt(np.einsum("nl,nl->n", values, values))
    values /= np.where(size > 0.0, size, 1.0)[:, None]
    n, dates = len(resid), high - low + 1
    # What is missing is laid into one spare column and cut off.
    column = np.where(there, at - low, dates)
    dense = np.zeros((2, n, dates + 1))
    np.put_along_axis(dense[0], column, values, axis=1)
    np.put_along_axis(dense[1], column, 1.0, axis=1)
    dense = np.ascontiguousarray(dense[:, :, :-1])
    running = np.zeros((3, dates + 1, n))
    np.cumsum(dense[1].T, axis=0, out=running[0, 1:])
    np.cumsum(dense[0].T, axis=0, out=running[1, 1:])
    np.cumsum(dense[0].T ** 2, axis=0, out=running[2, 1:])
    begin, end = column.min(axis=1), np.where(there, at - low, -1).max(axis=1) + 1
    whole = there.sum(axis=1) == end - begin
    return _Dated(low, dense[0], dense[1], begin + low, end + low, whole, running)


def _sums_over_partner(rows: _Dated, partner: _Dated, kinds: slice) -> FloatArray:
    """Return counts, sums and sums of squares of each row over the dates of each partner.

    A partner without gaps is a span of dates, whose sums are differences of running totals; only
    partners with gaps need products. ``kinds`` picks among the three; the shape is
    (kinds, partners, rows).
    """
    last = rows.values.shape[1]
    sums = rows.running[kinds, np.clip(partner.end - rows.low, 0, last)]
    sums -= rows.running[kinds, np.clip(partner.begin - rows.low, 0, last)]
    gaps = np.flatnonzero(~partner.whole)
    if len(gaps):
        here, there = _overlap(rows, partner)
        values = rows.values[:, here]
        terms = np.stack([rows.present[:, here], values, values * values][kinds])
        product = partner.present[gaps, there] @ terms.reshape(-1, terms.shape[2]).T
        sums[:, gaps] = product.reshape(len(gaps), len(terms), -1).transpose(1, 0, 2)
    return sums


def _overlap(left: _Dated, right: _Dated) -> tuple[slice, slice]:
    """Return the columns of both blocks that are the same dates."""
    low = max(left.low, right.low)
    high = min(left.low + left.values.shape[1], right.low + right.values.shape[1])
    high = max(high, low)
    return slice(low - left.low, high - left.low), slice(low - right.low, high - right.low)


def _correlate(left: _Dated, right: _Dated, minimum: int, *, own: bool) -> tuple[float, IntArray]:
    """Return the sum of correlations of a block of pairs and a histogram of shared dates.

    Only pairs that count are in either. ``own`` says that both are one block, and takes each pair
    once.
    """
    here, there = _overlap(left, right)
    n, sum_right, size_right = _sums_over_partner(right, left, slice(0, 3))
    others = (sum_right, size_right) if own else _sums_over_partner(left, right, slice(1, 3))
    sum_left, size_left = (np.array(sums.T, order="C") for sums in others)
    inverse = 1.0 / np.maximum(n, 1.0)
    product = left.values[:, here] @ right.values[:, there].T
    product -= sum_left * sum_right * inverse
    counted = n >= minimum
    for total, size in ((sum_left, size_left), (sum_right, size_right)):
        least = NO_VARIANCE * size
        total *= total
        total *= inverse
        size -= total
        counted &= size > least
    if own:
        counted &= np.arange(len(n)) > np.arange(len(n))[:, None]
    size_left *= size_right
    size_left[~counted] = np.inf
    product /= np.sqrt(size_left)
    counts = np.bincount((n * counted).astype(np.int64).ravel())
    counts[0] = 0
    return float(product.sum()), counts


def _median(histogram: IntArray) -> float:
    total = int(histogram.sum())
    if not total:
        return float("nan")
    reached = histogram.cumsum()
    middle = np.searchsorted(reached, [(total - 1) // 2, total // 2], side="right")
    return float(middle.mean())
