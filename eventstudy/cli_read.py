"""The command that reads articles: one after the other, shown at once, none kept in memory."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eventstudy.cli_terminal import Stages, counted

if TYPE_CHECKING:
    from eventstudy.articles.extraction import Extraction
    from eventstudy.articles.reading import Article
    from eventstudy.events.proposals import Proposals

EXIT_WRONG_USAGE = 2

#: Takes one article with its findings.
_Show = Callable[["Article", "Extraction"], None]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option("--json", "form", flag_value="json", help="One JSON document.")
@click.option("--csv", "form", flag_value="csv", help="One row per announcement and price claim.")
@click.option("--explain", "form", flag_value="explain", help="The text with its evidence marked.")
@click.option(
    "--html", "html", type=click.Path(path_type=Path), help="Write the marked articles to a page."
)
@click.option(
    "--into",
    "study",
    type=click.Path(path_type=Path),
    help="Add what is new to the event file of this study, as proposals.",
)
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    help="With --into: a CSV file of known events that refines coarse dates.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def read(
    *,
    files: tuple[str, ...],
    form: str | None,
    html: Path | None,
    study: Path | None,
    reference: Path | None,
    quiet: bool,
) -> None:
    """Read articles: announcements and price claims with the words that prove them.

    FILES are text, Markdown, HTML or PDF files, folders, or patterns; - is standard input.

    With --into, an announcement joins the event of its company and type whose date overlaps and
    whose size agrees, and is proposed as a new event where there is none. A row that nobody has
    reviewed takes a finer date inside its coarse one, and what it lacks; a reviewed row only gets
    the article as a source. The column "evidence" keeps the words. Proposals of one company whose
    sizes agree, or of which one has none, and which go from report over announcement to execution
    within 120 days, or reach the day that was given for the deed, are steps of one decision: they
    share a chain, of which a study counts one step. Reading again changes nothing.

    With --reference, a coarse date of an unreviewed row becomes the day of the one known event
    (columns ticker, event_type, announced_on; headcount, percent, session, source_url) of the
    same company, type and size that lies inside it. Where several fit, none is taken.
    """
    from eventstudy.events.reference import ReferenceTable
    from eventstudy.study import EventStudy

    if reference is not None and study is None:
        raise click.UsageError("--reference refines the event file of a study: name it by --into.")
    loaded = EventStudy.from_file(study) if study is not None else None
    known = ReferenceTable.from_csv(reference) if reference is not None else None
    errors: list[str] = []
    with ExitStack() as stack:
        shows = [] if quiet else [stack.enter_context(_FORMS[form]())]
        if html is not None:
            shows.append(stack.enter_context(_Page(html)))
        stages = stack.enter_context(Stages(sys.stderr.isatty() and not quiet))
        found = _each(files, shows, errors, stages, loaded.folder if loaded else None)
        proposals = loaded.add_proposals(found, known) if loaded else None
        for _ in found:
            pass
    if not quiet:
        if html is not None:
            click.echo(f"wrote {html}", err=True)
        if proposals is not None:
            _show_proposals(proposals, str(study))
    for error in errors:
        click.echo(f"Error: {error}", err=True)
    if errors:
        sys.exit(EXIT_WRONG_USAGE)


def _each(
    files: Sequence[str],
    shows: Sequence[_Show],
    errors: list[str],
    stages: Stages,
    base: Path | None,
) -> Iterator[tuple[Article, Extraction]]:
    """Read, show and hand on one article after the other; inside a study its path starts there."""
    from eventstudy.articles.extraction import extract
    from eventstudy.articles.reading import Article, iter_articles

    total = _count(files) if stages.live else 0
    for done, article in enumerate(iter_articles(files)):
        stages("reading articles", done, total)
        if not isinstance(article, Article):
            errors.append(str(article))
            continue
        inside = base is not None and Path(article.path).resolve().is_relative_to(base.resolve())
        if base is not None and inside:
            path = Path(article.path).resolve().relative_to(base.resolve()).as_posix()
            article = replace(article, path=path)
        extraction = extract(article)
        for show in shows:
            show(article, extraction)
        yield article, extraction
    stages("reading articles", total, total)


def _count(files: Sequence[str]) -> int:
    """Count the files to be read, for the progress bar."""
    from eventstudy.articles.documents import SUFFIXES

    total = 0
    for name in files:
        place = Path(name)
        if place.is_dir():
            total += sum(p.suffix.lower() in SUFFIXES and p.is_file() for p in place.rglob("*"))
        elif place.exists() or name == "-":
            total += 1
        else:
            root = Path(place.anchor)
            total += sum(1 for _ in root.glob(str(place.relative_to(root))))
    return total


# -- forms of output: context managers that take one article after the other -----------------------


class _Text:
    """What was found, in lines."""

    def __enter__(self) -> _Show:
        return self.show

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, article: Article, extraction: Extraction) -> None:
        _show_extraction(article, extraction)


class _Explained(_Text):
    """The text with its evidence."""

    def show(self, article: Article, extraction: Extraction) -> None:
        from eventstudy.articles.explain import explain_text

        click.echo(explain_text(article, extraction))


class _Json(_Text):
    """One list of documents, written as it grows."""

    def __init__(self) -> None:
        self._first = True

    def __exit__(self, *_: object) -> None:
        click.echo("[]" if self._first else "\n]")

    def show(self, article: Article, extraction: Extraction) -> None:
        from eventstudy.articles.explain import to_records

        document = {
            "article": article.id,
            "title": article.title,
            "published": article.published.isoformat() if article.published else None,
            "source": article.source,
            "found": to_records(extraction),
        }
        text = json.dumps(document, ensure_ascii=False, indent=2)
        click.echo("[\n  " if self._first else ",\n  ", nl=False)
        click.echo(text.replace("\n", "\n  "), nl=False)
        self._first = False


class _Csv(_Text):
    """One row per finding; the evidence of its fields is one cell of JSON."""

    def __enter__(self) -> _Show:
        self._write(_COLUMNS)
        return self.show

    def show(self, _: Article, extraction: Extraction) -> None:
        from eventstudy.articles.explain import to_records

        for record in to_records(extraction):
            evidence = json.dumps(record["evidence"], ensure_ascii=False)
            cells = {**record, "evidence": evidence}
            self._write([cells.get(name) for name in _COLUMNS])

    def _write(self, cells: Sequence[object]) -> None:
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\n").writerow(cells)
        click.echo(line.getvalue(), nl=False)


class _Page(_Text):
    """A page of marked articles."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def show(self, article: Article, extraction: Extraction) -> None:
        from eventstudy.articles.explain import explain_html

        self._file.write(explain_html(article, extraction) + "\n")


