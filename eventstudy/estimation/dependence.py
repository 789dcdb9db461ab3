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
#: Share of the events from which on sums are those of all less those of the others.
MOST = 0.75
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
    blocks
        The events with residuals.
    minimum
        Shared dates that a pair needs.
    """

    total: float
    shared: IntArray
    blocks: Blocks
    minimum: int

    @classmethod
    def among(cls, resid: FloatArray, at: IntArray, minimum: int = MINIMUM_SHARED) -> Pairs:
        """Return the sums of all pairs; parameters as in `residual_correlation`."""
        return cls._of(Blocks.of(resid, at, np.arange(len(resid))), minimum)

    @classmethod
    def _of(cls, blocks: Blocks, minimum: int) -> Pairs:
        return cls(*_sums(blocks, blocks, minimum), blocks, minimum)

    def meeting(self, first: IntArray, last: IntArray) -> float:
        """Return the sum of the correlations of the pairs whose spans of dates meet.

        ``first`` and ``last``, shape (N,), hold each event's span, such as a window, as positions
        on the calendar axis; a span that ends before it begins meets no other.
        """
        held = first <= last

        def wanted(rows: IntArray, others: IntArray) -> BoolArray:
            met: BoolArray = held[rows, None] & held[others]
            met &= first[rows, None] <= last[others]
            met &= first[others] <= last[rows, None]
            return met

        return _sums(self.blocks, self.blocks, self.minimum, wanted)[0]

    def correlation(self, members: BoolArray | None = None) -> ResidualCorrelation:
        """Return the average over all pairs, those that do not count as 0.

        ``members`` is a mask over the N events; all if None. When few are left out, their pairs are
        taken off instead of counting all others again.
        """
        blocks, total, shared = self.blocks, self.total, self.shared
        own = np.ones(len(blocks.rows), dtype=bool) if members is None else members[blocks.rows]
        if own.size and own.mean() < MOST:
            return Pairs._of(blocks.take(own), self.minimum).correlation()
        if not own.all():
            gone = blocks.take(~own)
            # With all events the pairs among those left out come twice, so that they go back once.
            for other, sign, wanted in ((blocks, -1, _others), (gone, 1, None)):
                more, counts = _sums(gone, other, self.minimum, wanted)
                total, shared = total + sign * more, shared + sign * counts
        n_events, n_counted = int(own.sum()), int(shared.sum())
        n_pairs = n_events * (n_events - 1) // 2
        return ResidualCorrelation(
            mean=(total if n_counted else 0.0) / n_pairs if n_pairs else float("nan"),
            n_events=n_events,
            n_pairs=n_pairs,
            n_counted=n_counted,
            median_shared=_median(shared),
        )


def _others(rows: IntArray, others: IntArray) -> BoolArray:
    different: BoolArray = rows[:, None] != others
    return different


def pairs_that_meet(first: IntArray, last: IntArray) -> int:
    """Count the pairs whose spans have a date in common; as in `Pairs.meeting`."""
    held = first <= last
    first, last = first[held], last[held]
    # A pair is apart when one span ends before the other begins.
    apart = np.searchsorted(np.sort(last), first, side="left").sum()
    return len(first) * (len(first) - 1) // 2 - int(apart)


@dataclass(frozen=True, eq=False)
class Blocks:
    """Events in the order of their first date, cut into blocks.

    Attributes
    ----------
    resid, at, there
        Residuals, their positions and whether they are there, shape (n, L1).
    rows
        Which events they are, shape (n,).
    slices, first, last
        The blocks, and the first and last date of each.
    """

    resid: FloatArray
    at: IntArray
    there: BoolArray
    rows: IntArray
    slices: tuple[slice, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]

    @classmethod
    def of(cls, resid: FloatArray, at: IntArray, rows: IntArray) -> Blocks:
        """Put the events that have residuals in order."""
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
        return cls(resid, at, there, rows[keep], tuple(slices), begin, end)

    def take(self, kept: BoolArray) -> Blocks:
        """Return some of the events."""
        return Blocks.of(self.resid[kept], self.at[kept], self.rows[kept])

    def __len__(self) -> int:
        return len(self.slices)

    @cached_property
    def beams(self) -> list[_Beam | None]:
        """The beam of every block that has one."""
        return [_beam(self.resid[rows], self.at[rows], self.there[rows]) for rows in self.slices]

    def laid_out(self, block: int) -> _Dated:
        """Return a block on the calendar, by its number."""
        rows = self.slices[block]
        return _lay_out(self.resid[rows], self.at[rows], self.there[rows])


def _sums(
    left: Blocks,
    right: Blocks,
    minimum: int,
    wanted: Callable[[IntArray, IntArray], BoolArray] | None = None,
) -> tuple[float, IntArray]:
    """Return the sum of the correlations that count, and their number by shared dates.

    Each pair is taken once when both are the same blocks. ``wanted`` tells which pairs of two sets
    of events to take; all without it.
    """
    own = left is right
    lay_left = lru_cache(maxsize=KEPT)(left.laid_out)
    lay_right = lay_left if own else lru_cache(maxsize=KEPT)(right.laid_out)
    total, shared = 0.0, np.zeros(left.resid.shape[1] + 1, dtype=np.int64)
    for i in range(len(left)):
        for j in range(i if own else 0, len(right)):
            common = min(left.last[i], right.last[j]) - max(left.first[i], right.first[j]) + 1
            rows, others = left.rows[left.slices[i]], right.rows[right.slices[j]]
            taken = None if wanted is None else wanted(rows, others)
            if common < minimum or (taken is not None and not taken.any()):
                continue
            whole = (taken is None or taken.all()) and not (own and i == j)
            one, other = left.beams[i], right.beams[j]
            if whole and one is not None and other is not None and one.dates == other.dates:
                # On one set of dates, sum over i, j of z_i'z_j is (sum of z_i)'(sum of z_j).
                if len(one.total) >= minimum:
                    total += float(one.total @ other.total)
                    shared[len(one.total)] += one.n * other.n
                continue
            if own and i == j:
                upper = np.arange(len(others)) > np.arange(len(rows))[:, None]
                taken = upper if taken is None else taken & upper
            part, counts = _correlate(lay_left(i), lay_right(j), minimum, taken)
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


def _correlate(
    left: _Dated, right: _Dated, minimum: int, taken: BoolArray | None
) -> tuple[float, IntArray]:
    """Return the sum of correlations of a block of pairs and a histogram of shared dates.

    Only pairs that count are in either, and of these only the ones ``taken``.
    """
    here, there = _overlap(left, right)
    n, sum_right, size_right = _sums_over_partner(right, left, slice(0, 3))
    others = (
        (sum_right, size_right) if left is right else _sums_over_partner(left, right, slice(1, 3))
    )
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
    if taken is not None:
        counted &= taken
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
