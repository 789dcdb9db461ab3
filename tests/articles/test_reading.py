"""Files to articles: every kind, their parts and stamps, and what is refused."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventstudy.articles import documents
from eventstudy.articles.reading import (
    Article,
    article_from_text,
    iter_articles,
    read_article,
    read_articles,
)
from eventstudy.articles.stamps import parse_stamp
from eventstudy.errors import ArticleError

PORTAL = (
    """Maker of lamps lets people go

灯具日报发布于2026-04-18更新于2026-04-19

文章摘要

The lamp maker cuts 500 jobs, a summary says.

Original | Lamp Daily (@lamps)

The lamp maker cut 500 jobs on Friday, it said in a letter to its workers in three towns.

Related

Ten more lamps to buy

The body goes on after the box, because a long paragraph follows it, \
and this is the one that does, over more than one hundred and forty characters in all, full stop.

相关问答

QHow many jobs? A500 in May 2024.

你可能也喜欢

比特币价格上涨15%
"""
    + "另一篇文章的标题\n\n" * 60
)


def _kinds(article: Article) -> dict[str, str]:
    parts: dict[str, str] = {}
    for section in article.sections:
        words = article.text[section.start : section.end]
        parts[section.kind] = parts.get(section.kind, "") + words + "\n"
    return parts


def test_header_lines_are_read() -> None:
    text = (
        "Title: Snap cuts jobs\nSource: a paper\nPublished: 2022-11-09 14:06 ET\n\nSnap did it.\n"
    )
    article = article_from_text(text, "a")
    assert article.title == "Snap cuts jobs"
    assert article.source == "a paper"
    assert article.published == datetime(2022, 11, 9, 14, 6, tzinfo=ZoneInfo("America/New_York"))
    assert article.zone == "America/New_York"
    assert article.body == "Snap did it."
    assert article.day == date(2022, 11, 9)


def test_a_portal_page_is_cut_into_its_parts() -> None:
    article = article_from_text(PORTAL, "lamps")
    parts = _kinds(article)
    assert article.title == "Maker of lamps lets people go"
    assert article.published == date(2026, 4, 18)
    assert article.zone == "Asia/Shanghai"
    assert article.source == "灯具日报"
    assert parts["summary"].strip() == "The lamp maker cuts 500 jobs, a summary says."
    assert "cut 500 jobs on Friday" in article.body
    assert "The body goes on" in article.body
    assert "Ten more lamps" not in article.body
    for furniture in ("QHow many", "比特币", "相关问答", "Original"):
        assert furniture in parts["furniture"]
    assert article.language == "en"


def test_what_is_handed_in_counts_for_more() -> None:
    text = "Title: One\nPublished: 2026-01-01\n\nText."
    article = article_from_text(text, "a", title="Two", published=date(2026, 2, 2), zone="UTC")
    assert (article.title, article.published, article.zone) == ("Two", date(2026, 2, 2), "UTC")


def test_languages_are_told_apart() -> None:
    assert (
        article_from_text("亚马逊周三确认裁员约16000人，这是近来的第二轮。", "a").language == "zh"
    )
    assert article_from_text("Amazon confirmed cuts on Wednesday.", "a").language == "en"
    mixed = "亚马逊 Amazon 周三确认 confirmed the cuts on Wednesday 裁员一万六千人"
    assert article_from_text(mixed, "a").language == "mixed"


@pytest.mark.parametrize(
    ("words", "expected", "zone"),
    [
        ("2026-04-18", date(2026, 4, 18), None),
        ("2026-04-18 [Asia/Shanghai]", date(2026, 4, 18), "Asia/Shanghai"),
        ("April 18, 2026", date(2026, 4, 18), None),
        ("18 April 2026", date(2026, 4, 18), None),
        ("2026年4月18日", date(2026, 4, 18), None),
        (
            "2026-01-27 22:46 IST",
            datetime(2026, 1, 27, 22, 46, tzinfo=ZoneInfo("Asia/Kolkata")),
            "Asia/Kolkata",
        ),
        (
            "Apr 8, 2026 at 9:05 p.m. EDT",
            datetime(2026, 4, 8, 21, 5, tzinfo=ZoneInfo("America/New_York")),
            "America/New_York",
        ),
        ("2026-04-08T09:00:00+00:00", datetime(2026, 4, 8, 9, tzinfo=UTC), None),
        ("2026-04-08 09:00", date(2026, 4, 8), None),
        ("2026-13-45", None, None),
        ("soon", None, None),
    ],
)
def test_stamps(words: str, expected: date | datetime | None, zone: str | None) -> None:
    assert parse_stamp(words) == (expected, zone)


def test_markdown_and_byline(tmp_path: Path) -> None:
    file = tmp_path / "note.md"
    file.write_text(
        "# Okta trims staff\n\nBy A. Writer | Feb. 1, 2024\n\nOkta cut jobs.\n", "utf-8"
    )
    article = read_article(file)
    assert (article.id, article.title) == ("note", "Okta trims staff")
    assert article.published == date(2024, 2, 1)
    assert article.body == "Okta cut jobs."
    assert article.path == str(file)


def test_a_web_page_is_read(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    paragraphs = "".join(
        f"<p>Paragraph {n} of the article tells how Snap cut jobs in town number {n}.</p>"
        for n in range(6)
    )
    page = (
        "<!doctype html><html><head><title>Snap cuts jobs</title>"
        '<meta property="article:published_time" content="2026-04-15T13:00:00-04:00">'
        f"</head><body><article><h1>Snap cuts jobs</h1>{paragraphs}</article></body></html>"
    )
    file = tmp_path / "page.html"
    file.write_text(page, "utf-8")
    article = read_article(file)
    assert article.title == "Snap cuts jobs"
    assert article.day == date(2026, 4, 15)
    assert "Paragraph 5" in article.body


def _pdf(text: str) -> bytes:
    """Return a PDF of one page with a line of text, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(
        b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    )
    return out.getvalue()


