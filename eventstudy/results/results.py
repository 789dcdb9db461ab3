"""The object a study returns: it answers, draws, explains, reports and saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from eventstudy.inference.catalogue import test_by_name
from eventstudy.inference.multiple import holm, max_t
from eventstudy.reporting.formats import plural, window
from eventstudy.reporting.tables import Column, Table
from eventstudy.results.comparison import comparison
from eventstudy.results.drawing import DrawnOutcome
from eventstudy.results.outcome import Outcome
from eventstudy.specification import ReportFormat


class EventStudyResults(DrawnOutcome):
    """What a study found.

    ``print(results)`` is one line, ``results.summary()`` a table, ``results.interpret()`` plain
    words. Frames: ``ar car sar aar caar params exclusions significance``. Every ``plot_*`` takes
    and returns ``Axes``. ``results.by("group")`` gives the same object for each group.
    """

    def __repr__(self) -> str:
        mark = " SIMULATED" if self.simulated else ""
        start, end = self.spec.windows.headline
        row = self._headline_row()
        return (
            f"<EventStudyResults{mark}: {len(self)} events, CAAR[{start}, {end}] "
            f"{row['mean_car']:+.2%}, {len(self.excluded)} excluded, "
            f"{len(self.warnings)} warnings>"
        )

    def _headline_row(self) -> pd.Series[Any]:
        frame = self.window_frame()
        start, end = self.spec.windows.headline
        return frame[(frame["start"] == start) & (frame["end"] == end)].iloc[0]

    # -- words and tables -------------------------------------------------------------------

    def summary(self, tests: Sequence[str] | None = None) -> Table:
        """Return the groups and windows as a table, with the p values of some tests.

        By default of the one test that the written rules of `eventstudy.inference.advice` lead
        with for each group, and beside it adjusted by Holm for all groups and windows of the table;
        ``results.significance`` has every test.
        """
        named = [test_by_name(name).name for name in tests or ()]
        records = []
        for group in self.content.groups:
            for _, row in group.windows.iterrows():
                bounds = (int(row["start"]), int(row["end"]))
                p = group.tests(bounds).set_index("test")["p_value"]
                record: dict[str, Any] = {"group": group.label, "window": window(bounds)}
                record |= {key: row[key] for key in ("n", "mean_car", "lower", "upper")}
                record |= {"leading": group.advised or "–", "p": p.get(group.advised)}
                records.append(record | {name: p.get(name) for name in named})
        shown = [Column(name, f"p {name}", "p_value") for name in named]
        adjusted = holm([record["p"] for record in records])
        family = int(np.isfinite(adjusted).sum())
        many = not shown and family > 1
        for record, p in zip(records, adjusted, strict=True):
            record["holm"] = float(p)
        columns = [
            Column("group", "Group", "text"),
            Column("window", "Window", "text"),
            Column("n", "Events", "integer"),
            Column("mean_car", "CAAR", "percent"),
            Column("lower", f"{self.spec.inference.level:.0%} from", "percent"),
            Column("upper", "to", "percent"),
            *(shown or [Column("leading", "Leading test", "text"), Column("p", "p", "p_value")]),
            *([Column("holm", "p Holm", "p_value")] if many else []),
        ]
        notes = [str(warning) for warning in self.warnings]
        if many:
            notes.insert(0, f"p Holm allows for the {family} p values of this table; p does not.")
        if self.simulated:
            notes.insert(0, "SIMULATED prices: nothing here happened.")
        if self.excluded:
            was = "was" if len(self.excluded) == 1 else "were"
            notes.append(
                f"{plural(len(self.excluded), 'event')} {was} left out; see the exclusions."
            )
        return Table.from_records(self.spec.study.title, columns, records, notes)

    def max_t(self, windows: Sequence[tuple[int, int]] | None = None) -> pd.DataFrame:
        """Return p values that allow for all windows and groups by their largest t statistic.

        `eventstudy.inference.multiple.max_t` over the groups of the study (all events when they are
        one group) and the reported windows, or ``windows``: t of the mean CAR clustered by date,
        its p value alone, and ``adjusted`` for the family. It needs events on several dates.
        """
        parts = {name: part.abnormal for name, part in self.by(self.spec.study.group_by).items()}
        chosen = tuple(windows or self.spec.windows.all_windows)
        return pd.DataFrame(
            [
                {
                    "group": one.group, "start": one.window[0], "end": one.window[1],
                    "statistic": one.statistic, "p_value": one.p_value, "adjusted": one.adjusted,
                    "n": one.n_events, "note": one.note,
                }
                for one in max_t(parts, chosen)
            ]
        )  # fmt: skip

    def headline(self) -> str:
        """Return the answer in one sentence."""
        return self.content.headline

    def interpret(self) -> str:
        """Return what happened in plain words, never more than the tests show."""
        return "\n\n".join((self.content.headline, *self.content.paragraphs))

    def _repr_html_(self) -> str:
        return self.summary().to_html()

    def compare(self, other: Outcome, labels: tuple[str, str] = ("this", "other")) -> pd.DataFrame:
        """Return the difference of mean CARs to another result, window by window."""
        return comparison(self, other, labels)

    def regression(self, event_id: str) -> Any:
        """Return the market model of one event as a fitted statsmodels OLS, to look inside."""
        import statsmodels.api as sm

        row = self._row(event_id)
        there = self.panel.usable_est[row]
        r = self.panel.r_est[row, there]
        if self.panel.rf_est is not None:
            r = r - self.panel.rf_est[row, there]
        x = pd.DataFrame(self.panel.x_est[row, there], columns=list(self.panel.regressors))
        days = pd.Index(self.panel.tau_est[there], name="tau")
        return sm.OLS(
            pd.Series(r, days, name=self.panel.tickers[row]), sm.add_constant(x.set_index(days))
        ).fit()

    # -- files ------------------------------------------------------------------------------

    def write_report(
        self,
        folder: str | Path,
        *,
        formats: Sequence[ReportFormat] | None = None,
        length: Literal["brief", "full"] = "full",
        rerun: Mapping[str, Any] | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> tuple[Path, ...]:
        """Write the report into ``folder``; an old report is replaced as a whole.

        ``length="brief"`` gives a PDF of two pages; ``rerun`` is what ``eventstudy rerun`` needs.
        """
        from eventstudy.reporting.report import write_report

        if progress is not None:
            progress("writing the report", 0, 1)
        paths = write_report(
            self.content,
            Path(folder),
            formats=tuple(formats or self.spec.report.formats),
            length=length,
            rerun=rerun,
        )
        if progress is not None:
            progress("writing the report", 1, 1)
        return paths

    def to_dict(self) -> dict[str, Any]:
        """Return the answer, groups, windows, tests and exclusions as JSON values.

        They conform to ``docs/schema/results.schema.json``.
        """
        from eventstudy.results.document import results_document

        return results_document(self.content, len(self)).model_dump(mode="json")

    def to_csv(self, folder: str | Path) -> tuple[Path, ...]:
        """Write every frame as a CSV file into ``folder``; no text becomes a formula."""
        from eventstudy.results.exports import to_csv

        return to_csv(self._sheets(), Path(folder))

    def to_parquet(self, folder: str | Path) -> tuple[Path, ...]:
        """Write every frame as a parquet file into ``folder``."""
        from eventstudy.results.exports import to_parquet

        return to_parquet(self._sheets(), Path(folder))

    def to_excel(self, path: str | Path) -> Path:
        """Write every frame as a sheet of one workbook; no text ever becomes a formula."""
        from eventstudy.results.exports import to_excel

        return to_excel(self._sheets(), Path(path))

    def to_latex(self) -> str:
        """Return the summary as a LaTeX table (booktabs)."""
        return self.summary().to_latex()

    def to_markdown(self) -> str:
        """Return the summary as a Markdown table."""
        return self.summary().to_markdown()

    def save(self, path: str | Path) -> Path:
        """Write everything into one file; `load` gives the same results again."""
        from eventstudy.results.archive import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> EventStudyResults:
        """Read what `save` wrote; neither prices nor articles are needed."""
        from eventstudy.results.archive import load

        return cls(**load(Path(path)))

    def _sheets(self) -> dict[str, pd.DataFrame]:
        return {
            "events": self.content.events,
            "windows": self.window_frame(),
            "significance": self.significance,
            "caar": self.caar_frame().reset_index(),
            "abnormal_returns": self.to_frame("day"),
            "params": self.params.reset_index(),
            "exclusions": self.exclusions,
        }
