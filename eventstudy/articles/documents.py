"""Files of any kind to plain text: text, Markdown, HTML and PDF.

Everything that cannot be text is refused with one sentence that says why.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventstudy.errors import ArticleError

MAX_BYTES = 50 * 1024 * 1024
SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf")

_CJK = re.compile(r"[\u3400-\u9fff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\ufffe]")
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "\t": " "})


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a file, and what the file itself says of it (``""`` where it says nothing)."""

    text: str
    title: str = ""
    published: str = ""
    source: str = ""
    url: str = ""


def normalise(text: str) -> str:
    """Return the text with one kind of line end and blank, and without invisible signs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return _CONTROL.sub("", _INVISIBLE.sub("", text.translate(_BLANKS)))


def read_document(path: Path) -> Document:
    """Read one file.

    Parameters
    ----------
    path
        A file whose name ends in one of ``SUFFIXES``; other endings are read as plain text.

    Raises
    ------
    ArticleError
        The file is missing, larger than 50 MB, empty, binary, a scanned or locked PDF, or in an
        encoding that cannot be told.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ArticleError(
                f"{path} has {size / 1e6:.0f} MB, more than the {MAX_BYTES // 1024**2} MB an "
                "article may have; hand in the article alone.",
                path=str(path),
            )
        data = path.read_bytes()
    except OSError as error:
        raise ArticleError(
            f"{path} cannot be read ({error.strerror or error}); check the path.", path=str(path)
        ) from error
    return parse_document(data, str(path), path.suffix.lower())


def parse_document(data: bytes, name: str, suffix: str) -> Document:
    """Turn the bytes of a file into text; see :func:`read_document`."""
    if not data.strip():
        raise ArticleError(f"{name} is empty; there is nothing to read.", path=name)
    if data.startswith(b"%PDF-") or suffix == ".pdf":
        return _pdf(data, name)
    text = _decode(data, name)
    if suffix in (".html", ".htm", ".xhtml") or _looks_like_html(text):
        return _html(text, name)
    text = normalise(text)
    if not text.strip():
        raise ArticleError(f"{name} holds blanks only; there is nothing to read.", path=name)
    return Document(text)


def _decode(data: bytes, name: str) -> str:
    """Decode by byte order mark, then UTF-8, then what the bytes themselves allow."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise _broken(name, "UTF-16", error) from error
    head = data[:65536]
    if b"\x00" in head or sum(byte < 9 or 13 < byte < 32 for byte in head) > len(head) * 0.02:
        raise ArticleError(
            f"{name} is a binary file, not an article; text, Markdown, HTML and PDF can be read.",
            path=name,
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = _broken(name, "UTF-8", error)
    kept = data.decode("utf-8", errors="ignore")
    if sum(ord(sign) > 127 for sign in kept) > 2 and len(_CJK.findall(kept)) > 5:
        raise broken  # mostly sound UTF-8 with damaged places: another encoding would be a guess
    for encoding in ("gb18030", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = len(_CJK.findall(text)) / len(text)
        foreign = sum(ord(sign) > 127 for sign in text) / len(text)
        if (encoding == "gb18030" and share > 0.2) or (encoding == "cp1252" and foreign < 0.1):
            return text
    raise broken


def _broken(name: str, encoding: str, error: UnicodeDecodeError) -> ArticleError:
    return ArticleError(
        f"{name} is broken {encoding} text (byte {error.start}); save it again as UTF-8.",
        path=name,
        position=error.start,
    )


def _looks_like_html(text: str) -> bool:
    return bool(re.match(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body)\b", text, re.I))


def _html(text: str, name: str) -> Document:
    try:
        import trafilatura
    except ImportError as error:
        raise ArticleError(
            f"{name} is a web page, and reading those needs the extra 'html': "
            'pip install "market-reaction[html]".',
            path=name,
        ) from error
    # The first date of a page is often one of its sidebar: ask for the one of the article.
    found: Any = trafilatura.bare_extraction(
        text,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"original_date": False, "extensive_search": False},
    )
    body = normalise(found.text or "") if found is not None else ""
    if not body.strip():
        raise ArticleError(f"{name} is a web page without an article in it.", path=name)
    return Document(
        text=body.replace("\n", "\n\n"),
        title=normalise(found.title or "").strip(),
        published=_page_date(text) or found.date or "",
        source=found.sitename or found.hostname or "",
        url=found.url or "",
    )


def _page_date(html: str) -> str:
    """Return the moment of publication as the page's metadata states it, or ``""``."""
    for pattern in (
        r'"datePublished"\s*:\s*"([^"]{8,40})"',
        r'<meta[^>]+(?:name|property|itemprop)="article:published_time"[^>]+content="([^"]{8,40})"',
        r'<meta[^>]+="(?:datePublished|pubdate|publishdate|date)"[^>]+content="([^"]{8,40})"',
        r'<meta[^>]+content="([^"]{8,40})"[^>]+(?:property|name)="article:published_time"',
        r'<time[^>]+datetime="([^"]{8,40})"',
    ):
        match = re.search(pattern, html, re.IGNORECASE)
        if match:
            return match[1]
    return ""


def _pdf(data: bytes, name: str) -> Document:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ArticleError(f"{name} is locked by a password; unlock it first.", path=name)
        pages = [page.extract_text() or "" for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, ArticleError):
            raise
        raise ArticleError(f"{name} is not a sound PDF file ({error}).", path=name) from error
    text = _unwrap(normalise("\n\n".join(pages)))
    if len(text.strip()) < 20:
        raise ArticleError(
            f"{name} is a PDF without text, probably a scan; recognise its text (OCR) first.",
            path=name,
        )
    return Document(text)


def _unwrap(text: str) -> str:
    """Join the lines of a PDF into paragraphs: a short line that ends a sentence ends one."""
    lines = [line.strip() for line in text.split("\n")]
    width = max((len(line) for line in lines), default=0)
    out: list[str] = []
    for line in lines:
        if not line:
            out.append("\n\n")
        elif len(line) < width * 0.75:
            out.append(line + "\n\n")
        elif line.endswith("-") and line[-2:-1].isalpha():
            out.append(line[:-1])
        elif _CJK.match(line[-1]):
            out.append(line)
        else:
            out.append(line + " ")
    return re.sub(r"\n{3,}", "\n\n", "".join(out)).strip() + "\n"