def test_a_pdf_is_read(tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    file.write_bytes(_pdf("Okta said on Monday it will cut 400 jobs."))
    assert "cut 400 jobs" in read_article(file).text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b"  \n\n ", "is empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 20, "binary file"),
        ("scan.pdf", _pdf(""), "probably a scan"),
        ("torn.pdf", b"%PDF-1.4\nnothing of it", "not a sound PDF"),
        (
            "torn.txt",
            "亚马逊裁员一万六千人，公司周三确认。".encode()[:-2] + b"\xff",
            "broken UTF-8",
        ),
        ("page.html", b"<html><body></body></html>", "without an article"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    if name.endswith("html"):
        pytest.importorskip("trafilatura")
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(ArticleError, match=words) as caught:
        read_article(file)
    assert caught.value.facts["path"] == str(file)


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "large.txt"
    file.write_text("x" * 2000, "utf-8")
    monkeypatch.setattr(documents, "MAX_BYTES", 1000)
    with pytest.raises(ArticleError, match="more than"):
        read_article(file)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings_that_can_be_told(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("亚马逊裁员约一万六千人，公司周三确认了这一消息。".encode(encoding))
    assert "亚马逊裁员" in read_article(file).text


def test_western_text_of_old_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("Nestlé said it will cut 4,000 jobs in the next two years.".encode("cp1252"))
    assert "Nestlé" in read_article(file).text


def test_folders_patterns_and_missing_files(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(f"Text of {folder}.", "utf-8")
    (tmp_path / "one" / "labels.json").write_text("{}", "utf-8")
    (tmp_path / "empty").mkdir()
    articles, errors = read_articles(
        [tmp_path / "one", str(tmp_path / "t*" / "*.txt"), tmp_path / "no.txt", tmp_path / "empty"]
    )
    assert [article.id for article in articles] == ["a", "two/a"]
    assert ["cannot be read" in str(errors[0]), "holds no article" in str(errors[1])] == [True] * 2
    assert len(list(iter_articles([tmp_path]))) == 2


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ArticleError, match="no zone"):
        article_from_text("Text.", "a", published=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ArticleError, match="is empty"):
        article_from_text("\u200b \n", "a")


def test_sections_tile_the_text_in_order() -> None:
    article = article_from_text(PORTAL, "lamps")
    last = 0
    for section in article.sections:
        assert last <= section.start < section.end <= len(article.text)
        last = section.end
