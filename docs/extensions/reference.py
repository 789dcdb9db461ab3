"""Pages made from the program itself: settings, commands, and the fields of the JSON document.

``{settings}`` lists every table of ``study.toml`` from the records that check it; ``{commands}``
prints the help of every command; ``{result-fields}`` lists the fields of the JSON document. Names
in docstrings are found wherever on the site they are documented.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click
from pydantic import BaseModel
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from eventstudy.cli import cli
from eventstudy.results.document import schema
from eventstudy.specification import StudySpec

if TYPE_CHECKING:
    from docutils.nodes import Element, Node
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class Settings(SphinxDirective):
    """One section per table of ``study.toml``."""

    def run(self) -> list[Node]:
        """Return the sections."""
        schema = StudySpec.model_json_schema()
        defaults = StudySpec().model_dump(mode="json")
        text = "\n".join(
            line
            for name, field in StudySpec.model_fields.items()
            for line in _table(name, field.annotation, schema["$defs"], defaults[name])
        )
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def _table(name: str, part: Any, parts: Mapping[str, Any], defaults: Any) -> Iterator[str]:
    """Yield the Markdown of one table of the file."""
    several = not (isinstance(part, type) and issubclass(part, BaseModel))
    record: type[BaseModel] = part.__args__[1] if several else part
    yield f"(settings-{name})=\n## {f'[{name}.NAME]' if several else f'[{name}]'}\n"
    head, _, prose = inspect.cleandoc(record.__doc__ or "").partition("\n\n")
    yield head.partition(": ")[2].capitalize() + "\n\n" + prose + "\n"
    yield ":::{table}\n:class: settings\n\n| key | value | default |\n| --- | --- | --- |"
    fields = parts[record.__name__]["properties"]
    for key, field in fields.items():
        default = field.get("default") if several else defaults[key]
        required = key in parts[record.__name__].get("required", ())
        shown = "required" if required else _toml(default)
        yield f"| `{key}` | {_kind(field, parts)} | {shown} |"
    yield ":::\n"


def _toml(value: Any) -> str:
    """Write a default as TOML does; one that the file cannot say is a dash."""
    if value is None or value == {}:
        return "–"
    return f"`{json.dumps(value)}`"


def _kind(field: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    """Say in words what a field may hold, from its JSON schema."""
    if "anyOf" in field:
        return " or ".join(
            dict.fromkeys(_kind(k, parts) for k in field["anyOf"] if k != {"type": "null"})
        )
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "prefixItems" in field:
        return f"[{', '.join(_kind(item, parts) for item in field['prefixItems'])}]"
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    match field.get("type"):
        case "array":
            return f"list of {_kind(field.get('items', {}), parts)}"
        case "object":
            return f"table of {_kind(field.get('additionalProperties', {}), parts)}"
        case "boolean":
            return "true or false"
        case "string":
            return "date" if field.get("format") == "date" else "text"
        case number:
            noun = "whole number" if number == "integer" else "number"
            return f"{noun}{_bounds(field)}"


def _bounds(field: Mapping[str, Any]) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}
    words["exclusiveMaximum"] = "below"
    said = [f"{word} {field[key]:g}" for key, word in words.items() if key in field]
    return f" {' '.join(said)}" if said else ""


class ResultFields(SphinxDirective):
    """One section per record of the results' JSON document."""

    def run(self) -> list[Node]:
        """Return the sections."""
        whole = schema()
        parts = {"ResultsDocument": whole, **whole["$defs"]}
        text = "\n".join(line for name in parts for line in _fields(name, parts))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def _fields(name: str, parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the Markdown of one record."""
    part = parts[name]
    yield f"({name.lower()})=\n## {name}\n\n{part['description']}\n"
    yield "| field | value | meaning |\n| --- | --- | --- |"
    for key, field in part["properties"].items():
        yield f"| `{key}` | {_kind(field, parts)} | {field.get('description', '')} |"
    yield ""


class Commands(SphinxDirective):
    """One section per command, with the help it prints."""

    def run(self) -> list[Node]:
        """Return the sections."""
        text = "\n".join(_help(cli, "eventstudy", None))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def _help(command: click.Command, path: str, above: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=path.rsplit(" ", 1)[-1], parent=above)
    context.max_content_width = 88
    context.terminal_width = 88
    yield f"(cli-{path.replace(' ', '-')})=\n## {path}\n"
    yield f"```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from _help(command.commands[name], f"{path} {name}", context)


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


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives and the search for names."""
    app.add_directive("settings", Settings)
    app.add_directive("commands", Commands)
    app.add_directive("result-fields", ResultFields)
    app.connect("missing-reference", _find)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
