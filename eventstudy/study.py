"""A study: events, a specification and a source of prices, ready to be checked and run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from eventstudy.errors import EventStudyError, Mistake, SpecificationError
from eventstudy.events.proposals import Proposals, merge
from eventstudy.events.reference import ReferenceTable
from eventstudy.events.rewriting import update_csv
from eventstudy.events.table import EventSet
from eventstudy.market.earnings import Earnings, earnings_file, read_earnings
from eventstudy.market.layouts import DeclaredReturns
from eventstudy.market.prices import PriceSource
from eventstudy.market.sources import open_source, with_symbol_history
from eventstudy.pipeline import (
    StageProgress,
    calendars_for,
    read_factor_table,
    run_pipeline,
    say,
)
from eventstudy.results.results import EventStudyResults
from eventstudy.robustness.claims import CheckedClaim, check_claims
from eventstudy.specification import StudySpec

if TYPE_CHECKING:
    from eventstudy.articles.extraction import Extraction
    from eventstudy.articles.reading import Article


#: A change needs the close before, which may lie beyond a long holiday.
_WEEK_BEFORE = timedelta(days=10)


@dataclass(frozen=True, eq=False)
class EventStudy:
    """Events, a specification, and where prices come from: ready to run.

    Attributes
    ----------
    spec
        The checked specification.
    events
        The event table.
    folder
        The study's folder; relative paths of the specification start here.
    name
        Under which the report is filed.
    source
        A source of prices that takes the place of the one the specification names.
    """

    spec: StudySpec
    events: EventSet
    folder: Path = field(default_factory=Path)
    name: str = "study"
    source: PriceSource | None = None

    def __repr__(self) -> str:
        source = self.source.name if self.source else self.spec.prices.source
        return (
            f"<EventStudy {self.name!r}: {len(self.events)} events, {self.spec.model.name}, "
            f"prices {source}>"
        )

    # -- making one -------------------------------------------------------------------------

    @classmethod
    def from_file(cls, path: str | Path) -> EventStudy:
        """Read a study folder, or its ``study.toml``.

        Raises
        ------
        SpecificationError
            With every mistake of the study file at once.
        EventError
            When the event file cannot be read as a whole.
        """
        path = Path(path)
        file = path / "study.toml" if path.is_dir() or path.suffix != ".toml" else path
        spec = StudySpec.from_toml(file)
        folder = file.parent
        return cls(
            spec=spec,
            events=EventSet.from_csv(folder / spec.study.events),
            folder=folder,
            name=folder.resolve().name,
        )

    @classmethod
    def from_events(
        cls,
        events: EventSet | pd.DataFrame | str | Path,
        prices: PriceSource | str = "yahoo",
        **settings: Any,
    ) -> EventStudy:
        """Make a study from a table of events, in a notebook or a script.

        Parameters
        ----------
        events
            An `EventSet`, a frame with its columns, or the path of a CSV file.
        prices
            A source, or its name as in ``study.toml``.
        **settings
            Settings of ``study.toml``, the dot written as two underscores:
            ``prices__benchmark="QQQ"``, ``windows__headline=(0, 2)``.
        """
        if isinstance(events, pd.DataFrame):
            events = EventSet.from_frame(events)
        elif not isinstance(events, EventSet):
            events = EventSet.from_csv(events)
        study = cls(StudySpec(), events)
        changes = {key.replace("__", "."): value for key, value in settings.items()}
        return study.with_settings(changes).with_prices(prices)

    def with_settings(self, changes: Mapping[str, Any]) -> EventStudy:
        """Return the study with some settings changed, e.g. ``{"prices.benchmark": "QQQ"}``.

        A new ``prices.source`` takes the place of a source that was handed in.
        """
        values = self.spec.model_dump()
        for key, value in changes.items():
            part, _, name = key.partition(".")
            values.setdefault(part, {})[name] = value
        study = replace(self, spec=StudySpec.from_mapping(values, origin="The changed study"))
        return replace(study, source=None) if "prices.source" in changes else study

    def with_prices(self, source: PriceSource | str, base: Path | None = None) -> EventStudy:
        """Return the study with other prices: a source, or its name as in ``study.toml``.

        A relative ``files:PATH`` starts from ``base``, the current folder by default.
        """
        if not isinstance(source, str):
            return replace(self, source=with_symbol_history(source))
        study = self.with_settings({"prices.source": source})
        if source == "simulated":
            return study
        return replace(study, source=study.open_source(base or Path()))

    # -- articles ---------------------------------------------------------------------------

    @property
    def article_paths(self) -> tuple[Path, ...]:
        """The article files of the study, in the order of their names."""
        found = (path for pattern in self.spec.study.articles for path in self.folder.glob(pattern))
        return tuple(sorted({path for path in found if path.is_file()}))

    def read_articles(
        self, progress: StageProgress | None = None
    ) -> list[tuple[Article, Extraction]]:
        """Read the study's articles: announcements and price claims with their evidence."""
        from eventstudy.articles.extraction import extract
        from eventstudy.articles.reading import read_article

        paths = self.article_paths
        found = []
        for done, path in enumerate(paths):
            say(progress, "reading articles", done, len(paths))
            article = replace(read_article(path), path=path.relative_to(self.folder).as_posix())
            found.append((article, extract(article)))
        if paths:
            say(progress, "reading articles", len(paths), len(paths))
        return found

    def add_proposals(
        self,
        found: Iterable[tuple[Article, Extraction]],
        reference: ReferenceTable | None = None,
    ) -> Proposals:
        """Write what articles announce into the event file; doing it again changes nothing.

        Known events of a reference table refine the coarse dates of unreviewed rows.
        """
        proposals = merge(self.events, found, reference)
        update_csv(self.folder / self.spec.study.events, self.events, proposals.events)
        return proposals

    # -- checking ---------------------------------------------------------------------------

    def mistakes(self) -> list[Mistake]:
        """Return what would go wrong, without fetching a price."""
        found = [
            Mistake(f"{self.spec.study.events}: {item.event_id}", item.detail)
            for item in self.events.exclusions
        ]
        found.extend(
            Mistake("study.articles", f"no file matches {pattern!r} in {self.folder}")
            for pattern in self.spec.study.articles
            if not any(self.folder.glob(pattern))
        )
        found.extend(self._step_mistakes())
        for place_, check in (
            ("study.articles", self.read_articles),
            ("prices.source", self._source),
            ("model.factors", lambda: read_factor_table(self.spec, self.folder)),
            ("prices.earnings", self._earnings_of_file),
            ("prices.calendar", lambda: calendars_for(self.spec, self.events.events, self.folder)),
        ):
            try:
                check()
            except EventStudyError as error:
                found.append(Mistake(place_, str(error)))
        return found

    # -- running ----------------------------------------------------------------------------

    def run(self, progress: StageProgress | None = None) -> EventStudyResults:
        """Run the study; see `eventstudy.pipeline.run_pipeline`.

        Raises
        ------
        DataSourceError
            When prices cannot be had, or the benchmark has none.
        SpecificationError
            When no event has the step that ``[study] step`` names.
        TooManyExcluded
            When fewer events are left than ``[study] min_events``.
        """
        if mistakes := self._step_mistakes():
            raise SpecificationError("The study names a step that no event has.", mistakes)
        return run_pipeline(
            self.spec,
            self.events,
            self.read_articles(progress),
            self._source(),
            name=self.name,
            folder=self.folder,
            progress=progress,
        )

    def check_claims(self, progress: StageProgress | None = None) -> tuple[CheckedClaim, ...]:
        """Check what the study's articles say of prices against the prices.

        Raises
        ------
        SpecificationError
            When the study's prices are simulated: they can prove nothing.
        """
        source = self._source()
        if source is None or source.simulated:
            raise SpecificationError(
                "Simulated prices cannot confirm a claim; name real ones: --prices yahoo or "
                "--prices files:PATH."
            )
        found = self.read_articles(progress)
        claims = [claim for _, extraction in found for claim in extraction.price_claims]
        days = [day for claim in claims for day in (claim.date.start, claim.date.end) if day]
        tickers = list(dict.fromkeys(claim.ticker for claim in claims if claim.ticker))
        if not days or not tickers:
            return ()
        prices = source.fetch(tickers, min(days) - _WEEK_BEFORE, max(days) + _WEEK_BEFORE)
        return check_claims(found, prices)

    def _step_mistakes(self) -> list[Mistake]:
        """Return a mistake when no event of the table has the step to be studied."""
        step = self.spec.study.step
        known = dict.fromkeys(("first", "all", *(e.step for e in self.events if e.step)))
        if step in known:
            return []
        return [
            Mistake(
                "study.step", f"no event has the step {step!r}; write one of {', '.join(known)}"
            )
        ]

    def _earnings_of_file(self) -> Mapping[str, tuple[Earnings, ...]]:
        file = earnings_file(self.spec.prices.earnings)
        return read_earnings(self.folder / file) if file else {}

    def _source(self) -> PriceSource | None:
        """Return where prices come from; None is the simulated market."""
        if self.source is not None:
            return self.source
        if self.spec.prices.source == "simulated":
            return None
        return self.open_source(self.folder)

    def open_source(self, base: Path) -> PriceSource:
        """Return the source that the specification names; a relative path starts from ``base``."""
        prices = self.spec.prices
        return open_source(
            prices.source,
            base=base,
            store=prices.store_in(self.folder),
            base_url=prices.base_url,
            columns={str(field): name for field, name in prices.columns.items()},
            returns=DeclaredReturns(prices.file_returns, prices.file_units),
        )
