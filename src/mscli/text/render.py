"""The one renderer: Jinja in its sandbox, quoting filters, and outputs that are parsed back."""

from __future__ import annotations

import json
import shlex
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from posixpath import splitext

import yaml
from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, pass_context
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mscli.errors import MscliError
from mscli.text import templates
from mscli.text.quoting import ini_inline, json_inline, toml_inline
from mscli.text.templates import Template, find_template
from mscli.text.yaml import yaml_inline, yaml_text

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""It tells no number from a word, which nobody asks here and would take a third of the time."""
_QUOTED_SYNTAXES = frozenset({".yaml", ".yml", ".json"})


def render(template_path: str, context: Mapping[str, object], overrides: Path | None = None) -> str:
    """The text of the template `template_path` (such as `gateway/traefik/routes.yaml.jinja`).

    `overrides` is the system's `.mscli/templates`, whose files go before ours. A value that the
    context lacks, a string that no filter quoted in YAML or JSON, and an output that does not
    parse are each an MscliError with the template and its line. Same input, same bytes.
    """
    environment = _environment(overrides)
    try:
        text = environment.get_template(template_path).render(context)
        return parsed_back(_output(template_path), text)
    except TemplateNotFound as error:
        raise MscliError(
            f"there is no template {error.name or template_path}", "install mscli again"
        ) from error
    except MscliError as error:
        found = find_template(template_path, overrides)
        raise MscliError(f"{found}: {error.message}", error.hint or _remedy(found)) from error
    except Exception as error:  # a template may fail with anything
        raise _failure(error, template_path, overrides) from error


def parsed_back(path: str, text: str) -> str:
    """`text` itself, once the syntax that the suffix of `path` names has been read from it.

    YAML (also several documents), JSON and TOML are read, duplicate keys are refused; any other
    suffix passes. An MscliError names the path, the line and what is wrong.
    """
    reader = _READERS.get(splitext(path)[1].lower())
    if reader is None:
        return text
    try:
        reader(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise MscliError(f"{path}:{line}: {error.problem or error.context}") from error
    except json.JSONDecodeError as error:
        raise MscliError(f"{path}:{error.lineno}: {error.msg}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise MscliError(f"{path}: {error}") from error
    return text


class _Reader(_LOADER):  # type: ignore[misc, valid-type]
    """Reads nodes and takes every scalar for text: to find what else it is takes half the time."""

    def resolve(self, *_: object) -> str:
        return ""

    def descend_resolver(self, *_: object) -> None: ...

    def ascend_resolver(self, *_: object) -> None: ...


def _read_yaml(text: str) -> None:
    reader = _Reader(text)
    while reader.check_node():
        _refuse_duplicates(reader.get_node())


def _refuse_duplicates(node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        keys = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in keys:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key.value!r} is there twice", problem_mark=key.start_mark
                    )
                keys.add(key.value)
            if not isinstance(value, yaml.ScalarNode):
                _refuse_duplicates(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            if not isinstance(value, yaml.ScalarNode):
                _refuse_duplicates(value)


def _read_json(text: str) -> None:
    json.loads(text, object_pairs_hook=_pairs)


def _pairs(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key {key!r} is there twice")
        result[key] = value
    return result


_READERS: Mapping[str, Callable[[str], object]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".json": _read_json,
    ".toml": tomllib.loads,
}


class _Quoted(str):
    """Text that a quoting filter has made: it may stand in YAML and JSON as it is."""

    __slots__ = ()


class _Loader(BaseLoader):
    """Templates by name, a team's own copy first."""

    def __init__(self, overrides: Path | None) -> None:
        self._overrides = overrides

    def get_source(self, _: object, template: str) -> tuple[str, str, None]:
        found = find_template(template, self._overrides)
        if found is None:
            raise TemplateNotFound(template)
        return found.file.read_text(encoding="utf-8"), str(found.file), None


@cache
def _environment(overrides: Path | None) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=_Loader(overrides),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # nothing here is HTML: values go through the quoting filters
        cache_size=-1,
        auto_reload=False,  # one command renders one state of the templates, and quickly
    )
    environment.filters.update(yaml=_yaml, json=_json, toml=_toml, ini=_ini, sh=_sh)
    return environment


def _yaml(value: object, indent: int | None = None, width: int = 0) -> _Quoted:
    """Inline; with `indent` in block style, whose first line takes the place of the tag."""
    if indent is None:
        return _Quoted(yaml_inline(value))
    return _Quoted(yaml_text(value, indent, width)[indent:].removesuffix("\n"))


def _json(value: object) -> _Quoted:
    return _Quoted(json_inline(value))


def _toml(value: object) -> _Quoted:
    return _Quoted(toml_inline(value))


def _ini(value: object) -> _Quoted:
    return _Quoted(ini_inline(value))


def _sh(value: object) -> _Quoted:
    return _Quoted(shlex.quote(str(value)))


@pass_context
def _finalize(context: Context, value: object) -> object:
    """Every value on its way out: in YAML and JSON only what a filter quoted, and numbers."""
    if isinstance(value, _Quoted | StrictUndefined) or type(value) is int:
        return value
    if _must_be_quoted(context.name or ""):
        raise ValueError(f"the value {value!r} is not quoted: end it with `| yaml` or `| json`")
    return value


@cache
def _must_be_quoted(template_path: str) -> bool:
    return splitext(_output(template_path))[1] in _QUOTED_SYNTAXES


def _output(template_path: str) -> str:
    return template_path.removesuffix(".jinja")


def _failure(error: Exception, template_path: str, overrides: Path | None) -> MscliError:
    """The error of a template, with the line in the innermost template that it came from."""
    if isinstance(error, TemplateSyntaxError):
        name, line = error.name or template_path, error.lineno
    else:
        name, line = _place(error, template_path, overrides)
    found = find_template(name, overrides)
    return MscliError(f"{found}, line {line}: {error}", _remedy(found))


def _place(error: Exception, template_path: str, overrides: Path | None) -> tuple[str, int]:
    """Name and line of the innermost template in the error's trace."""
    place = template_path, 1
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        for folder in (overrides, templates.built_in()):
            if folder is not None and file.is_relative_to(folder):
                place = file.relative_to(folder).as_posix(), trace.tb_lineno
        trace = trace.tb_next
    return place


def _remedy(found: Template | None) -> str:
    if found is not None and found.own:
        return f"mend it, or remove it to use mscli's own: {found.file}"
    return "this is a fault of mscli: please report it"
