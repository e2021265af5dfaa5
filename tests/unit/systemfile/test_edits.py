"""Edits change the lines that they must, and no other."""

import difflib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mscli.errors import MscliError, SystemFileError
from mscli.systemfile import (
    add_call,
    add_route,
    add_saga,
    add_service,
    new_text,
    read_text,
    remove_call,
    remove_route,
    remove_saga,
    remove_service,
)

from .systems import ANCHORS, FLOW, GATEWAY, SAGAS, SHOP, SHORT, SMALLEST, VALID

COMMENTED = SHORT.replace("    - orders\n", "    - orders  # for the basket\n")


def change(before: str, after: str) -> list[str]:
    """The changed lines, as a diff shows them."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line.startswith(("-", "+"))]


def test_a_new_file_is_a_valid_empty_system() -> None:
    text = new_text("shop")
    assert text.startswith("# yaml-language-server: $schema=.mscli/schema.json\nversion: 1\n")
    system = read_text(text).system
    assert (system.name, dict(system.services), system.routes) == ("shop", {}, ())
    assert read_text(new_text("shop", port=9000)).system.gateway.port == 9000


def test_a_system_is_built_and_taken_apart_again() -> None:
    text = new_text("shop")
    text = add_service(text, "payments", database="postgres")
    text = add_service(text, "orders", calls=["payments"], env={"FLAG": "on"}, port=9000)
    text = add_service(text, "stock", path="code/stock", replicas=2)
    text = add_call(text, "orders", "stock")
    text = add_call(text, "stock", "payments", policy={"deadline": "1s"})
    text = add_route(text, "/orders", "orders")
    text = add_route(text, "/pay", "payments", "keep")
    assert text.endswith("""\
services:
  payments:
    template: python
    database: postgres
  orders:
    template: python
    port: 9000
    env:
      FLAG: "on"
    calls: [payments, stock]
  stock:
    template: python
    path: code/stock
    replicas: 2
    calls:
      payments:
        deadline: 1s

routes:
  - {path: /orders, service: orders}
  - {path: /pay, service: payments, prefix: keep}
