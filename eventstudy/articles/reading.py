"""Files, folders and text to articles."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from eventstudy.articles.documents import (
    SUFFIXES,
    Document,
    normalise,
    parse_document,
    read_document,
)
from eventstudy.articles.intervals import shift
from eventstudy.articles.layout import Section, SectionKind, split
from eventstudy.articles.script import simplified
from eventstudy.articles.stamps import parse_stamp
from eventstudy.errors import ArticleError

__all__ = [
    "Article",
    "Language",
    "Section",
    "SectionKind",
    "article_from_text",
    "iter_articles",
    "read_article",
    "read_articles",
]

Language = Literal["en", "zh", "mixed"]

_CJK = re.compile(r"[\u3400-\u9fff]")
_UPDATED = re.compile(r"\b(?:last )?(?:updated|modified)\b|更新", re.IGNORECASE)
_UPDATED_ON = re.compile(
    r"(?:^|\n)\W{0,3}Updated?(?: on)?:? ((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FRESH = 7  # days within which an update is the text's own present
_LATIN = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, eq=False)
class Article:
    """One article as read.

    Attributes
    ----------
    id
        Name of the article: the file's name without its ending.
    title
        Its headline, ``""`` where there is none.
    text
        The whole text, furniture included; every offset of every finding points into it.
    sections
        Its parts in order.
    published
        Day or moment (with zone) of publication; ``None`` where the page does not say.
    zone
        IANA zone in which the publisher means its days; ``None`` where unknown.
    updated
        Day or moment of the last update, where the page states one.
    source
        The publisher as the page names it, ``""`` where it does not.
    url
        Its address, where known.
    language
        ``en``, ``zh`` or ``mixed`` (title and body, without furniture).
    path
        The file it was read from, ``""`` for a text handed in.
    """

    id: str
    title: str
    text: str
    sections: tuple[Section, ...]
    published: date | datetime | None
    updated: date | datetime | None
    zone: str | None
    source: str
    url: str | None
    language: Language
    path: str

    @cached_property
    def plain(self) -> str:
        """The text in simplified script, as long as the text itself; what the grammar reads."""
        return simplified(self.text)

    @property
    def body(self) -> str:
        """The body's text, its parts joined by blank lines."""
        return "\n\n".join(self.text[s.start : s.end] for s in self.sections if s.kind == "body")

    @property
    def day(self) -> date | None:
        """The day against which the text speaks, in the publisher's zone.

        Publication, or an update within a week of it: "Tuesday" is then meant from there.
        """
        published, updated = self._in_zone(self.published), self._in_zone(self.updated)
        if published is None or updated is None:
            return published
        return updated if 0 <= (updated - published).days <= _FRESH else published

    def _in_zone(self, stamp: date | datetime | None) -> date | None:
        if isinstance(stamp, datetime):
            return (stamp.astimezone(ZoneInfo(self.zone)) if self.zone else stamp).date()
        return stamp


def article_from_text(
    text: str,
    id: str,  # noqa: A002 - the record's own word
    *,
    title: str = "",
    published: date | datetime | None = None,
    zone: str | None = None,
    source: str = "",
    url: str | None = None,
    path: str = "",
) -> Article:
    """Make an article of plain text; what is handed in counts for more than what the text says.

    Parameters
    ----------
    text
        The page as plain text or Markdown, header lines (``Title:``, ``Source:``,
        ``Published:``) allowed at its head.
    id
        Name of the article.
    title, published, zone, source, url, path
        See :class:`Article`. ``published`` as a moment has to carry a zone.

    Raises
    ------
    ArticleError
        The text is empty, or ``published`` is a moment without a zone.
    """
    if isinstance(published, datetime) and published.tzinfo is None:
        raise ArticleError(
            f"Article {id}: the moment of publication {published} has no zone; give it one.", id=id
        )
    text = normalise(text)
    if not text.strip():
        raise ArticleError(f"Article {id} is empty; there is nothing to read.", id=id)
    plain = simplified(text)
    layout = split(plain, title)
    kept = [
        text[s.start : s.end] for s in layout.sections if s.kind in ("title", "body", "summary")
    ]
    language = _language("\n".join([title, *kept]))
    usual = "Asia/Shanghai" if layout.portal or language == "zh" else None
    halves = _UPDATED.split(layout.published, maxsplit=1)
    stamp, stamp_zone = parse_stamp(halves[0], usual)
    updated, _ = parse_stamp(layout.updated or halves[-1], stamp_zone)
    updated = updated if layout.updated or len(halves) > 1 else None
    first = published if published is not None else stamp
    if isinstance(published, datetime) and zone is None and isinstance(published.tzinfo, ZoneInfo):
        zone = published.tzinfo.key
    return Article(
        id=id,
        title=title or _as_written(layout.title, plain, text),
        text=text,
        sections=layout.sections,
        published=first,
        updated=updated or _updated_on(kept, first),
        zone=zone or stamp_zone,
        source=source or _as_written(layout.source, plain, text),
        url=url or layout.url,
        language=language,
        path=path,
    )