_FORMS: dict[str | None, type[_Text]] = {
    None: _Text, "json": _Json, "csv": _Csv, "explain": _Explained,
}  # fmt: skip
_SPAN = ("", "_end", "_precision", "_words", "_rule")
_COLUMNS = (
    "kind", "article_id", "company", "ticker", "event_type", *(f"date{of}" for of in _SPAN),
    "session", *(f"effective{of}" for of in _SPAN), "status", "role", "headcount",
    "headcount_qualifier", "percent", "percent_qualifier", "name", "score", "level", "currency",
    "change", "qualifier", "direction", "evidence",
)  # fmt: skip


def _show_extraction(article: Article, extraction: Extraction) -> None:
    published = article.published.isoformat() if article.published else "no date"
    click.echo(f"{article.title or article.id}  ({published})")
    for announcement in extraction.announcements:
        size = " ".join(q.words for q in (announcement.headcount, announcement.percent) if q)
        click.echo(
            f"  {announcement.event_type:<13} {announcement.company:<12} "
            f"{announcement.ticker or 'not traded':<10} {_span(announcement.date):<24} "
            f"{announcement.status:<10} {announcement.name or size}"
        )
        proof = announcement.evidence.get("event_type")
        if proof is not None:
            click.echo(f"                «{' '.join(proof.words.split())}»")
    for claim in extraction.price_claims:
        level = "" if claim.level is None else f"{claim.level:g} {claim.currency or ''}"
        change = "" if claim.change is None else f"{claim.change:+.1%}"
        click.echo(
            f"  price         {claim.company:<12} {claim.ticker or 'not traded':<10} "
            f"{_span(claim.date):<24} {claim.session:<10} {level} {change}".rstrip()
        )
    if not extraction.announcements and not extraction.price_claims:
        click.echo("  no announcement and no price claim")


def _span(span: Any) -> str:
    if span.start is None:
        return "date unknown"
    return str(span.start) if span.end in (None, span.start) else f"{span.start} to {span.end}"


def _show_proposals(proposals: Proposals, study: str) -> None:
    """Say what the merge did, and what refined or linked which row."""
    click.echo(
        f"{study}: {counted(len(proposals.added), 'event')} proposed, "
        f"{counted(len(proposals.links), 'announcement')} matched or proposed, "
        f"{len(proposals.exclusions)} of firms that are not traded.",
        err=True,
    )
    for item in proposals.refinements:
        click.echo(f"  {item.event_id}: {item}", err=True)
    for left in proposals.unresolved:
        click.echo(
            f"  {left.event_id}: announced_at stays {left.announced_text}; "
            f"{len(left.candidates)} known events fit: {', '.join(left.candidates)}",
            err=True,
        )
