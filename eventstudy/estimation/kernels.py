"""Every formula of the estimation as a pure function of arrays.

Rows are events; nothing loops over events or windows in Python, only over blocks of rows that keep
the working memory bounded. NaN means "not there": it is left out of sums and counts and is never
read as zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Elements of one working array; 2**19 doubles (4 MB) stay near the processor.
BLOCK = 2**19
#: Smallest eigenvalue of the regressors' correlation matrix below which they are collinear.
COLLINEAR = 1e-10
#: Share of a sum of squares below which what is left is rounding and nothing else.
ROUNDING = 1e-24


def row_blocks(n_rows: int, width: int) -> Iterator[slice]:
    """Yield slices that cover ``n_rows`` rows of ``width`` elements, one `BLOCK` at a time."""
    step = max(1, BLOCK // max(width, 1))
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def chosen_rows(events: ArrayLike, n: int) -> IntArray:
    """Return positions from positions or from a mask over ``n`` rows; none chosen is allowed."""
    chosen = np.asarray(events)
    rows: IntArray = np.arange(n)[chosen if chosen.size else chosen.astype(np.int64)]
    return rows


# ------------------------------------------------------------------------------ regression


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """N regressions, one per row.

    Attributes
    ----------
    params
        Shape (N, k): the constant first (if there is one), then the K slopes.
    rss, n_obs
        Residual sum of squares and number of observations used, shape (N,).
    centre
        Shape (N, K): means of the regressors over the observations used (zeros without constant).
    inverse
        Shape (N, K, K): inverse of the cross-products of the centred regressors.
    deficient
        Shape (N,): True where the regressors are collinear or constant; its numbers mean nothing.
    """

    params: FloatArray
    rss: FloatArray
    n_obs: IntArray
    centre: FloatArray
    inverse: FloatArray
    deficient: BoolArray
    intercept: bool

    def xtx_inverse(self) -> FloatArray:
        """Return (X'X)^-1 with the constant, shape (N, k, k); times sigma2 it is Var(params)."""
        if not self.intercept:
            return self.inverse
        n, k = self.params.shape
        out = np.empty((n, k, k))
        pull = (self.inverse @ self.centre[:, :, None])[:, :, 0]
        with np.errstate(divide="ignore"):
            out[:, 0, 0] = 1.0 / self.n_obs + (pull * self.centre).sum(axis=1)
        out[:, 0, 1:] = out[:, 1:, 0] = -pull
        out[:, 1:, 1:] = self.inverse
        return out


def least_squares(y: FloatArray, x: FloatArray, *, intercept: bool = True) -> LeastSquares:
    """Regress every row of ``y`` on its own regressors, leaving out what is missing.

    The regressors are centred and scaled to correlations before the normal equations are solved,
    and one step of iterative refinement brings the solution to the accuracy of a QR.

    Parameters
    ----------
    y
        Shape (N, L1).
    x
        Shape (N, L1, K), without the constant; K may be 0.
    intercept
        Whether there is a constant.

    Notes
    -----
    An observation is used when ``y`` and all K regressors are there.
    """
    n, length = y.shape
    blocks = [
        _least_squares_block(y[rows], x[rows], intercept=intercept)
        for rows in row_blocks(n, length * max(x.shape[2], 1))
    ] or [_least_squares_block(y, x, intercept=intercept)]
    if len(blocks) == 1:
        return blocks[0]
    columns = ("params", "rss", "n_obs", "centre", "inverse", "deficient")
    joined = {name: np.concatenate([getattr(b, name) for b in blocks]) for name in columns}
    return LeastSquares(**joined, intercept=intercept)


def _least_squares_block(y: FloatArray, x: FloatArray, *, intercept: bool) -> LeastSquares:
    n, _, K = x.shape
    there = np.isfinite(y) & np.isfinite(x).all(axis=2)
    n_obs = there.sum(axis=1)
    gaps = not there.all()
    if gaps:
        y = np.where(there, y, 0.0)
        x = np.where(there[:, :, None], x, 0.0)
    y_mean, centre = np.zeros(n), np.zeros((n, K))
    size = np.einsum("nlk,nlk->nk", x, x)
    if intercept:
        used = np.maximum(n_obs, 1)
        y_mean, centre = y.sum(axis=1) / used, x.sum(axis=1) / used[:, None]
        y, x = y - y_mean[:, None], x - centre[:, None, :]
        if gaps:
            y, x = y * there, x * there[:, :, None]
    slopes, inverse, deficient = np.zeros((n, K)), np.zeros((n, K, K)), np.zeros(n, dtype=bool)
    if K:
        squares = np.einsum("nlk,nlk->nk", x, x)
        deficient = (squares <= ROUNDING * size).any(axis=1)
        scale = np.sqrt(np.where(squares > 0.0, squares, 1.0))
        z = x / scale[:, None, :]
        zt = np.ascontiguousarray(z.transpose(0, 2, 1))
        gram = zt @ z
        if K > 1:
            deficient |= np.linalg.eigvalsh(gram)[:, 0] < COLLINEAR
        gram[deficient] = np.eye(K)
        inverse[:] = np.linalg.inv(gram)
        slopes = (inverse @ (zt @ y[:, :, None]))[:, :, 0]
        rest = y - (z @ slopes[:, :, None])[:, :, 0]
        step = (inverse @ (zt @ rest[:, :, None]))[:, :, 0]
        y = rest - (z @ step[:, :, None])[:, :, 0]
        slopes = (slopes + step) / scale
        inverse /= scale[:, :, None] * scale[:, None, :]
    rss = np.einsum("nl,nl->n", y, y)
    params = slopes
    if intercept:
        constant = y_mean - np.einsum("nk,nk->n", centre, slopes)
        params = np.concatenate([constant[:, None], slopes], axis=1)
    return LeastSquares(params, rss, n_obs, centre, inverse, deficient, intercept)


def fitted_values(params: FloatArray, x: FloatArray, *, intercept: bool = True) -> FloatArray:
    """Return constant + slopes times regressors, shape (N, L); NaN where a regressor is missing.

    The terms are added one by one, so that the same regressors give the same bits wherever they
    stand: tests by ranks compare estimation and event days, and rounding must break no ties.

    Parameters
    ----------
    params
        Shape (N, k), the constant first if there is one.
    x
        Regressors without the constant, shape (N, L, K).
    intercept
        Whether there is a constant.
    """
    n, length, K = x.shape
    out = np.zeros((n, length))
    slopes = params[:, 1:] if intercept else params
    for rows in row_blocks(n, length):
        if intercept:
            out[rows] = params[rows, :1]
        for k in range(K):
            out[rows] += slopes[rows, k, None] * x[rows, :, k]
    return out


def forecast_covariance(
    regression: LeastSquares, sigma2: FloatArray, x: FloatArray, rows: slice = slice(None)
) -> FloatArray:
    """Return the covariance of prediction errors, sigma2 (I + X*(X'X)^-1 X*').

    Campbell, Lo and MacKinlay (1997, section 4.4.2).

    Parameters
    ----------
    regression
        N regressions over the estimation window.
    sigma2
        Their residual variances, shape (N,).
    x
        Regressors of the event window without the constant, shape (N, L2, K).
    rows
        Only these events.

    Returns
    -------
    FloatArray
        Shape (N, L2, L2); NaN in the row and column of a day whose regressors are missing.
    """
    away = x[rows] - regression.centre[rows, None, :]
    out = (away @ regression.inverse[rows]) @ away.transpose(0, 2, 1)
    if regression.intercept:
        out += (1.0 / np.maximum(regression.n_obs[rows], 1))[:, None, None]
    day = np.arange(x.shape[1])
    out[:, day, day] += 1.0
    out *= sigma2[rows, None, None]
    return out


# --------------------------------------------------------------------------------- windows


def window_indicator(tau: IntArray, windows: IntArray) -> FloatArray:
    """Return ones where a day lies in a window; shape (W, L2) for ``windows`` of shape (W, 2)."""
    return ((tau >= windows[:, :1]) & (tau <= windows[:, 1:])).astype(np.float64)


def window_sums(values: FloatArray, indicator: FloatArray) -> tuple[FloatArray, IntArray]:
    """Sum the days that are there, in all windows at once.

    Returns
    -------
    tuple
        Sums of shape (N, W), NaN where a window has no day; number of days, shape (N, W).
    """
    there = np.isfinite(values)
    days = there.astype(np.float64) @ indicator.T
    sums = np.where(there, values, 0.0) @ indicator.T
    return np.where(days > 0, sums, np.nan), days.astype(np.int64)


def window_variances(covariance: FloatArray, indicator: FloatArray) -> FloatArray:
    """Return 1'V1 over the days that are there; shape (N, W), NaN where a window has no day."""
    n, length, _ = covariance.shape
    out = np.empty((n, len(indicator)))
    weights = np.ascontiguousarray(indicator.T)
    for rows in row_blocks(n, length * length):
        part = covariance[rows]
        there = np.isfinite(part)
        if not there.all():
            part = np.where(there, part, 0.0)
        out[rows] = np.einsum("ntw,tw->nw", part @ weights, weights)
    return np.where(out > 0.0, out, np.nan)


def buy_and_hold(r: FloatArray, expected: FloatArray, indicator: FloatArray) -> FloatArray:
    """Return prod(1 + r) - prod(1 + expected) over the days that are there, shape (N, W).

    Both sides are compounded over the same days (Barber and Lyon 1997).
    """
    there = np.isfinite(r) & np.isfinite(expected)
    held, normal = np.where(there, 1.0 + r, 1.0), np.where(there, 1.0 + expected, 1.0)
    out = np.empty((len(r), len(indicator)))
    inside = indicator.astype(bool)
    for rows in row_blocks(len(r), indicator.size):
        out[rows] = np.where(inside, held[rows, None, :], 1.0).prod(axis=2)
        out[rows] -= np.where(inside, normal[rows, None, :], 1.0).prod(axis=2)
    return np.where(there.astype(np.float64) @ indicator.T > 0, out, np.nan)


def moments(values: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return count, mean and standard deviation (divisor n - 1) of every column, NaN left out.

    The mean of no value and the deviation of fewer than two are NaN. A deviation that is only
    rounding beside the values is returned as exactly 0.
    """
    there = np.isfinite(values)
    n = there.sum(axis=0)
    filled = np.where(there, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = filled.sum(axis=0) / n
        apart = np.where(there, values - mean, 0.0)
        squares = np.einsum("nw,nw->w", apart, apart)
        squares = np.where(squares <= ROUNDING * (filled**2).sum(axis=0), 0.0, squares)
        deviation = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
    return n, mean, deviation


# ----------------------------------------------------------------------------------- ranks


def midranks(values: FloatArray) -> FloatArray:
    """Rank every row from 1, ties sharing their mean rank, NaN staying NaN."""
    n, length = values.shape
    out = np.empty((n, length))
    place = np.arange(length)
    for rows in row_blocks(n, length):
        part = values[rows]
        order = part.argsort(axis=1)
        ordered = np.take_along_axis(part, order, axis=1)
        ranks = np.broadcast_to(place + 1.0, part.shape)
        if length > 1 and (ordered[:, 1:] == ordered[:, :-1]).any():
            edge = np.ones((len(part), length + 1), dtype=bool)
            edge[:, 1:-1] = ordered[:, 1:] != ordered[:, :-1]
            first = np.maximum.accumulate(np.where(edge[:, :-1], place, 0), axis=1)
            last = np.where(edge[:, 1:], place, length)[:, ::-1]
            ranks = (first + np.minimum.accumulate(last, axis=1)[:, ::-1]) / 2.0 + 1.0
        np.put_along_axis(out[rows], order, np.where(np.isnan(ordered), np.nan, ranks), axis=1)
    return out


def insertion_rank_sums(
    values: FloatArray, inserted: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Rank each row together with one more value, for every such value, and sum over the rows.

    With T_i the number of values of row i and the inserted one together, U = rank / (T_i + 1) - 1/2
    (Kolari and Pynnönen 2011). The row is ranked once; inserting a value moves
    the larger ones up by one and the equal ones, and itself, by one half.

    Parameters
    ----------
    values
        Shape (N, L).
    inserted
        Shape (N, W); a row whose inserted value is NaN is left out of that column.

    Returns
    -------
    tuple
        Sum of U per place, shape (W, L), and its count, shape (W, L); sum of U of the inserted
        value, shape (W,), and its count, shape (W,).
    """
    (n, length), width = values.shape, inserted.shape[1]
    sums, counts = np.zeros((width, length)), np.zeros((width, length))
    own, own_count = np.zeros(width), np.zeros(width)
    for rows in row_blocks(n, length * width):
        part, new = values[rows], inserted[rows]
        there, valid = np.isfinite(part), np.isfinite(new)
        total = there.sum(axis=1) + 1.0
        weight = valid / (total + 1.0)[:, None]
        low = np.where(there, part, -np.inf)
        above = np.sign(low - np.where(valid, new, 0.0).T[:, :, None])
        above += 1.0
        above *= 0.5
        base = np.where(there, midranks(part) / (total + 1.0)[:, None] - 0.5, 0.0)
        sums += valid.T.astype(np.float64) @ base
        sums += (weight.T[:, None, :] @ above)[:, 0, :]
        counts += valid.T.astype(np.float64) @ there.astype(np.float64)
        rank = total - above.sum(axis=2)
        own += (weight.T * rank - 0.5 * valid.T).sum(axis=1)
        own_count += valid.sum(axis=0)
    return sums, counts, own, own_count
