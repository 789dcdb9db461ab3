"""Pages made from the program itself, so that they cannot go stale.

``{settings}`` lists every table of ``study.toml`` from the records that check it; ``{commands}``
prints the help of every command; ``{result-fields}`` lists the fields of the JSON document.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click
from pydantic import BaseModel
from sphinx.util.docutils import SphinxDirective

from eventstudy.cli import cli
from eventstudy.results.document import schema
from eventstudy.specification import StudySpec

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx


class Settings(SphinxDirective):
    """One section per table of ``study.toml``."""

    def run(self) -> list[Node]:
        """Return the sections."""
        described = StudySpec.model_json_schema()
        defaults = StudySpec().model_dump(mode="json")
        text = "\n".join(
            line
            for name, field in StudySpec.model_fields.items()
            for line in _table(name, field.annotation, described["$defs"], defaults[name])
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
    for key, field in parts[record.__name__]["properties"].items():
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
    context = click.Context(
        command, info_name=path.rsplit(" ", 1)[-1], parent=above, **command.context_settings
    )
    context.max_content_width = 88
    context.terminal_width = 88
    yield f"(cli-{path.replace(' ', '-')})=\n## {path}\n"
    yield f"```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from _help(command.commands[name], f"{path} {name}", context)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("settings", Settings)
    app.add_directive("commands", Commands)
    app.add_directive("result-fields", ResultFields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
