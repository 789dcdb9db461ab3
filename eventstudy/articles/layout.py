"""The parts of a page: title, header lines, summary, body, and furniture round about.

Marks are data (``lexicon/layout.toml``). Nothing is cut out of the text: each part is a
:class:`Section`, a range of character offsets, so that every later finding points into the text
as it was read.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

SectionKind = Literal["title", "meta", "summary", "body", "furniture"]

_DECORATION = " \t#*_>=:：|｜【】[]「」-–—·•▶►"
_ADORNED = re.compile(r"^[#*_>\s]+")
_PORTAL_STAMP = re.compile(
    r"(?:发布于|发表于|发布时间)\s*[:：]?\s*(\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?)"
)
_DATE_WORDS = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?\s+\d{1,2},?\s+\d{4}"
    r"|\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?,?\s+\d{4}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日)"
)
_STAMP_LINE = re.compile(
    r"^(?:.{0,60}?[|·•,—–-]\s*)?(?:published|posted|updated|last updated|date|on)?\s*(?:on|at)?"
    r":?\s*"
    rf"({_DATE_WORDS}.{{0,50}})$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^(?:by|from)\s+\S.{2,80}$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。！？…]['\"”’)）]*$")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the text: ``text[start:end]``."""

    kind: SectionKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What the page says of itself, and its parts in order."""

    title: str
    source: str
    url: str | None
    published: str
    updated: str
    portal: bool
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class _Marks:
    summary: re.Pattern[str]
    tail: re.Pattern[str]
    line: re.Pattern[str]
    header: dict[str, re.Pattern[str]]


@cache
def _marks() -> _Marks:
    text = files("eventstudy.articles").joinpath("lexicon/layout.toml").read_text("utf-8")
    data = tomllib.loads(text)

    def whole(patterns: list[str]) -> re.Pattern[str]:
        return re.compile("(?:" + "|".join(patterns) + ")", re.IGNORECASE)

    return _Marks(
        summary=whole(data["summary"]),
        tail=whole(data["tail"]),
        line=whole(data["line"]),
        header={
            name: re.compile(rf"(?:{'|'.join(names)})\s*[:：]\s*(.*)", re.IGNORECASE)
            for name, names in data["header"].items()
        },
    )


def _lines(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each line that holds more than blanks."""
    spans = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _bare(line: str) -> str:
    return line.strip(_DECORATION).strip()


class _Splitter:
    """Walks the lines of a page once and labels them."""

    def __init__(self, text: str, title: str) -> None:
        self.text = text
        self.lines = _lines(text)
        self.found = {"title": title, "source": "", "url": "", "published": "", "updated": ""}
        self.portal = False
        self.labels: list[SectionKind] = []

    def run(self) -> Layout:
        self._head()
        self._rest()
        sections: list[Section] = []
        for (start, end), kind in zip(self.lines, self.labels, strict=True):
            last = sections[-1] if sections else None
            if last is not None and last.kind == kind and kind not in ("title", "meta"):
                sections[-1] = Section(kind, last.start, end)
            else:
                sections.append(Section(kind, start, end))
        return Layout(
            title=self.found["title"],
            source=self.found["source"],
            url=self.found["url"] or None,
            published=self.found["published"],
            updated=self.found["updated"],
            portal=self.portal,
            sections=tuple(sections),
        )

    def _line(self, index: int) -> str:
        start, end = self.lines[index]
        return self.text[start:end].strip()

    def _head(self) -> None:
        """Label title and header lines; stop at the first line of the article proper."""
        seen_header = False
        for index in range(min(len(self.lines), 16)):
            line = self._line(index)
            header = self._header(line)
            if header == "title" or (
                not seen_header and not self.found["title"] and self._is_title(index)
            ):
                if not header:
                    self.found["title"] = _bare(_ADORNED.sub("", line))
                self.labels.append("title")
            elif header or line == "---" or self._is_stamp(line):
                self.labels.append("meta")
            elif self.found["title"] and _bare(line) == self.found["title"]:
                self.labels.append("title")
            elif _BYLINE.match(line) and not _SENTENCE_END.search(line) and len(line) < 80:
                self.labels.append("meta")
            else:
                return
            seen_header = seen_header or bool(header)

    def _header(self, line: str) -> str:
        for name, pattern in _marks().header.items():
            match = pattern.fullmatch(_ADORNED.sub("", line))
            if match is None or len(line) > 300:
                continue
            if name != "other" and not self.found[name]:
                self.found[name] = match[1].strip().strip("\"'*_")
            return name
        return ""

    def _is_title(self, index: int) -> bool:
        line = self._line(index)
        if len(line) > 200 or self._is_stamp(line):
            return False
        return line.startswith("#") or index > 0 or not _SENTENCE_END.search(line) or len(line) < 90

    def _is_stamp(self, line: str) -> bool:
        portal = _PORTAL_STAMP.search(line)
        if portal and len(line) < 120:
            self.portal = True
            self.found["published"] = self.found["published"] or portal[1]
            self.found["source"] = self.found["source"] or line[: portal.start()].strip()
            return True
        stamp = _STAMP_LINE.match(line) if len(line) < 120 else None
        if stamp and not _SENTENCE_END.search(line.removesuffix(".m.")):
            self.found["published"] = self.found["published"] or stamp[1]
            return True
        return False

    def _rest(self) -> None:
        marks = _marks()
        mode: SectionKind = "body"
        first = len(self.labels)
        for index in range(first, len(self.lines)):
            line = self._line(index)
            bare = _bare(line)
            if mode == "furniture":
                if self._resumes(index):
                    mode = "body"
                else:
                    self.labels.append("furniture")
                    continue
            if len(bare) <= 120 and marks.summary.fullmatch(bare):
                mode = "summary"
                self.labels.append("meta")
            elif len(bare) <= 120 and index > first and marks.tail.fullmatch(bare):
                mode = "furniture"
                self.labels.append("furniture")
            elif marks.line.fullmatch(line) or marks.line.fullmatch(bare):
                self.labels.append("furniture")
            elif index <= first + 4 and (self._is_stamp(line) or self._header(line)):
                self.labels.append("meta")
            else:
                self.labels.append(mode)
                if mode == "summary" and not self._list_goes_on(index):
                    mode = "body"

    def _list_goes_on(self, index: int) -> bool:
        """Say whether a summary made of points goes on after this line."""
        following = self._line(index + 1) if index + 1 < len(self.lines) else ""
        return bool(re.match(r"[-*•·]\s|\d+[.、)]", following))

    def _resumes(self, index: int) -> bool:
        """Say whether the article goes on after a box in its first half.

        A box of related headlines in the middle of an article ends with the first full
        paragraph; in the second half of the page, nothing comes back.
        """
        line = self._line(index)
        early = self.lines[index][0] < len(self.text) * 0.5
        return early and len(line) > 140 and bool(_SENTENCE_END.search(line))


def split(text: str, title: str = "") -> Layout:
    r"""Label the lines of a page.

    Parameters
    ----------
    text
        The page as plain text, lines ended by ``\n``.
    title
        The title where it is already known (from a page's metadata).

    Returns
    -------
    Layout
        Title, source, address and the stamps of publication and update as they stand in the text
        (``""`` where absent), and the sections in order.
    """
    return _Splitter(text, title).run()
