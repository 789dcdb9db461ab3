"""What typst makes: the PDF, tagged (PDF/UA-1), its fonts embedded, and the figures' pixels.

The same content gives the same bytes.
The data reach typst as JSON, never as markup, so no text of an article can become code.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

from eventstudy.errors import EventStudyError
from eventstudy.reporting import evidence, figures, formats, narrative, summaries
from eventstudy.reporting.content import EventDetail, GroupContent, MethodPart, ReportContent
from eventstudy.reporting.rendering import RenderedFigure
from eventstudy.reporting.style import LIGHT
from eventstudy.reporting.tables import Table

if TYPE_CHECKING:
    import typst

#: Families tried for Chinese, in this order; the first that the machine has is used.
CHINESE = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC", "PingFang SC",
    "Microsoft YaHei", "WenQuanYi Micro Hei", "SimSun",
)  # fmt: skip
MISSING_TYPST = (
    "PDF and PNG need typst, which is not installed: pip install 'market-reaction[report]', or "
    "leave 'pdf' and 'png' out of the formats."
)
PIXELS_PER_INCH = 200
BRIEF_PAGES = 2
_EMBEDDED_REACH = 0x250  # Libertinus, inside typst, holds at least Latin up to Extended-B


def available() -> bool:
    """Say whether PDF and PNG can be made (the extra ``report`` is installed)."""
    return find_spec("typst") is not None


def render_pdf(
    content: ReportContent, drawn: Mapping[str, tuple[RenderedFigure, ...]], *, full: bool = True
) -> bytes:
    """Return the PDF.

    Characters that no font of the machine can show are replaced by a note in angle brackets and
    told of in the report's warnings; the HTML report shows them.

    Raises
    ------
    EventStudyError
        typst is not installed.
    """
    if not available():
        raise EventStudyError(MISSING_TYPST)
    with TemporaryDirectory(prefix="eventstudy-") as folder:
        root = Path(folder)
        source = files("eventstudy.reporting").joinpath("templates", "report.typ")
        (root / "report.typ").write_bytes(source.read_bytes())
        _place(drawn, root)
        if full:
            return _compile(_data(content, drawn, content.shown_groups, full=True), root)
        for groups, cautions in ((content.few_groups, 5), (content.groups[:1], 2)):
            made = _compile(_data(content, drawn, groups, cautions), root)
            if len(PdfReader(io.BytesIO(made)).pages) <= BRIEF_PAGES:
                break
        return made


def _compile(data: dict[str, Any], root: Path) -> bytes:
    import typst

    fonts = Fonts.find()
    data = fonts.fit(data) | {"chinese": fonts.chinese}
    if fonts.missed:
        data["font_note"] = (
            f"{formats.plural(len(fonts.missed), 'character')} could not be shown, for want of a "
            "font on this machine, and stand as ‹…›; the HTML report shows them."
        )
    return typst.compile(
        root / "report.typ",
        root=root,
        font_paths=fonts.typst,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
        package_path=root,
        package_cache_path=root,
    )


def render_png(drawn: Mapping[str, tuple[RenderedFigure, ...]]) -> dict[str, bytes]:
    """Return the figures as pictures, by name, twice as fine as a screen.

    They are made of the drawings that the page shows, and show Chinese where the machine can.

    Raises
    ------
    EventStudyError
        typst is not installed.
    """
    if not available():
        raise EventStudyError(MISSING_TYPST)
    import typst

    with TemporaryDirectory(prefix="eventstudy-") as folder:
        root = Path(folder)
        names = _place(drawn, root)
        pages = "#pagebreak()".join(f'#image("{name}.svg")' for name in names)
        setting = "#set page(width: auto, height: auto, margin: 0pt)"
        (root / "figures.typ").write_text(f"{setting}\n{pages}", "utf-8")
        made: Any = typst.compile(
            root / "figures.typ",
            root=root,
            font_paths=Fonts.find().typst,
            format="png",
            ppi=PIXELS_PER_INCH,
            package_path=root,
            package_cache_path=root,
        )
    # One page comes as bytes, several as a list of them.
    return dict(zip(names, [made] if isinstance(made, bytes) else made, strict=True))


def _place(drawn: Mapping[str, tuple[RenderedFigure, ...]], root: Path) -> list[str]:
    """Write the drawings where typst finds them; return their names."""
    figures = [figure for part in drawn.values() for figure in part]
    for figure in figures:
        svg = figure.svg.replace("'DejaVu Sans', sans-serif", "'DejaVu Sans'")
        (root / f"{figure.name}.svg").write_text(svg, "utf-8")
    return [figure.name for figure in figures]


class Fonts:
    """The fonts of the document, and which characters they hold.

    Attributes
    ----------
    typst
        What the compiler is given.
    chinese
        The family used for Chinese, empty where the machine has none.
    held
        Code points that can be shown, beyond those of the font inside typst.
    missed
        Characters that were replaced so far.
    """

    def __init__(self, fonts: typst.Fonts, chinese: str, held: frozenset[int]) -> None:
        self.typst = fonts
        self.chinese = chinese
        self.held = held
        self.missed: set[str] = set()

    @classmethod
    @cache
    def _found(cls) -> tuple[typst.Fonts, str, frozenset[int]]:
        import matplotlib as mpl
        import typst
        from matplotlib.ft2font import FT2Font

        bundled = Path(mpl.get_data_path()) / "fonts" / "ttf"
        fonts = typst.Fonts(font_paths=[bundled])
        paths = {font.family: font.path for font in fonts.fonts() if font.path}
        chinese = next((family for family in CHINESE if family in paths), "")
        held = set(FT2Font(str(bundled / "DejaVuSans.ttf")).get_charmap())
        if chinese:
            held |= set(FT2Font(str(paths[chinese])).get_charmap())
        return fonts, chinese, frozenset(held)

    @classmethod
    def find(cls) -> Fonts:
        """Look the machine's fonts through, once."""
        return cls(*cls._found())

    def fit(self, value: Any) -> Any:
        """Return the data with every text made showable."""
        if isinstance(value, str):
            return self._fit_text(value)
        if isinstance(value, Mapping):
            return {key: self.fit(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.fit(item) for item in value]
        return value

    def _fit_text(self, text: str) -> str:
        if text.isascii():
            return text
        parts: list[str] = []
        lost = ""
        for character in [*text, ""]:
            if character and not self._shows(character):
                lost += character
                continue
            if lost:
                self.missed |= set(lost)
                parts.append(f"‹{formats.plural(len(lost), 'character')}›")
                lost = ""
            parts.append(character)
        return "".join(parts)

    def _shows(self, character: str) -> bool:
        return ord(character) < _EMBEDDED_REACH or ord(character) in self.held


def _data(
    content: ReportContent,
    drawn: Mapping[str, tuple[RenderedFigure, ...]],
    groups: tuple[GroupContent, ...],
    cautions: int | None = None,
    *,
    full: bool = False,
) -> dict[str, Any]:
    """Gather everything the template sets, as JSON values.

    A short report speaks of ``groups`` only and has so many ``cautions``.
    """
    headline, paragraphs = content.headline, content.paragraphs
    if groups != content.shown_groups:
        words = (groups, content.headline_window, content.level)
        headline = narrative.headline(*words, simulated=content.simulated)
        paragraphs = narrative.interpret(*words)
    return {
        "title": formats.clip(formats.clean(content.title), 400 if full else 160),
        "subtitle": formats.clean(content.subtitle),
        "running": formats.clip(formats.clean(content.title), 90),
        "source": formats.clean(content.price_source),
        "simulated": content.simulated,
        "full": full,
        "colours": LIGHT.roles(),
        "window": content.window_text,
        "level": formats.number(100 * content.level, 0),
        "headline": formats.clean(headline),
        "paragraphs": [formats.clean(paragraph) for paragraph in paragraphs],
        "cards": summaries.key_figures(content, groups),
        "figures": {part: [_figure(figure) for figure in some] for part, some in drawn.items()},
        "windows": _table(summaries.windows_table(content, () if full else groups)),
        "advice": list(_advice(groups)),
        "cautions": _shortened(summaries.cautions(content), cautions),
        "comparison": None
        if content.comparison.empty
        else _table(summaries.comparison_table(content)),
        "truth": _table(summaries.truth_table(content)),
        "tests": [
            {
                "label": formats.clean(group.label),
                "table": _table(summaries.tests_table(content, group)),
            }
            for group in content.groups
        ],
        "nulls": _table(summaries.nulls_table(content)),
        "events": _table(summaries.events_table(content)) if full else None,
        "entries": list(_entries(content, drawn)) if full else [],
        "excluded": len(content.exclusions),
        "given": len(content.exclusions) + len(content.events),
        "exclusions": None
        if content.exclusions.empty
        else _table(summaries.exclusions_table(content)),
        "warnings": _table(summaries.warnings_table(content)) if content.warnings else None,
        "quality": None if content.quality.empty else _table(summaries.quality_table(content)),
        "verdicts": None if content.verdicts.empty else _table(summaries.verdicts_table(content)),
        "methods": [_method(part) for part in content.methods],
        "references": [formats.clean(reference) for reference in content.references],
        "provenance": _table(summaries.provenance_table(content)) if content.provenance else None,
        "font_note": "",
    }


def _advice(groups: Sequence[GroupContent]) -> Iterator[dict[str, str]]:
    """Yield per group the test to lead with, and why."""
    for group in groups:
        if group.advised:
            yield {
                "label": formats.clean(group.label),
                "test": formats.clean(group.advised),
                "why": formats.clean(group.advice),
            }


def _shortened(sentences: Sequence[str], most: int | None) -> list[str]:
    """Return the first (all by default) and, where any are left out, how many."""
    more = 0 if most is None else len(sentences) - most
    if more <= 0:
        return list(sentences)
    return [*sentences[:most], f"{formats.plural(more, 'more caution')} in the full report."]


def _method(part: MethodPart) -> dict[str, Any]:
    return {
        "heading": formats.clean(part.heading),
        "text": formats.clean(part.text),
        "formulas": [formats.clean(formula) for formula in part.formulas],
    }


def _figure(figure: RenderedFigure) -> dict[str, str]:
    return {"file": f"{figure.name}.svg", "caption": figure.caption, "alt": figure.alt}


def _table(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    return {
        "columns": [{"title": column.title, "align": column.align} for column in table.columns],
        "rows": table.cells(),
        "notes": table.notes,
    }


def _entries(
    content: ReportContent, drawn: Mapping[str, tuple[RenderedFigure, ...]]
) -> Iterator[dict[str, Any]]:
    """Yield one entry per event: what its numbers rest on."""
    details = {detail.event_id: detail for detail in content.details}
    full_figures = {
        detail.event_id: _figure(figure)
        for detail, figure in zip(figures.featured(content), drawn["events"], strict=True)
    }
    for row in summaries.event_records(content):
        event_id = str(row["event_id"])
        if event_id not in content.told:
            continue
        yield {
            "ticker": row["ticker"],
            "company": row["company"],
            "day": row["day_zero"],
            "car": formats.percent(row["car"]),
            "interval": formats.interval(row["interval"]),
            "facts": list(evidence.event_facts(content, row)),
            "sources": [
                {
                    "address": text,
                    "text": formats.short_address(text),
                    "link": formats.is_address(text),
                }
                for text in evidence.event_sources(row)
            ],
            "figure": full_figures.get(event_id),
            **_evidence(details.get(event_id)),
        }


def _evidence(detail: EventDetail | None) -> dict[str, Any]:
    if detail is None:
        return {"quotes": [], "notes": []}
    return {
        "quotes": evidence.quotes_by_article(detail),
        "notes": [
            *(formats.clean(claim) for claim in detail.claims),
            *(_other(other.tau, other.text) for other in detail.others),
        ],
    }


def _other(tau: int | None, text: str) -> str:
    when = "" if tau is None else f", day {formats.signed_day(tau)}"
    return f"Other news{when}: {formats.clean(text)}"
