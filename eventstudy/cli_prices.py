"""The commands ``eventstudy prices``: what the store holds, and whether prices can be trusted."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventstudy.errors import SpecificationError
from eventstudy.symbols import current_symbol

if TYPE_CHECKING:
    from datetime import date

    from eventstudy.market.earnings import KnownEarnings
    from eventstudy.market.prices import PriceTable, TickerOutcome
    from eventstudy.market.store import Coverage, PriceStore
    from eventstudy.study import EventStudy

EXIT_FAULTS = 1
#: What became of a ticker when its service answered: it has prices, or is not known there.
_SETTLED = ("rows", "missing_symbol")
#: Days of prices that are fetched or checked when no first day is given.
_FIVE_YEARS = timedelta(days=1826)

_store_option = click.option(
    "--store",
    "location",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The store's file; the user's own by default.",
)
_first_option = click.option("--from", "first", metavar="DAY", help="First day, YYYY-MM-DD.")
_last_option = click.option("--to", "last", metavar="DAY", help="Last day; today by default.")
_tickers_argument = click.argument("tickers", nargs=-1, metavar="[TICKERS]...")


@click.group()
def prices() -> None:
    """Fetch, look at, check, copy and clear the stored prices."""


@prices.command()
@_tickers_argument
@click.option("--study", type=click.Path(path_type=Path), help="Fetch what this study needs.")
@click.option("--source", help="The service to ask; the study's, or yahoo.")
@_first_option
@_last_option
@click.option("--refresh", is_flag=True, help="Ask for everything anew, whatever is stored.")
@_store_option
def fetch(
    tickers: tuple[str, ...],
    study: Path | None,
    source: str | None,
    first: str | None,
    last: str | None,
    refresh: bool,
    location: Path | None,
) -> None:
    """Fetch prices of TICKERS, or of all securities of a study, into the store.

    From yahoo their earnings dates, too. Ends with 1 when the service failed for a ticker.
    """
    from eventstudy.market.earnings import EarningsSource
    from eventstudy.market.sources import open_source, remote_sources
    from eventstudy.specification_market import PricesPart
    from eventstudy.study import EventStudy

    loaded = EventStudy.from_file(study) if study else None
    needed, span = _needs(loaded) if loaded else ((), None)
    asked = loaded.spec.prices if loaded else PricesPart(source="yahoo")
    wanted = list(dict.fromkeys((*tickers, *needed)))
    if not wanted:
        raise click.UsageError("Name tickers, or a study with --study.")
    service = source or (asked.source if asked.source in remote_sources() else "yahoo")
    if service not in remote_sources():
        raise SpecificationError(
            f"{service} is no service whose prices are stored; write one of "
            f"{', '.join(remote_sources())}."
        )
    kept = asked.store_in(loaded.folder) if loaded and not location else None
    store = kept or _store(location)
    start, end = _span(store, first, last, span)
    address = asked.base_url if service == asked.source else None
    opened = open_source(service, base=Path(), store=store, base_url=address, refresh=refresh)
    with click.progressbar(length=len(wanted), label="Fetching", file=sys.stderr) as bar:
        table = opened.fetch(wanted, start, end, lambda *step: bar.update(step[0] - bar.pos))
    _show_outcomes(table.outcomes.values())
    if isinstance(opened, EarningsSource):
        _show_earnings(opened.earnings(list(map(current_symbol, table.tickers)), end))
    _show_notices(store)
    if any(outcome.status not in _SETTLED for outcome in table.outcomes.values()):
        sys.exit(EXIT_FAULTS)


@prices.command()
@_store_option
def status(location: Path | None) -> None:
    """Show what the store holds."""
    store = _store(location)
    known = store.contents()
    size = store.path.stat().st_size / 1e6
    click.echo(f"{store.path}  ({size:,.1f} MB)")
    _show_coverage(known)
    _show_notices(store)


@prices.command()
@click.argument("source", required=False)
@click.option("--ticker", "tickers", multiple=True, help="Check this one; may be repeated.")
@click.option("--calendar", default="XNYS", show_default=True, help="The exchange's calendar.")
@click.option("--benchmark", default="SPY", show_default=True)
@_store_option
def check(
    source: str | None,
    tickers: tuple[str, ...],
    calendar: str,
    benchmark: str,
    location: Path | None,
) -> None:
    """Check the store's file, or the quality of the prices of SOURCE.

    SOURCE is files:PATH, or a service whose stored prices are meant. Ends with 1 when the file has
    a fault, or a series is missing, cannot be read or would be excluded.
    """
    if source is None:
        store = _store(location)
        faults = store.faults()
        for fault in faults:
            click.echo(fault)
        _show_notices(store)
        click.echo(f"{store.path}: {len(faults)} faults")
        sys.exit(EXIT_FAULTS if faults or store.notices else 0)
    if _check_quality(_read(source, tickers, location), calendar, benchmark):
        sys.exit(EXIT_FAULTS)


@prices.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_tickers_argument
@_store_option
def export(file: Path, tickers: tuple[str, ...], location: Path | None) -> None:
    """Write the store, or TICKERS of it, to a parquet FILE."""
    from eventstudy.market.store_copies import export_store

    written = export_store(_store(location), file, tickers or None)
    click.echo(f"wrote {len(written)} series, {sum(c.rows for c in written):,} rows, to {file}")


@prices.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_store_option
def import_(file: Path, location: Path | None) -> None:
    """Take a FILE that `eventstudy prices export` wrote into the store."""
    from eventstudy.market.store_copies import import_store

    taken = import_store(_store(location), file)
    click.echo(f"took {len(taken)} series, {sum(c.rows for c in taken):,} rows, from {file}")


@prices.command()
@_tickers_argument
@click.option("--all", "everything", is_flag=True, help="Forget everything.")
@_store_option
def clear(tickers: tuple[str, ...], everything: bool, location: Path | None) -> None:
    """Forget the stored prices of TICKERS, or all of them with --all."""
    if bool(tickers) == everything:
        raise click.UsageError("Name tickers, or write --all.")
    gone = _store(location).clear(None if everything else tickers)
    click.echo(f"forgot {gone} series")


# -- what the commands share ----------------------------------------------------------------------


def _store(location: Path | None) -> PriceStore:
    from eventstudy.market.store import PriceStore

    return PriceStore(location) if location else PriceStore()


def _needs(study: EventStudy) -> tuple[tuple[str, ...], tuple[date, date]]:
    """Return the tickers of a study and the days that its windows touch."""
    from eventstudy.pipeline import calendars_for

    spec = study.spec
    calendars = calendars_for(spec, study.events.events, study.folder)
    first = min(calendar.sessions[0] for calendar in calendars.values()).item()
    last = max(calendar.sessions[-1] for calendar in calendars.values()).item()
    further = *spec.exchanges.benchmarks, *spec.model.benchmarks, *spec.model.donors
    tickers = (event.ticker for event in study.events if event.ticker)
    return tuple(dict.fromkeys((*further, *tickers))), (first, last)


def _span(
    store: PriceStore, first: str | None, last: str | None, span: tuple[date, date] | None
) -> tuple[date, date]:
    today = store.clock().date()
    default = span or (today - _FIVE_YEARS, today)
    start = _day(first, "--from") if first else default[0]
    end = _day(last, "--to") if last else default[1]
    if start > end:
        raise click.UsageError(f"--from {start} is after --to {end}.")
    return start, end


def _day(text: str, option: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no day; write YYYY-MM-DD", param_hint=option
        ) from None


def _read(source: str, tickers: Sequence[str], location: Path | None) -> PriceTable:
    """Return the prices of a source: a file's own tickers, or the stored ones of a service."""
    from eventstudy.market.files import read_prices
    from eventstudy.market.prices import InMemorySource
    from eventstudy.market.sources import check_source, remote_sources, stored_prices

    try:
        check_source(source)
    except SpecificationError as error:
        raise SpecificationError(f"Unknown source of prices {source!r}; {error}.") from None
    kind, _, path = source.partition(":")
    store = _store(location)
    if kind == "files":
        table = read_prices(Path(path.strip()).expanduser())
        if not tickers or not len(table.sessions):
            return table
        span = table.sessions[0].item(), table.sessions[-1].item()
        return InMemorySource(table).fetch(tickers, *span)
    if kind not in remote_sources():
        raise SpecificationError(
            f"{source} has no stored prices to check; write files:PATH or one of "
            f"{', '.join(remote_sources())}."
        )
    known = [c.symbol for c in store.contents() if c.source == kind and c.rows]
    if not known:
        raise SpecificationError(f"The store {store.path} holds no prices of {source}; fetch some.")
    return stored_prices(kind, store, tickers or known)


