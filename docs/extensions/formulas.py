"""Formulas as MathML: every browser shows it, and no script or font is fetched."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from docutils import nodes
from latex2mathml.converter import convert_to_element
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)
#: From a digit to its bold sign.
_BOLD_DIGIT = 0x1D7CE - ord("0")


def _mathml(node: nodes.math | nodes.math_block, *, block: bool) -> str:
    """Return the formula as MathML; a command that is not known is a warning."""
    formula = convert_to_element(node.astext(), display="block" if block else "inline")
    for element in formula.iter():
        element.text = html.unescape(element.text or "")
        text = element.text.strip()
        if text.startswith("\\"):
            logger.warning("formula %r: unknown %s", node.astext(), text, location=node)
        if element.tag == "mover":
            _mend_accent(element)
        elif text in ("~", "\u223c"):  # "is distributed as"
            element.tag, element.text = "mo", "\u223c"
            element.attrib |= {"lspace": "0.28em", "rspace": "0.28em"}
        elif element.tag == "mn" and element.get("mathvariant") == "bold":
            element.text = "".join(chr(_BOLD_DIGIT + ord(digit)) for digit in text)
    return ET.tostring(formula, encoding="unicode")


def _mend_accent(over: ET.Element) -> None:
    """Give a bar over several letters their width, and keep a hat from being stretched."""
    accent = over[1]
    if accent.tag != "mo":
        return
    sign = html.unescape(accent.text or "").strip()
    if sign == "\u2015":
        over.tag = "mrow"
        over.set("class", "barred")
        over.remove(accent)
    elif sign == "^":
        accent.text = "\u02c6"
        accent.set("stretchy", "false")


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_mathml(node, block=False))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula" tabindex="0">{_mathml(node, block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
