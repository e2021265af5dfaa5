from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mscli.systemfile import read_text, schema, spelt_out
from mscli.systemfile.reference import reference
from mscli.systemfile.tree import Tree

from .systems import VALID

ROOT = Path(__file__).parents[3]


def data(text: str) -> object:
    return Tree(text, "mscli.yaml").data


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


@pytest.mark.parametrize("text", VALID.values(), ids=VALID.keys())
def test_the_schema_accepts_what_is_read(validator: Draft202012Validator, text: str) -> None:
    assert list(validator.iter_errors(data(text))) == []
    assert list(validator.iter_errors(data(spelt_out(read_text(text).system)))) == []


@pytest.mark.parametrize(
    "body",
    [
        "servces: {}",
        "version: 2",
        "name: Shop",
        "name: 5",
        "gateway: nginx",
        "gateway: {port: '80'}",
        "gateway: {port: 0}",
        "gateway: {cors: []}",
        "gateway: {cors: {methods: [GET]}}",
        "discovery: consul",
        "services: []",
        "services: {Orders: python}",
        "services: {a: 7}",
        "services: {a: {databse: postgres}}",
        "services: {a: {database: mysql}}",
        "services: {a: {replicas: 1.5}}",
        "services: {a: {env: {A: [1]}}}",
        "services: {a: {env: {A-B: x}}}",
        "services: {a: {calls: [a, a]}}",
        "services: {a: {calls: {b: {deadline: 2 days}}}}",
        "services: {a: {calls: {b: {deadline: 0}}}}",
        "services: {a: {calls: {b: {breaker: {half_open_max_calls: 0}}}}}",
        "routes: [{path: /a}]",
        "routes: [{path: /a, service: a, prefix: drop}]",
        "routes: {/a: {prefix: keep}}",
        "routes: [{path: /a, service: a, to: {a: 100}}]",
        "routes: [{path: /a, to: {}}]",
        "routes: [{path: /a, to: {a: 101}}]",
        "routes: [{path: /a, to: {a: {prefix: keep}}}]",
        "routes: {/a: {to: {a: half}}}",
        "routes: {/a: {to: {a: 100}, service: a}}",
        "engines: {redis: {}}",
        "engines: {nats: {address: x}}",
        "sagas: {s: {}}",
        "sagas: {s: {owner: a, steps: []}}",
        "sagas: {s: {owner: a, steps: [b]}}",
        "sagas: {s: {owner: a, steps: [b:c], style: dance}}",
        "sagas: {S: {owner: a, steps: [b:c]}}",
        "sagas: {s: {owner: a, steps: [b:c], drill: {inputs: []}}}",
        "invariants: {i: {service: a, sql: SELECT 1}}",
        "invariants: {i: {each: {service: a, sql: SELECT 1}}}",
        "invariants: {i: {each: {service: a}, in: {service: a, sql: SELECT 1}}}",
        "invariants: {I: {service: a, sql: SELECT 1, expect: 1}}",
        "invariants: {i: {service: a, sql: x, expect: 1, each: {}, in: {}}}",
    ],
)
def test_the_schema_refuses_what_has_the_wrong_shape(
    validator: Draft202012Validator, body: str
) -> None:
    document = {"version": 1, "name": "shop", **yaml.safe_load(body)}
    assert list(validator.iter_errors(document)) != []


def test_every_field_has_a_description() -> None:
    whole = schema()
    for name, record in [("", whole), *whole["$defs"].items()]:
        for field, shape in record["properties"].items():
            assert shape.get("description"), f"{name}.{field}"


def test_the_reference_is_current(request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / "system-file.md"
    if request.config.getoption("--update-golden", default=False):
        page.write_text(reference())
    assert page.read_text() == reference()
    for record in schema()["$defs"].values():
        for field in record["properties"]:
            assert f"| `{field}` |" in page.read_text()


def test_the_examples_of_the_reference_are_valid() -> None:
    page = (ROOT / "docs" / "system-file.md").read_text()
    examples = [part.split("```")[0] for part in page.split("```yaml\n")[1:]]
    assert len(examples) == 2
    whole, short = (read_text(example).system for example in examples)
    assert whole.routes == short.routes
    assert list(whole.services) == list(short.services)
