"""The numbers of a study and the questions that can be asked of them.

Questions answer with new frames; nothing here changes after `EventStudy.run`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eventstudy.errors import EventStudyWarning, SpecificationError, WindowError
from eventstudy.estimation.abnormal import AbnormalReturns
from eventstudy.estimation.kernels import moments
from eventstudy.estimation.models import NormalReturnFit
from eventstudy.estimation.panel import EventPanel
from eventstudy.events.event import Event, Exclusion
from eventstudy.events.proposals import ArticleLink
from eventstudy.events.table import EventSet
from eventstudy.inference.catalogue import run_tests, test_by_name
from eventstudy.inference.multiple import adjust
from eventstudy.inference.significance import SignificanceResult
from eventstudy.market.confounders import Confounder
from eventstudy.market.findings import Finding
from eventstudy.market.placement import PlacedEvent
from eventstudy.market.verdicts import Verdict
from eventstudy.robustness.claims import CheckedClaim
from eventstudy.specification import StudySpec

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a run produced, aligned by event: row i of every array is ``placed[i]``.

    Attributes
    ----------
    spec, name
        The specification that was run, and the study's name.
    table
        Every event of the study, estimated or not.
    placed
        The N estimated events with their day zeros.
    panel, fit, abnormal
        Returns in event time, the fitted model and the abnormal returns.
    paths
        Security and benchmark over the event window, 100 at the last price before it or at
        day -1, shape (N, L2, 2); NaN where there is no price.
    market
        Level of the benchmark of most events (`main_benchmark`) on the sessions of ``panel``,
        shape (T,); NaN where there is no price.
    planted
        Abnormal return that a simulated market planted on day zero, shape (N,); NaN otherwise.
    excluded
        Every event that was not estimated, with its reason.
    warnings, findings, verdicts
        What a reader must know about the events and about the prices, and what follows for each
        security.
    confounders
        Dividends, splits and earnings dates in the events' windows.
    links
        Which announcement of which article speaks of which event.
    claims
        What the articles say of prices, checked; empty when prices are simulated.
    simulated
        True when the prices are invented.
    provenance
        What the numbers rest on: JSON values, no clock time.
    """

    spec: StudySpec
    name: str
    table: EventSet
    placed: tuple[PlacedEvent, ...]
    panel: EventPanel
    fit: NormalReturnFit
    abnormal: AbnormalReturns
    paths: FloatArray
    market: FloatArray
    planted: FloatArray
    excluded: tuple[Exclusion, ...] = ()
    warnings: tuple[EventStudyWarning, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    confounders: tuple[Confounder, ...] = ()
    links: tuple[ArticleLink, ...] = ()
    claims: tuple[CheckedClaim, ...] = ()
    simulated: bool = False
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.placed)

    @property
    def events(self) -> tuple[Event, ...]:
        """The N estimated events."""
        return tuple(item.event for item in self.placed)

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The ids of the estimated events."""
        return self.panel.event_ids

    def take(self, rows: IntArray) -> Self:
        """Return the outcome of some of the events, given by their rows."""
        return replace(
            self,
            placed=tuple(self.placed[i] for i in rows),
            panel=self.panel.take(rows),
            fit=self.fit.take(rows),
            abnormal=self.abnormal.take(rows),
            paths=self.paths[rows],
            planted=self.planted[rows],
        )

    def by(self, column: str) -> dict[str, Self]:
        """Return one outcome per value of a column of the event file, in order of appearance.

        ``column`` is any attribute of `Event`: ``group``, ``event_type``, ``company``, ...; events
        for which it is unknown are under ``""``.
        """
        if column not in Event.__dataclass_fields__:
            raise SpecificationError(
                f"Events have no column {column!r}; there are "
                f"{', '.join(Event.__dataclass_fields__)}.",
                column=column,
            )
        known = (getattr(event, column) for event in self.events)
        values = ["" if value is None else str(value) for value in known]
        return {
            value: self.take(np.flatnonzero(np.array(values) == value))
            for value in dict.fromkeys(values)
        }

    # -- abnormal returns -------------------------------------------------------------------

    def _frame(self, values: FloatArray) -> pd.DataFrame:
        return pd.DataFrame(
            values,
            index=pd.Index(self.event_ids, name="event_id"),
            columns=pd.Index(self.panel.tau_evt, name="tau"),
        )

    @property
    def ar(self) -> pd.DataFrame:
        """Abnormal returns, events by relative days; decimal fractions."""
        return self._frame(self.abnormal.ar)

    @property
    def sar(self) -> pd.DataFrame:
        """Abnormal returns over their standard prediction errors, events by relative days."""
        return self._frame(self.abnormal.sar)

    @property
    def car(self) -> pd.DataFrame:
        """Abnormal returns cumulated from the first day of the event window, on days there."""
        there = ~np.isnan(self.abnormal.ar)
        summed = np.cumsum(np.where(there, self.abnormal.ar, 0.0), axis=1)
        return self._frame(np.where(np.cumsum(there, axis=1) > 0, summed, np.nan))

    @property
    def aar(self) -> pd.Series[float]:
        """Average abnormal return per relative day."""
        return self.caar_frame()["aar"]

    @property
    def caar(self) -> pd.Series[float]:
        """Average cumulated abnormal return per relative day."""
        return self.caar_frame()["caar"]

    def caar_frame(self, level: float | None = None) -> pd.DataFrame:
        """Return per relative day: aar, aar_se, n, caar, se, lower, upper.

        Standard errors are cross-sectional and the bounds use Student's t with n - 1 degrees of
        freedom, at ``level`` (the study's by default). One event alone has the standard error of
        its prediction and the degrees of freedom of its fit.
        """
        day, path = self.abnormal.aar(), self.abnormal.caar()
        aar_se, se, df = day.standard_error, path.standard_error, path.n - 1
        if len(self) == 1:
            aar_se, se, df = day.model_error, path.model_error, self.abnormal.df
        half = _t_quantile(self._level(level), df) * se
        return pd.DataFrame(
            {
                "aar": day.mean, "aar_se": aar_se, "n": day.n,
                "caar": path.mean, "se": se,
                "lower": path.mean - half, "upper": path.mean + half,
            },
            index=pd.Index(self.panel.tau_evt, name="tau"),
        )  # fmt: skip

    def conf_int(self, level: float | None = None) -> pd.DataFrame:
        """Return the confidence bounds of the CAAR per relative day."""
        return self.caar_frame(level)[["lower", "upper"]]

    def car_over(self, start: int, end: int) -> pd.Series[float]:
        """Return each event's cumulated abnormal return over [start, end], both inclusive."""
        self._check_window(start, end)
        return pd.Series(self.abnormal.car(start, end), self.ar.index, name="car")

    def over(self, start: int, end: int) -> pd.DataFrame:
        """Return per event over [start, end]: car, se, lower, upper, t, p_value, bhar.

        The standard error is that of the prediction (Patell, 1976): estimation error and all
        covariances between the window's days included; t has the fit's degrees of freedom.
        """
        car = self.car_over(start, end)
        se = np.sqrt(self.abnormal.car_variance(start, end))
        half = _t_quantile(self.spec.inference.level, self.abnormal.df) * se
        with np.errstate(divide="ignore", invalid="ignore"):
            t = car.to_numpy() / se
        return pd.DataFrame(
            {
                "car": car, "se": se, "lower": car - half, "upper": car + half, "t": t,
                "p_value": _t_p_value(t, self.abnormal.df),
                "bhar": self.abnormal.bhar(start, end),
            }
        )  # fmt: skip

    def window_frame(self, level: float | None = None) -> pd.DataFrame:
        """Return one row per reported window: n, mean CAR with bounds, median, share, BHAR."""
        windows = self.spec.windows.all_windows
        over = self.abnormal.over(windows)
        car = over.car
        n, mean, deviation = moments(car)
        with np.errstate(divide="ignore", invalid="ignore"):
            se, df = deviation / np.sqrt(n), n - 1
            positive = (car > 0).sum(axis=0) / n
        if len(self) == 1:
            se, df = np.sqrt(over.variance[0]), self.abnormal.df
        half = _t_quantile(self._level(level), df) * se
        bhar = np.column_stack([self.abnormal.bhar(*window) for window in windows])
        frame = pd.DataFrame(windows, columns=["start", "end"])
        return frame.assign(
            n=n,
            mean_car=mean,
            se=se,
            lower=mean - half,
            upper=mean + half,
            median=pd.DataFrame(car).median().to_numpy(),
            share_positive=positive,
            mean_bhar=moments(bhar)[1],
        )

    @property
    def params(self) -> pd.DataFrame:
        """The fitted model per event: its coefficients, sigma2, n_obs, df_resid.

        The slope on the benchmark is called ``beta``, the others by their factors.
        """
        fit, benchmark = self.fit, self.spec.exchanges.label
        names = ["beta" if name == benchmark else name for name in fit.param_names]
        index = pd.Index(self.event_ids, name="event_id")
        frame = pd.DataFrame(fit.params, index=index, columns=names)
        return frame.assign(sigma2=fit.sigma2, n_obs=fit.n_obs, df_resid=fit.df_resid)

    def to_frame(self, kind: str = "event") -> pd.DataFrame:
        """Return a tidy frame: ``"event"`` one row per event, ``"day"`` one per event and day."""
        if kind == "event":
            facts = self.table.to_frame().set_index("event_id").loc[list(self.event_ids)]
            zero = pd.Series(self.panel.day_zero, facts.index, name="day_zero")
            return facts.join([zero, self.over(*self.spec.windows.headline), self.params])
        if kind == "day":
            days = self.panel.tau_evt
            return pd.DataFrame(
                {
                    "event_id": np.repeat(self.event_ids, len(days)),
                    "tau": np.tile(days, len(self)),
                    "ar": self.abnormal.ar.ravel(),
                    "sar": self.abnormal.sar.ravel(),
                }
            )
        raise SpecificationError(f"There is no frame {kind!r}; ask for 'event' or 'day'.")

    # -- significance -----------------------------------------------------------------------

    @cached_property
    def results_of_tests(self) -> tuple[SignificanceResult, ...]:
        """Every test over every reported window."""
        return run_tests(self.abnormal, self.spec.windows.all_windows, self.spec.inference.tests)

    @property
    def significance(self) -> pd.DataFrame:
        """One row per test and window: statistic, distribution, df, p value, n, null, reference.

        ``p_holm`` and ``p_bh`` (Benjamini and Hochberg) allow for the windows of the same test.
        """
        return pd.DataFrame(
            [
                {
                    "test": result.name, "label": result.label, "start": result.window[0],
                    "end": result.window[1], "statistic": result.statistic,
                    "distribution": str(result.distribution), "df": result.df,
                    "p_value": result.p_value, "p_holm": one.holm,
                    "p_bh": one.benjamini_hochberg, "n": result.n_events, "null": result.null,
                    "reference": result.reference, "note": result.note,
                }
                for one in adjust(self.results_of_tests) for result in (one.result,)
            ]
        )  # fmt: skip

    def test(self, name: str, window: tuple[int, int] | None = None) -> SignificanceResult:
        """Return one test over one window (the headline window by default).

        ``name`` is a test's name, such as ``"BMP"`` or ``"KP-BMP"``; hyphens, spaces and capitals
        do not matter.
        """
        wanted = window or self.spec.windows.headline
        self._check_window(*wanted)
        return run_tests(self.abnormal, [wanted], [test_by_name(name)])[0]

    # -- what was left out ------------------------------------------------------------------

    @property
    def exclusions(self) -> pd.DataFrame:
        """One row per event that was not estimated: who, why, and the facts of the case."""
        facts = {event.event_id: event for event in self.table}
        rows = [
            {
                "event_id": item.event_id,
                "company": event.company if (event := facts.get(item.event_id)) else "",
                "ticker": event.ticker if event else "",
                "reason": item.reason.value,
                "detail": item.detail,
            }
            for item in self.excluded
        ]
        return pd.DataFrame(rows, columns=["event_id", "company", "ticker", "reason", "detail"])

    def _level(self, level: float | None) -> float:
        chosen = self.spec.inference.level if level is None else level
        if not 0 < chosen < 1:
            raise SpecificationError(f"level {chosen!r} is not between 0 and 1, such as 0.95.")
        return chosen

    def _check_window(self, start: int, end: int) -> None:
        first, last = self.spec.windows.event
        if not first <= start <= end <= last:
            raise WindowError(
                f"The window [{start}, {end}] is not inside the event window [{first}, {last}]; "
                "run the study with a wider one.",
                window=(start, end),
            )


def main_benchmark(spec: StudySpec, tickers: Sequence[str]) -> str:
    """Return the benchmark that most of the securities are held against."""
    counts = Counter(spec.exchanges.of(ticker).benchmark for ticker in tickers)
    return counts.most_common(1)[0][0] if counts else spec.exchanges.home.benchmark


def _t_quantile(level: float, df: IntArray | FloatArray) -> FloatArray:
    """Return Student's t quantile of a two-sided interval; NaN where df < 1."""
    from scipy.special import stdtrit

    quantile = stdtrit(np.maximum(df, 1).astype(np.float64), 0.5 + level / 2)
    return np.where(np.asarray(df) >= 1, quantile, np.nan)


def _t_p_value(t: FloatArray, df: IntArray | FloatArray) -> FloatArray:
    """Return the two-sided p value of Student's t, from its lower tail; NaN where t is."""
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(df, -np.abs(t)), dtype=np.float64)
