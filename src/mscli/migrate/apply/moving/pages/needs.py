"""What a template needs: other templates, URLs by their names, tags, filters, variables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from mscli.migrate.templates.django_language import BIT, PIPE, TOKEN

EXTENSIONS = ["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"]
TEXT = re.compile(r"""^(["'])(.*)\1$""")
FILTER = re.compile(r"\|\s*(\w+)")
FORMS = "django/forms/"
"""Templates that come with Django, for what a form shows."""
OF_WIDGETS = frozenset(["option.template_name", "subwidget.template_name", "widget.template_name"])
"""How Django's templates of a form include those of its parts, which their classes name."""
ADD = "add:"
QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
CHAIN = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)*")


@dataclass(slots=True)
class Needs:
    """By name; in `templates` and `urls` the empty one is put together when it is asked for."""

    templates: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    """Names of what says which template is shown: `{% extends layout %}`."""
    urls: set[str] = field(default_factory=set)
    libraries: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    filters: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    """Variables that the template does not set itself."""
    chains: set[str] = field(default_factory=set)
    """What it takes of them, such as `request.user`."""
    fault: str = ""
    said: dict[str, str] = field(default_factory=dict)
    """Names of templates that it puts together itself, by variable."""

    def around(self) -> Needs:
        """What it needs that another language has as well."""
        return Needs(urls=self.urls, names=self.names, chains=self.chains)

    def add(self, other: Needs) -> None:
        """Take in what another template needs around it."""
        for kind in ("urls", "libraries", "tags", "filters", "names", "chains"):
            getattr(self, kind).update(getattr(other, kind))


def of_jinja(text: str) -> Needs:
    """What a template of Jinja needs."""
    found = Needs()
    environment = Environment(extensions=EXTENSIONS, autoescape=True)
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        found.fault = f"{error.message}, line {error.lineno}"
        return found
    found.templates = {name or "" for name in meta.find_referenced_templates(tree)}
    found.filters = {node.name for node in tree.find_all(nodes.Filter)}
    found.tags = {node.name for node in tree.find_all(nodes.Test)}
    environment.filters.update(dict.fromkeys(found.filters, _anything))  # else they are faults
    environment.tests.update(dict.fromkeys(found.tags, _anything))
    found.names = meta.find_undeclared_variables(tree)
    _objects(tree, found)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for":
            given = call.args[0] if call.args else None
            found.urls.add(str(given.value) if isinstance(given, nodes.Const) else "")
    return found


def _anything(value: object) -> object:
    return value


def _objects(tree: nodes.Template, found: Needs) -> None:
    """What is taken of variables: `config.TITLE`; `config.` where that is not known."""
    inner = set[int]()
    taken = [(node.node, node.attr) for node in tree.find_all(nodes.Getattr)]
    items = tree.find_all(nodes.Getitem)
    taken += [(node.node, str(getattr(node.arg, "value", ""))) for node in items]
    for of, key in taken:
        if isinstance(of, nodes.Name):
            found.chains.add(f"{of.name}.{key}")
            inner.add(id(of))
    every = tree.find_all(nodes.Name)
    found.chains |= {f"{node.name}." for node in every if id(node) not in inner}


def of_django(text: str) -> Needs:
    """What a template of Django needs."""
    found, skipped = Needs(), ""
    for token in TOKEN.split(text):
        content = token[2:-2].strip() if token.startswith(("{%", "{{")) else ""
        if skipped:
            skipped = "" if content.startswith(skipped) else skipped
        elif token.startswith("{{"):
            _expression(content, found)
        elif token.startswith("{%") and content:
            name, *bits = BIT.findall(content)
            if name in ("comment", "verbatim"):
                skipped = f"end{name}"
            else:
                found.tags.add(name)
                _tag(name, bits, found)
    return found


def _tag(name: str, bits: list[str], found: Needs) -> None:
    if name in ("extends", "include") and bits and bits[0] in OF_WIDGETS:
        found.templates.add(f"{FORMS}widgets")
    elif name in ("extends", "include") and bits:
        if pattern := _added_up(bits[0]) or found.said.get(bits[0]):
            found.templates.add(pattern)
        else:
            named = found.variables if bits[0].isidentifier() else found.templates
            named.add(bits[0] if bits[0].isidentifier() else _text(bits[0]))
    elif name == "with":
        found.said |= _said(bits)
    elif name == "url" and bits:
        found.urls.add(_text(bits[0]))
    elif name == "load":
        found.libraries.update(bits[bits.index("from") + 1 :] if "from" in bits else bits)
        return
    for bit in bits:
        _expression(bit, found)


def _said(bits: list[str]) -> dict[str, str]:
    """Names that are put together for a part of a template: `{% with "a/"|add:kind as page %}`."""
    pairs = [(bit.partition("=")[0], bit.partition("=")[2]) for bit in bits if "=" in bit]
    pairs += [(bits[2], bits[0])] if bits[1:2] == ["as"] and bits[2:] else []
    return {name: pattern for name, code in pairs if (pattern := _added_up(code))}


def _added_up(code: str) -> str:
    """What a name begins with and ends on that filters add up: `"a/"|add:kind|add:".html"`."""
    first, *filters = PIPE.findall(code)
    if not filters or not all(each.startswith(ADD) for each in filters):
        return ""
    parts = [first, *(each.removeprefix(ADD) for each in filters)]
    pattern = "".join(_text(part) or "*" for part in parts)
    return re.sub(r"\*+", "*", pattern) if pattern.strip("*/.") else ""


def _expression(code: str, found: Needs) -> None:
    bare = QUOTED.sub("''", code)
    found.filters.update(FILTER.findall(bare))
    bare = FILTER.sub(" ", bare)
    found.chains.update(CHAIN.findall(bare))
    found.names.update(chain.partition(".")[0] for chain in CHAIN.findall(bare))


def _text(bit: str) -> str:
    quoted = TEXT.match(bit)
    return quoted.group(2) if quoted else ""