""")
    assert read_text(text).system.services["stock"].calls["payments"].deadline == 1.0
    for name in ("payments", "orders", "stock"):
        text = remove_service(text, name, force=True)
    assert text == new_text("shop")


POLICY = [
    f"- {line}" for line in SHOP.splitlines() if "max_connections" in line or "half_open" in line
]

# An edit, the file, and the diff.
EDITS: dict[str, tuple[Callable[[str], str], str, list[str]]] = {
    "a service after its neighbours, in block style": (
        lambda text: add_service(text, "web", database="postgres", calls=["orders"]),
        SHOP,
        [
            "+   web:",
            "+     template: python",
            "+     database: postgres",
            "+     calls: [orders]",
        ],
    ),
    "a service in a flow mapping": (
        lambda text: add_service(text, "c"),
        GATEWAY,
        [
            "- services: {a: {template: ./templates/mine, path: code/a}}",
            "+ services: {a: {template: ./templates/mine, path: code/a}, c: {template: python}}",
        ],
    ),
    "a service where there are none": (
        lambda text: add_service(text, "a"),
        SMALLEST,
        ["+ services:", "+   a:", "+     template: python"],
    ),
    "a call in a block mapping, below a comment": (
        lambda text: add_call(add_service(text, "x"), "x", "orders"),
        SHOP,
        ["+   x:", "+     template: python", "+     calls: [orders]"],
    ),
    "a call in a flow list": (
        lambda text: add_call(text, "orders", "web"),
        SHORT,
        ["-   orders: {calls: [payments, stock]}", "+   orders: {calls: [payments, stock, web]}"],
    ),
    "a call in a block list": (
        lambda text: add_call(text, "web", "payments"),
        SHORT,
        ["+     - payments"],
    ),
    "a call of a service that is only a template": (
        lambda text: add_call(text, "payments", "stock"),
        SHORT,
        ["-   payments: python", "+   payments: {template: python, calls: [stock]}"],
    ),
    "a call of a service that is nothing at all": (
        lambda text: add_call(text, "stock", "payments"),
        SHORT,
        ["+     calls: [payments]"],
    ),
    "a call with a policy, beside calls that are a list of names": (
        lambda text: add_call(text, "web", "payments", policy={"retries": 0}),
        SHORT,
        [
            *("-     - orders", "+       orders: {}", "-     - stock", "+       stock: {}"),
            *("+       payments:", "+         retries: 0"),
        ],
    ),
    "a route in a list": (
        lambda text: add_route(text, "/pay", "payments", "keep"),
        SHOP,
        ["+   - {path: /pay, service: payments, prefix: keep}"],
    ),
    "a route in a mapping": (
        lambda text: add_route(text, "/stock", "stock"),
        SHORT,
        ["+   /stock: stock"],
    ),
    "a route in a flow list of several lines": (
        lambda text: add_route(text, "/c", "a"),
        FLOW,
        [
            '-           {path: /b, service: b}], gateway: {cors: ["*"]}}',
            '+           {path: /b, service: b}, {path: /c, service: a}], gateway: {cors: ["*"]}}',
        ],
    ),
    "a route where there are none": (
        lambda text: add_route(text, "/pay", "payments"),
        ANCHORS,
        ["+ routes:", "+   - {path: /pay, service: payments}"],
    ),
    "no call of a mapping": (
        lambda text: remove_call(text, "orders", "inventory"),
        SHOP,
        ["-       inventory:"],
    ),
    "no call of a mapping that takes two lines": (
        lambda text: remove_call(text, "orders", "payments"),
        SHOP,
        [
            *POLICY,
        ],
    ),
    "no call of a flow list": (
        lambda text: remove_call(text, "orders", "stock"),
        SHORT,
        ["-   orders: {calls: [payments, stock]}", "+   orders: {calls: [payments]}"],
    ),
    "no call of a block list": (
        lambda text: remove_call(text, "web", "orders"),
        SHORT,
        ["-     - orders"],
    ),
    "no calls at all": (
        lambda text: remove_call(remove_call(text, "web", "orders"), "web", "stock"),
        SHORT,
        ["-     calls:", "-     - orders", "-     - stock"],
    ),
    "no route of a list": (
        lambda text: remove_route(text, "/stock/"),
        SHOP,
        ["-   - path: /stock/", "-     service: inventory", "-     prefix: keep"],
    ),
    "no route of a mapping": (
        lambda text: remove_route(text, "/orders"),
        SHORT,
        ["-   /orders: orders"],
    ),
    "no route of a flow list": (
        lambda text: remove_route(text, "/"),
        GATEWAY,
        [
            "- routes: [{path: /, service: a, prefix: keep}, {path: /caf%C3%A9, service: a}]",
            "+ routes: [{path: /caf%C3%A9, service: a}]",
        ],
    ),
    "no service, and no route to it": (
        lambda text: remove_service(text, "orders"),
        SHOP,
        [
            "-   orders:",
            '-     template: "python"',
            "-     database: postgres",
            "-     replicas: 2",
            "-     env: {FEATURE_X: on, RATE: 1.10, DEBUG: true, LIMIT: 7}",
            "-     calls:",
            "-       # charged once",
            *POLICY,
            "-       inventory:",
            "-   - {path: /orders, service: orders}",
        ],
    ),
    "no service that others call, by force": (
        lambda text: remove_service(text, "stock", force=True),
        SHORT,
        [
            "-   stock:",
            "-   orders: {calls: [payments, stock]}",
            "+   orders: {calls: [payments]}",
            "-     - stock",
        ],
    ),
}


@pytest.mark.parametrize(("edit", "text", "diff"), EDITS.values(), ids=EDITS.keys())
def test_only_these_lines_change(edit: Callable[[str], str], text: str, diff: list[str]) -> None:
    edited = edit(text)
    assert change(text, edited) == diff
    read_text(edited)


@pytest.mark.parametrize(("edit", "text", "diff"), EDITS.values(), ids=EDITS.keys())
def test_windows_line_ends_stay(edit: Callable[[str], str], text: str, diff: list[str]) -> None:
    windows = edit(text.replace("\n", "\r\n"))
    assert windows == edit(text).replace("\n", "\r\n")


@pytest.mark.parametrize(("edit", "text", "diff"), EDITS.values(), ids=EDITS.keys())
def test_a_file_without_a_last_line_break_stays_one(
    edit: Callable[[str], str], text: str, diff: list[str]
) -> None:
    assert edit(text.rstrip("\n")) == edit(text).rstrip("\n")


def test_a_byte_order_mark_stays() -> None:
    assert add_service("\ufeff" + SHOP, "x") == "\ufeff" + add_service(SHOP, "x")


def test_comments_behind_an_empty_collection_stay() -> None:
    text = "version: 1\nname: a\nservices: {}  # none yet\nroutes:  # none\n# the end\n"
    edited = add_route(add_service(text, "a"), "/a", "a")
    assert edited == (
        "version: 1\nname: a\nservices:  # none yet\n  a:\n    template: python\n"
        "routes:  # none\n  - {path: /a, service: a}\n# the end\n"
    )


def test_a_list_of_lines_grows_by_a_line() -> None:
    text = (
        "version: 1\nname: a\nservices:\n  a:\n  b:\n  c:\n    calls: [\n      a, # the first\n"
        "    ]\n"
    )
    assert change(text, add_call(text, "c", "b")) == ["+       b,"]
    without_comma = text.replace("a, #", "a #")
    grown = without_comma.replace("a #", "a, #").replace("    ]", "      b\n    ]")
    assert add_call(without_comma, "c", "b") == grown


def test_a_saga_comes_and_goes() -> None:
    steps = [
        {"service": "inventory", "action": "reserve", "compensation": "release"},
        {"service": "payments", "action": "charge"},
    ]
    text = add_saga(SHOP, "place-order", owner="orders", steps=steps)
    assert change(SHOP, text) == [
        "+ sagas:",
        "+   place-order:",
        "+     style: orchestration",
        "+     owner: orders",
        "+     steps:",
        "+       - {service: inventory, action: reserve, compensation: release}",
        "+       - {service: payments, action: charge}",
    ]
    assert list(read_text(text).system.sagas) == ["place-order"]
    assert remove_saga(text, "place-order") == SHOP


FAULTS: dict[str, tuple[Callable[[], str], str, str]] = {
    "a service that exists": (
        lambda: add_service(SHOP, "orders"),
        "service 'orders' exists already",
        "choose another name",
    ),
    "a call that exists": (
        lambda: add_call(SHOP, "orders", "payments"),
        "'orders' calls 'payments' already",
        "",
    ),
    "a call of nobody": (
        lambda: add_call(SHOP, "ordrs", "payments"),
        "no service 'ordrs'",
        "did you mean 'orders'?",
    ),
    "a call to nobody": (
        lambda: add_call(SHOP, "orders", "zzz"),
        "no service 'zzz'",
        "add it with: mscli new service zzz",
    ),
    "a policy in a list with comments": (
        lambda: add_call(COMMENTED, "web", "payments", policy={"retries": 0}),
        "the calls of 'web' are a list with comments",
        "write the calls of 'web' as a mapping from name to policy first",
    ),
    "a route that exists": (
        lambda: add_route(SHOP, "/orders", "payments"),
        "route '/orders' exists already, to 'orders'",
        "",
    ),
    "no service": (
        lambda: remove_service(SHOP, "paymnts"),
        "no service 'paymnts'",
        "did you mean 'payments'?",
    ),
    "a service that is called": (
        lambda: remove_service(SHOP, "payments"),
        "service 'payments' is called by orders",
        "remove the calls first, such as: mscli rm call orders payments; or use --force",
    ),
    "a saga that exists": (
        lambda: add_saga(SAGAS, "place-order", owner="web", steps=[]),
        "saga 'place-order' exists already",
        "choose another name",
    ),
    "a saga of nobody": (
        lambda: add_saga(SAGAS, "s", owner="web", steps=[{"service": "stok", "action": "x"}]),
        "no service 'stok'",
        "did you mean 'stock'?",
    ),
    "no saga": (
        lambda: remove_saga(SAGAS, "place-oder"),
        "no saga 'place-oder'",
        "did you mean 'place-order'?",
    ),
    "a service that takes part in a saga": (
        lambda: remove_service(SAGAS, "payments", force=True),
        "service 'payments' takes part in place-order, return-goods",
        "remove the saga first: mscli rm saga place-order",
    ),
    "no call": (
        lambda: remove_call(SHOP, "orders", "paymnts"),
        "'orders' does not call 'paymnts'",
        "did you mean 'payments'?",
    ),
    "no route": (
        lambda: remove_route(SHOP, "/order"),
        "no route '/order'",
        "did you mean '/orders'?",
    ),
}


@pytest.mark.parametrize(("edit", "message", "hint"), FAULTS.values(), ids=FAULTS.keys())
def test_an_edit_that_cannot_be_says_why(edit: Callable[[], str], message: str, hint: str) -> None:
    with pytest.raises(MscliError) as caught:
        edit()
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_what_stands_behind_an_anchor_is_not_edited_by_machine() -> None:
    edits: list[Callable[[], str]] = [
        lambda: add_call(ANCHORS, "shipping", "orders"),
        lambda: remove_service(ANCHORS, "payments", force=True),
    ]
    for edit in edits:
        with pytest.raises(MscliError, match="not edited by machine") as caught:
            edit()
        assert "by hand" in caught.value.hint
    assert change(ANCHORS, remove_service(ANCHORS, "shipping")) == ["-   shipping: *plain"]


def test_a_malformed_file_is_not_edited() -> None:
    with pytest.raises(SystemFileError):
        add_service("version: [", "a")


NAMES = ["a", "b", "orders", "payments", "inventory", "stock", "web", "new"]
NAME = st.sampled_from(NAMES)
EDIT = st.one_of(
    st.tuples(st.just(add_service), NAME),
    st.tuples(st.just(add_call), NAME, NAME),
    st.tuples(st.just(add_route), st.sampled_from(["/a", "/b", "/orders"]), NAME),
    st.tuples(st.just(remove_service), NAME),
    st.tuples(st.just(remove_call), NAME, NAME),
    st.tuples(st.just(remove_route), st.sampled_from(["/a", "/b", "/orders", "/"])),
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(list(VALID.values())), st.lists(EDIT, min_size=1, max_size=12))
def test_any_edits_keep_the_file_readable(
    text: str, edits: list[tuple[Callable[..., str], ...]]
) -> None:
    for edit, *arguments in edits:
        try:
            edited = edit(text, *arguments)
        except MscliError:
            continue
        if edit in (add_service, add_call, add_route):
            assert lost(text, edited) <= 1
        text = edited


def lost(before: str, after: str) -> int:
    """How many lines are not there any more."""
    return sum(line.startswith("-") for line in change(before, after))
