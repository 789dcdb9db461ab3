"""The report as one HTML file: no outside request, light and dark, whole without script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from eventstudy.reporting import evidence, figures, formats, rendering, summaries
from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.plots import forest_limit
from eventstudy.reporting.rendering import RenderedFigure
from eventstudy.reporting.sparklines import event_spark, interval_mark
from eventstudy.reporting.style import DARK, LIGHT
from eventstudy.reporting.tables import Table


def render_html(
    content: ReportContent, drawn: Mapping[str, tuple[RenderedFigure, ...]], *, full: bool = True
) -> str:
    """Return the whole page as text.

    Parameters
    ----------
    content
        What to show.
    drawn
        The figures of ``render_figures``.
    full
        False leaves out the single events, the methods' formulas and the provenance.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("eventstudy.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clean": formats.clean,
        "signed_day": formats.signed_day,
        "is_address": formats.is_address,
        "svg": _svg,
        "table": _table,
    }
    return environment.get_template("report.html.j2").render(
        content=content,
        title=formats.clean(content.title),
        full=full,
        light=LIGHT.roles(),
        dark=DARK.roles(),
        cards=summaries.key_figures(content),
        drawn=drawn,
        tables=_tables(content),
        tests=[
            (formats.clean(group.label), summaries.tests_table(content, group))
            for group in content.groups
        ],
        events=list(_events(content)) if full else [],
        event_notes=summaries.event_notes(content),
        featured={
            detail.event_id: figure
            for detail, figure in zip(figures.featured(content), drawn["events"], strict=True)
        }
        if full
        else {},
        level=formats.number(100 * content.level, 0),
    )


def _svg(figure: RenderedFigure, *, narrow: bool = False) -> Markup:
    return Markup(rendering.inline_svg(figure, narrow=narrow))  # noqa: S704  (matplotlib escapes its texts)


def _table(table: Table) -> Markup:
    return Markup(table.to_html())  # noqa: S704  (Table escapes its cells)


def _tables(content: ReportContent) -> dict[str, Table | None]:
    return {
        "windows": summaries.windows_table(content),
        "comparison": None if content.comparison.empty else summaries.comparison_table(content),
        "truth": summaries.truth_table(content),
        "nulls": summaries.nulls_table(content),
        "exclusions": None if content.exclusions.empty else summaries.exclusions_table(content),
        "warnings": summaries.warnings_table(content) if content.warnings else None,
        "quality": None if content.quality.empty else summaries.quality_table(content),
        "verdicts": None if content.verdicts.empty else summaries.verdicts_table(content),
        "provenance": summaries.provenance_table(content) if content.provenance else None,
    }


def _events(content: ReportContent) -> Iterator[dict[str, Any]]:
    """Yield what the page shows of each event: texts, sorting keys, small drawings."""
    from scipy.special import ndtri

    limit = forest_limit(content.events, share=0.85)
    details = {detail.event_id: detail for detail in content.details}
    series = {group.name: i for i, group in enumerate(content.shown_groups)}
    z = float(ndtri(0.5 + content.level / 2))
    for number, row in enumerate(summaries.event_records(content), 1):
        detail = details.get(str(row["event_id"]))
        told = str(row["event_id"]) in content.told
        mark = "" if not told else interval_mark(
            float(row["car"]), float(row["lower"]), float(row["upper"]), limit,
            series=series.get(row["group_name"], 0),
        )  # fmt: skip
        spark = event_spark(detail.prices, detail.abnormal, z) if told and detail else ""
        yield {
            "told": told,
            "number": number,
            "row": row,
            "detail": detail,
            "car": formats.percent(row["car"]),
            "sort": {key: _sort_key(row[key]) for key in ("car", "p_value", "t", "beta")},
            "interval": formats.interval(row["interval"]),
            "t": formats.number(row["t"]),
            "p": formats.p_value(row["p_value"]),
            "beta": formats.number(row["beta"]),
            "facts": tuple(evidence.event_facts(content, row)) if told else (),
            "sources": evidence.event_sources(row) if told else (),
            "quotes": evidence.quotes_by_article(detail) if detail else (),
            "mark": Markup(rendering.themed(mark)),  # noqa: S704  (numbers and colours only)
            "spark": Markup(rendering.themed(spark)),  # noqa: S704  (numbers and colours only)
        }


def _sort_key(value: Any) -> str:
    return "" if formats.is_missing(value) else f"{float(value):.10g}"
