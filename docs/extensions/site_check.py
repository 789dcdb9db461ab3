"""Holds, after every build, that links lead somewhere and nothing is fetched from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urlsplit

from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)
#: Attributes whose address the browser fetches by itself.
FETCHED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href"}


class _Page(HTMLParser):
    """The ids of a page, its links, and what it fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids and addresses."""
        found = dict(attrs)
        self.ids.update(value for key in ("id", "name") if (value := found.get(key)))
        if tag == "a" and (target := found.get("href")):
            self.links.append(target)
        if address := found.get(FETCHED.get(tag, "")):
            self.fetched.append(address)


def _faults(site: Path) -> list[str]:
    pages = {path: _Page(path.read_text("utf-8")) for path in site.rglob("*.html")}
    faults = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        faults += [f"{name} fetches {a}" for a in page.fetched if urlsplit(a).netloc]
        for link in page.links:
            if urlsplit(link).scheme or urlsplit(link).netloc:
                continue
            file, anchor = urldefrag(link)
            target = (path.parent / unquote(urlsplit(file).path)).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                faults.append(f"{name} links {link}, which is not there")
            elif anchor and target in pages and unquote(anchor) not in pages[target].ids:
                faults.append(f"{name} links {link}, which has no such place")
    for sheet in site.rglob("*.css"):
        text = sheet.read_text("utf-8")
        if "url(http" in text or "url(//" in text or "@import" in text:
            faults.append(f"{sheet.relative_to(site)} fetches from elsewhere")
    return faults


def _check(app: Sphinx, failure: Exception | None) -> None:
    if failure is not None or app.builder.format != "html":
        return
    for fault in _faults(Path(app.outdir).resolve()):
        logger.warning("%s", fault)


def setup(app: Sphinx) -> dict[str, Any]:
    """Check after the build."""
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