def _check_quality(table: PriceTable, calendar: str, benchmark: str) -> int:
    """Show every finding and verdict; return how many series are lacking or would be excluded."""
    from eventstudy.market.calendars import TradingCalendar
    from eventstudy.market.quality import check_prices
    from eventstudy.market.verdicts import verdicts

    lacking = [outcome for outcome in table.outcomes.values() if outcome.status != "rows"]
    if not table.tickers and not lacking:
        raise SpecificationError(f"{table.source} has no prices to check.")
    _show_outcomes(lacking)
    if not table.tickers:
        return len(lacking)
    sessions = TradingCalendar.exchange(
        calendar, table.sessions[0].item(), table.sessions[-1].item()
    )
    findings = check_prices(table, sessions, benchmark)
    for finding in findings:
        click.echo(
            f"{finding.severity:<8} {finding.ticker:<8} {finding.day}  {finding.check:<16} "
            f"{finding.detail}"
        )
    judged = verdicts(table, sessions, findings)
    for verdict in judged:
        if verdict.verdict == "excluded":
            click.echo(f"excluded {verdict.ticker:<8} {'; '.join(verdict.reasons)}")
    counts = Counter(verdict.verdict for verdict in judged)
    click.echo(", ".join(f"{n:,} {verdict}" for verdict, n in counts.most_common()))
    return counts["excluded"] + len(lacking)


