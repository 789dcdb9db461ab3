"""The directive ``run``: shows Python code, runs it, and puts the figure it ends in below it.

All blocks of a page share one namespace and run in the folder of the checkout. A figure becomes an
SVG in the page, whose colours follow the page's light or dark dress.
"""

from __future__ import annotations

import ast
import contextlib
import html
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import matplotlib as mpl
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from eventstudy.reporting.rendering import RenderedFigure, inline_svg, themed
from eventstudy.reporting.style import DARK, LIGHT, RC

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]


class Run(SphinxDirective):
    """Code, and what its last expression gives: an Axes, the text of an SVG, or nothing."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "name": directives.unchanged,
        "alt": directives.unchanged,
        "width": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return the code block and the figure."""
        code = "\n".join(self.content)
        shown = nodes.literal_block(code, code, language="python")
        namespace = cast("dict[str, Any]", self.env.temp_data.setdefault("gallery_names", {}))
        with contextlib.chdir(ROOT), mpl.rc_context(RC | {"backend": "agg"}):
            value = _last_value(code, namespace)
            svg = self._svg(value)
        if not svg:
            return [shown]
        box = nodes.container("", nodes.raw("", svg, format="html"), classes=["figure-of-code"])
        return [shown, box]

    def _svg(self, value: object) -> str:
        name, alt = self.options.get("name", "figure"), self.options.get("alt", "")
        if isinstance(value, str) and value.startswith("<svg"):
            width = self.options.get("width", "100%")
            return (
                f'<div role="img" aria-label="{html.escape(alt)}" style="max-width:{width}">'
                f"{themed(value)}</div>"
            )
        if value is None or not hasattr(value, "get_figure"):
            return ""
        from matplotlib import pyplot as plt

        text = io.StringIO()
        figure = value.get_figure(root=True)
        figure.set_facecolor(LIGHT.paper)  # also where the code has made the figure itself
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(figure)
        return inline_svg(RenderedFigure(name, "", alt, text.getvalue()))


def _last_value(code: str, namespace: dict[str, Any]) -> object:
    """Run statements; return the value of the last, if it is an expression."""
    tree = ast.parse(code)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "<gallery>", "exec"), namespace)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "<gallery>", "exec"), namespace)
    return eval(compile(ast.Expression(last.value), "<gallery>", "eval"), namespace)


def _write_colours(app: Sphinx) -> None:
    """Write the colours of the figures as CSS variables, light and dark."""

    def variables(roles: dict[str, str]) -> str:
        return "".join(f"--{role}:{colour};" for role, colour in roles.items())

    light, dark = variables(LIGHT.roles()), variables(DARK.roles())
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.css").write_text(
        f"body{{{light}}}\n"
        f"body[data-theme=dark]{{{dark}}}\n"
        f"@media(prefers-color-scheme:dark){{body:not([data-theme=light]){{{dark}}}}}\n",
        encoding="utf-8",
    )
    app.add_css_file("figures.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the colours."""
    app.add_directive("run", Run)
    app.connect("builder-inited", _write_colours)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
