from pathlib import Path

import pytest

from mscli.errors import MscliError, SystemFileError
from mscli.model.invariants import Query
from mscli.model.system import Breaker, Cors, Policy, Route, Step
from mscli.systemfile import (
    as_json,
    find,
    inspect,
    inspect_whole,
    read,
    read_text,
    spelt_out,
)

from .systems import (
    ANCHORS,
    EMPTY_FIELDS,
    FLOW,
    GATEWAY,
    INVARIANTS,
    SAGAS,
    SHOP,
    SHORT,
    SMALLEST,
    VALID,
)


def test_the_file_is_found_from_any_folder_below_it(tmp_path: Path) -> None:
    (tmp_path / "mscli.yaml").write_text(SMALLEST)
    deep = tmp_path / "services" / "orders"
    deep.mkdir(parents=True)
    assert find(deep) == tmp_path / "mscli.yaml"
    assert find(tmp_path) == tmp_path / "mscli.yaml"


def test_without_a_file_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(MscliError) as caught:
        find(tmp_path)
    assert caught.value.exit_code == 1
    assert "mscli new system NAME" in caught.value.hint


def test_a_whole_system_is_read() -> None:
    reading = read_text(SHOP)
    system = reading.system
    assert (system.name, system.gateway.port, list(system.services)) == (
        "shop",
        8080,
        ["payments", "inventory", "orders"],
    )
    orders = system.services["orders"]
    assert orders.path == "services/orders"
    assert orders.env == {"FEATURE_X": "on", "RATE": "1.10", "DEBUG": "true", "LIMIT": "7"}
    assert orders.calls == {
        "payments": Policy(2.0, 0.7, 2, 50, Breaker(5, 60.0, 1), None),
        "inventory": Policy(),
    }
    assert system.routes == (
        Route("/orders", "orders", "strip"),
        Route("/stock", "inventory", "keep"),
    )
    assert reading.warnings == ()


def test_short_forms_are_expanded() -> None:
    system = read_text(SHORT).system
    assert system.services["stock"].template == "python"
    assert list(system.services["orders"].calls) == ["payments", "stock"]
    assert system.services["web"].command == ("python", "-m", "web", "--title", "a b")
    assert system.routes == (Route("/orders", "orders"), Route("/web", "web", "keep"))
    assert system.engines == {"nats", "temporal"}


def test_anchors_aliases_and_merges_are_expanded() -> None:
    system = read_text(ANCHORS).system
    assert system.services["inventory"].database == "postgres"
    assert system.services["inventory"].replicas == 3
    assert system.services["shipping"].env == {"A": "1", "B": "two"}
    assert system.services["orders"].env == {"B": "other", "A": "1"}
    quick = Policy(deadline=0.5, attempt_timeout=0.5)
    assert system.services["orders"].calls == {"payments": quick, "inventory": quick}


def test_the_gateway_is_read_with_units() -> None:
    gateway = read_text(GATEWAY).system.gateway
    assert (gateway.body, gateway.response_timeout, gateway.idle_timeout) == (1024**2, 90.0, 90.0)
    origins = ("https://shop.example", "http://localhost:3000")
    assert gateway.cors == Cors(origins, max_age=0.0, credentials=True)


def test_a_fallback_of_null_is_an_answer_and_no_fallback_is_none() -> None:
    empty = read_text(EMPTY_FIELDS).system.services["b"].calls["a"]
    assert empty.fallback == "null"
    assert read_text(FLOW).system.services["b"].calls["a"].fallback == '{"items":[1,2.5,null]}'
    assert read_text(SHOP).system.services["orders"].calls["payments"].fallback is None


@pytest.mark.parametrize("text", VALID.values(), ids=VALID.keys())
def test_what_is_spelt_out_reads_back_as_the_same_system(text: str) -> None:
    system = read_text(text).system
    again = read_text(spelt_out(system)).system
    assert again == system
    assert list(again.services) == list(system.services)
    assert as_json(again) == as_json(system)


def test_every_short_form_and_default_is_spelt_out() -> None:
    assert (
        spelt_out(read_text("version: 1\nname: s\nservices: {b: , a: {calls: [b]}}").system)
        == """\
version: 1
name: s
gateway:
  engine: traefik
  port: 8080
  body: 10MiB
  response_timeout: 30s
  idle_timeout: 60s
discovery: platform
services:
  b:
    template: python
    path: services/b
    api: http
    database: none
    replicas: 1
    env: {}
    health: /readyz
    calls: {}
  a:
    template: python
    path: services/a
    api: http
    database: none
    replicas: 1
    env: {}
    health: /readyz
    calls:
      b:
        deadline: 2s
        attempt_timeout: 700ms
        retries: 2
        max_connections: 50
        breaker:
          failure_threshold: 5
          reset_timeout: 60s
          half_open_max_calls: 1
routes: []
sagas: {}
engines: {}
"""
    )


def test_a_service_from_no_template_is_asked_in_its_own_way() -> None:
    entry = "{template: none, command: ./run, health: tcp}"
    service = read_text(f"version: 1\nname: s\nservices: {{a: {entry}}}").system.services["a"]
    assert (service.is_made, service.command, service.health) == (False, ("./run",), "tcp")