def _show_coverage(known: Sequence[Coverage]) -> None:
    for c in known:
        rows = f"{c.rows:>6,} rows" if c.rows else "not known there"
        unit = f" ({c.currency})" if c.currency else ""
        click.echo(
            f"  {c.symbol:<10} {c.source:<14} {c.first} to {c.last}  {rows}{unit}, "
            f"fetched {c.fetched_at:%Y-%m-%d}"
        )
    click.echo(f"{sum(c.rows > 0 for c in known)} series, {sum(c.rows for c in known):,} rows")


def _show_outcomes(outcomes: Iterable[TickerOutcome]) -> None:
    for outcome in outcomes:
        if outcome.status == "rows":
            said = f"{outcome.rows:,} rows from {outcome.first} to {outcome.last}"
        else:
            said = outcome.status.replace("_", " ")
        detail = f" ({outcome.detail})" if outcome.detail else ""
        click.echo(f"  {outcome.ticker:<10} {said}{detail}")


def _show_earnings(known: KnownEarnings) -> None:
    if known.days:
        dates = sum(map(len, known.days.values()))
        noun = "date" if dates == 1 else "dates"
        click.echo(f"{dates:,} earnings {noun} of {len(known.days)} tickers")
    for ticker, why in list(known.unknown.items())[:1]:
        more = f" and {len(known.unknown) - 1} more" if len(known.unknown) > 1 else ""
        click.echo(f"no earnings dates of {ticker}{more} ({why})")


def _show_notices(store: PriceStore) -> None:
    for notice in store.notices:
        click.echo(f"Note: {notice}", err=True)
