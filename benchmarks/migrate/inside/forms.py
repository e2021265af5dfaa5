"""Finds the forms of a page and fills them in, as a patient visitor would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "606060000000050001a5f645400000000049454e44ae426082"
)
BY_NAME = {
    "email": "visitor@example.com",
    "url": "http://example.com/",
    "link": "http://example.com/",
    "slug": "some-slug",
    "phone": "+14155552671",
    "date": "2026-01-15",
    "time": "10:30",
    "password": "Pa55-word!x9",
    "postcode": "SW1A 1AA",
    "number": "1",
    "price": "1",
    "amount": "1",
    "quantity": "1",
    "user": "visitor",
    "color": "#112233",
    "json": "{}",
}
BY_TYPE = {
    "email": "visitor@example.com",
    "url": "http://example.com/",
    "number": "1",
    "range": "1",
    "date": "2026-01-15",
    "time": "10:30",
    "datetime-local": "2026-01-15T10:30",
    "password": "Pa55-word!x9",
    "tel": "+14155552671",
    "color": "#112233",
    "month": "2026-01",
}


@dataclass
class Input:
    """One field; `options` of a select or of radio buttons, the chosen ones first."""

    name: str
    kind: str
    value: str = ""
    required: bool = False
    chosen: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    checked: bool = False


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    inputs: list[Input] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def fillings(self) -> Iterator[dict[str, object]]:
        """With every field, and with those only that have to be filled; once for each button.

        And once with other texts: what stays as it was is not always written.
        """
        buttons = list(dict.fromkeys(self.buttons))[:5] or [("", "")]
        for everything in (True, False):
            for name, value in buttons:
                found = self._filled(everything=everything)
                if name:
                    found[name] = value
                yield found
        changed = {one.name for one in self.inputs if one.kind == "text" and _free(one.value)}
        if changed:
            found = self._filled(everything=True)
            yield {n: f"{value} too" if n in changed else value for n, value in found.items()}

    def _filled(self, *, everything: bool) -> dict[str, object]:
        found: dict[str, object] = {}
        for one in self.inputs:
            value = _value(one, everything=everything)
            if value is not None:
                found[one.name] = value
        return found


def _value(one: Input, *, everything: bool) -> object:
    if one.kind in ("select", "radio"):
        wanted = one.chosen or (
            [o for o in one.options if o][:1] if everything or one.required else []
        )
        return wanted[0] if wanted else None
    if one.kind == "multiple":
        return one.chosen or [o for o in one.options if o][:1] or None
    if one.kind == "checkbox":
        risky = one.name.upper().endswith("-DELETE") or one.name == "delete"
        return (one.value or "on") if one.checked or (everything and not risky) else None
    if one.kind == "file":
        return ("picture.png", PICTURE) if everything else None
    if one.kind == "hidden" or one.value or not (everything or one.required):
        return one.value
    if one.kind in BY_TYPE:
        return BY_TYPE[one.kind]
    return text_for(one.name)


def _free(value: str) -> bool:
    """Whether a text may be another one; a number, a date, an address or a code may not."""
    return bool(value) and value.replace(" ", "").isalpha()


def text_for(name: str) -> str:
    """What somebody might write into a field of this name."""
    return next((text for part, text in BY_NAME.items() if part in name.lower()), "some text 1")


class Forms(HTMLParser):
    """Reads every form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._select: Input | None = None
        self._area: Input | None = None
        self.feed(page)
        # One that only closes a dialogue sends nothing.
        self.forms = [form for form in self.forms if form.method != "dialog"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower() or "get"
            self.forms.append(Form(given.get("action", ""), method))
        elif tag == "option" and self._select is not None:
            value = given.get("value", "")
            self._select.options.append(value)
            if "selected" in given:
                self._select.chosen.append(value)
        elif self.forms and given.get("name"):
            self._field(self.forms[-1], tag, given)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, required = given["name"], "required" in given
        kind = given.get("type", "text").lower()
        if tag == "select":
            kind = "multiple" if "multiple" in given else "select"
            self._select = Input(name, kind, required=required)
            form.inputs.append(self._select)
        elif tag == "textarea":
            self._area = Input(name, "text", required=required)
            form.inputs.append(self._area)
        elif tag == "button" or kind in ("submit", "image"):
            form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and kind == "radio":
            known = next((one for one in form.inputs if one.name == name), None)
            if known is None:
                known = Input(name, "radio", required=True)
                form.inputs.append(known)
            known.options.append(given.get("value", "on"))
            if "checked" in given:
                known.chosen.append(given.get("value", "on"))
        elif tag == "input" and kind not in ("button", "reset"):
            one = Input(name, kind, given.get("value", ""), required, checked="checked" in given)
            form.inputs.append(one)

    def handle_data(self, data: str) -> None:
        """The content of a text area."""
        if self._area is not None:
            self._area.value += data.lstrip("\n")

    def handle_endtag(self, tag: str) -> None:
        """The end of a field."""
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
