"""The documentation site: ``make docs`` builds it into build/docs, offline."""

from __future__ import annotations

import sys
from pathlib import Path

import eventstudy

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs" / "extensions"))

project = "eventstudy"
author = "the authors of market-reaction"
version = release = eventstudy.__version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "formulas",
    "gallery",
    "generated",
    "names",
    "site_check",
]
exclude_patterns = ["schema"]
nitpicky = True
nitpick_ignore_regex = [
    # Names of Python and of other packages: their inventories are on the web, and the site is
    # built offline.
    ("py:.*", r"(numpy|np|pandas|pd|matplotlib|pydantic|datetime|pathlib|collections\.abc)\..*"),
    ("py:class", r"Axes"),
]

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 4
myst_disable_syntax = ["myst_line_comment"]  # a line may begin with the % of a figure

default_role = "py:obj"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_type_aliases = {
    name: name for name in ("FloatArray", "IntArray", "BoolArray", "DayArray", "NDArray")
}
autodoc_default_options = {"members": True, "inherited-members": "BaseModel,Exception,Warning"}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
numpydoc_show_class_members = False

html_theme = "furo"
html_title = f"eventstudy {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00588a", "color-brand-content": "#00588a"},
    "dark_css_variables": {"color-brand-primary": "#5ab4ec", "color-brand-content": "#5ab4ec"},
}