def test_a_saga_implies_its_owners_calls_and_keeps_their_policies() -> None:
    system = read_text(SAGAS).system
    assert list(system.services["web"].calls) == ["stock", "payments"]
    assert system.services["web"].calls["payments"].deadline == 9
    assert system.services["web"].calls["stock"] == Policy()
    saga = system.sagas["place-order"]
    assert saga.steps[0] == Step("stock", "reserve", "release", attempts=5)
    assert saga.steps[2] == Step("web", "confirm")
    assert system.sagas["return-goods"].steps[1].compensation is None


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "mscli.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SHOP.replace("\n", "\r\n").encode())
    assert read(path).system == read_text(SHOP).system


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "mscli.yaml:1: the file is empty"),
        (b"# nothing\n", "mscli.yaml:1: the file is empty"),
        (b"version: 1\nname: caf\xe9\n", "mscli.yaml:2: the file is not UTF-8 - save it as UTF-8"),
        ("version: 1\n".encode("utf-16"), "mscli.yaml:1: the file is not UTF-8"),
        (b"version: 1\nname: a\x07b\n", "mscli.yaml:2: not valid YAML: a control character"),
    ],
)
def test_bytes_that_are_no_text_are_findings(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mscli.yaml"
    path.write_bytes(content)
    system, findings = inspect(path)
    assert system is None
    assert str(findings[0]).startswith(message)
    with pytest.raises(SystemFileError) as caught:
        read(path)
    assert caught.value.findings == findings
    assert caught.value.exit_code == 3


def test_a_missing_file_and_a_folder_are_findings(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        system, findings = inspect(path)
        assert system is None
        assert "the file cannot be read" in str(findings[0])


def test_a_file_below_the_working_folder_is_named_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "mscli.yaml").write_text("version: 2\nname: a\n")
    monkeypatch.chdir(tmp_path)
    assert inspect(tmp_path / "shop" / "mscli.yaml")[1][0].file == "shop/mscli.yaml"
    monkeypatch.chdir(tmp_path / "shop")
    assert inspect(tmp_path / "shop" / "mscli.yaml")[1][0].file == "mscli.yaml"


LAUGHS = "\n".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9) if level else 'ha'}]"
    for level in range(12)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LAUGHS, "when aliases are expanded"),
        ("a: &a [*a]", "an alias that contains itself"),
        ("a: &a {<<: *a}", "an alias that contains itself"),
        ("[" * 100_000, "nested deeper than"),
        ("- " * 100_000, "nested deeper than"),
        ("{a: " * 5_000, "nested deeper than"),
        ("x" * 5_000_000, "larger than 4 MB"),
        ("a: " + "9" * 5_000, "a number that long is not allowed"),
        ("a: !!python/object:os.system x", "the tag '!!python/object:os.system' is not allowed"),
        ("a: !!binary x", "the tag '!!binary' is not allowed"),
        ("? [a]\n: b", "a name must be text"),
        ("a: *b", "undefined alias"),
        ("a: \ud800", "not valid Unicode"),
    ],
    ids=range(13),
)
def test_hostile_yaml_is_a_finding(text: str, message: str) -> None:
    with pytest.raises(SystemFileError, match=message):
        read_text(text)


def test_the_pure_parser_is_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    from mscli.systemfile import compose

    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    quick = [read_text(text).system for text in VALID.values()]
    monkeypatch.setattr(compose, "_COMPOSER", compose._composer())
    assert [read_text(text).system for text in VALID.values()] == quick
    for text in ("a: &a [*a]", "[" * 1000, "a: \x07", "\ta: b", "---\n---\n"):
        with pytest.raises(SystemFileError):
            read_text(text)


def test_invariants_have_two_forms_and_a_drill_its_inputs() -> None:
    system = read_text(INVARIANTS).system
    assert system.sagas["place-order"].inputs == ('{"order":"$id","amount":1.5}', "{}")
    named = {invariant.name: invariant for invariant in system.invariants}
    assert named["text"].expect == '"a;b"'
    assert named["nothing"].expect == "null"
    assert named["adds-up"].queries == (
        Query("stock", "SELECT sum(stock) FROM items  -- ; is no end here"),
    )
    sent = named["charged-is-sent"]
    assert [query.service for query in sent.queries] == ["payments", "stock"]
    assert sent.within == Query("stock", "(SELECT 1)")


def test_folders_that_a_file_names_have_to_be_there(tmp_path: Path) -> None:
    file = tmp_path / "mscli.yaml"
    file.write_text("version: 1\nname: shop\nservices:\n  orders:\n    template: ./mine\n")
    assert inspect(file)[0] is not None
    system, findings = inspect_whole(file)
    assert system is None
    assert [(finding.line, finding.path) for finding in findings] == [
        (4, "services.orders"),
        (5, "services.orders.template"),
    ]
    assert "no folder './mine' with a template" in findings[1].message
    for folder in ("mine", "services/orders"):
        (tmp_path / folder).mkdir(parents=True)
    assert inspect_whole(file) == inspect(file)
