"""Names in docstrings are found wherever on the site they are documented; records read plainly."""

from __future__ import annotations

import re
import sys
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from sphinx.util.nodes import make_refnode

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def _find(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: Element
) -> Element | None:
    """Link a bare name to the one object of the site that ends in it.

    A name that is not on the site, but in the package, is shown as it is; one that is in neither
    is left to be a warning.
    """
    if node.get("refdomain") != "py":
        return None
    wanted = str(node["reftarget"]).lstrip("~.")
    objects = env.domains.python_domain.objects
    found = [name for name in objects if name == wanted or name.endswith(f".{wanted}")]
    places = {objects[name].docname: name for name in found if not objects[name].aliased}
    if len(places) == 1:
        docname, name = next(iter(places.items()))
        node_id = objects[name].node_id
        return make_refnode(app.builder, node["refdoc"], docname, node_id, [content], name)
    return content if _exists(wanted) else None


def _exists(wanted: str) -> bool:
    """Say whether the package has a module, class, function or constant of that name."""
    last = wanted.rpartition(".")[2]
    modules = [name for name in sys.modules if name.split(".")[0] == "eventstudy"]
    return wanted in modules or any(last in vars(sys.modules[name]) for name in modules)


#: What Sphinx makes of an alias that is one of several types.
_ALIAS = re.compile(r"TypeAliasForwardRef\('(\w+)'\)")


def _plain_signature(
    _app: Sphinx,
    what: str,
    _name: str,
    thing: Any,
    _options: Any,
    signature: str,
    returns: str | None,
) -> tuple[str, str] | None:
    """Give a record's fields without their types, which its list of attributes tells better."""
    if what in ("function", "method") and signature:
        return _ALIAS.sub(r"\1", signature), _ALIAS.sub(r"\1", returns or "")
    if what != "class" or not is_dataclass(thing) or not (signature or "").strip("()"):
        return None
    given = (
        item.name if item.default is MISSING and item.default_factory is MISSING
        else f"{item.name}=…"
        for item in fields(thing)
        if item.init
    )  # fmt: skip
    return f"({', '.join(given)})", ""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register both."""
    app.connect("missing-reference", _find)
    app.connect("autodoc-process-signature", _plain_signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