def _updated_on(parts: list[str], published: date | datetime | None) -> date | None:
    """Return the day of "Updated Tuesday" at the head of a text: the first from publication on."""
    named = next(filter(None, (_UPDATED_ON.search(part[:400]) for part in parts)), None)
    if named is None or published is None:
        return None
    day = published.date() if isinstance(published, datetime) else published
    weekday = _WEEKDAYS.index(named[1][:3].lower())
    return shift(day, (weekday - day.weekday()) % 7)


def _as_written(words: str, plain: str, text: str) -> str:
    """Return words of the simplified text as the text itself spells them."""
    place = plain.find(words)
    return text[place : place + len(words)] if place >= 0 else words


def read_article(path: str | Path) -> Article:
    """Read one file: text, Markdown, HTML (extra ``html``) or PDF.

    Raises
    ------
    ArticleError
        The file cannot be read; the message says why and what to do.
    """
    path = Path(path)
    return _from_document(read_document(path), path)


def _from_document(document: Document, path: Path) -> Article:
    stamp, zone = parse_stamp(document.published)
    return article_from_text(
        document.text,
        path.stem,
        title=document.title,
        published=stamp,
        zone=zone,
        source=document.source,
        url=document.url or None,
        path=str(path),
    )


def iter_articles(paths: Iterable[str | Path]) -> Iterator[Article | ArticleError]:
    """Read files, folders and globs one by one, so that memory stays bounded.

    Parameters
    ----------
    paths
        Files; folders, searched through for the known endings; patterns such as
        ``news/2026-*.txt``; ``-`` for standard input.

    Yields
    ------
    Article or ArticleError
        In the order given, a folder's files by name. A file that cannot be read comes as the
        error that says why. Of two files with one name, the later is called ``folder/name``.
    """
    seen: set[str] = set()
    for path in paths:
        if str(path) == "-":
            yield _standard_input()
            continue
        found = _expand(path)
        if isinstance(found, ArticleError):
            yield found
            continue
        for file in found:
            try:
                article = read_article(file)
            except ArticleError as error:
                yield error
                continue
            if article.id in seen:
                article = replace(article, id=f"{file.parent.name}/{file.stem}")
            seen.add(article.id)
            yield article


def read_articles(paths: Iterable[str | Path]) -> tuple[list[Article], list[ArticleError]]:
    """Read files, folders and globs; see :func:`iter_articles`.

    Returns
    -------
    tuple
        The articles, and an error for each file that could not be read.
    """
    articles: list[Article] = []
    errors: list[ArticleError] = []
    for item in iter_articles(paths):
        if isinstance(item, Article):
            articles.append(item)
        else:
            errors.append(item)
    return articles, errors


def _standard_input() -> Article | ArticleError:
    try:
        document = parse_document(sys.stdin.buffer.read(), "standard input", "")
        return _from_document(document, Path("stdin"))
    except ArticleError as error:
        return error


def _expand(path: str | Path) -> list[Path] | ArticleError:
    place = Path(path)
    if place.is_dir():
        found = sorted(p for p in place.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        return found or ArticleError(
            f"Folder {place} holds no article; files ending in {', '.join(SUFFIXES)} are read.",
            path=str(place),
        )
    if place.exists() or not re.search(r"[*?\[]", str(path)):
        return [place]
    root = Path(place.anchor) if place.is_absolute() else Path()
    pattern = str(place.relative_to(root)) if place.is_absolute() else str(place)
    return sorted(p for p in root.glob(pattern) if p.is_file()) or ArticleError(
        f"No file matches {path}; check the pattern.", path=str(path)
    )


def _language(text: str) -> Language:
    chinese = len(_CJK.findall(text))
    english = len(_LATIN.findall(text)) * 2  # an English word is about two signs' worth
    share = chinese / max(chinese + english, 1)
    return "zh" if share > 0.6 else "mixed" if share > 0.15 else "en"
