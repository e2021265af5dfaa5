"""Golden messages: every fault of a file is one line with file, line, place and remedy.

`bad/NAME.yaml` is a file, `bad/NAME.findings` is all that is found in it.
"""

from pathlib import Path

import pytest

from mscli.errors import Finding, SystemFileError
from mscli.systemfile import read_text
from mscli.systemfile.not_yet import FIELDS, VALUES

HEAD = "version: 1\nname: shop\n"
_SERVICES = "services: {{a: , b: {{database: postgres}}}}\n"
BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


def found(text: str) -> tuple[Finding, ...]:
    try:
        return read_text(text).warnings
    except SystemFileError as error:
        return error.findings


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_every_fault_has_its_line_and_remedy(path: Path, request: pytest.FixtureRequest) -> None:
    golden = path.with_suffix(".findings")
    messages = "".join(f"{finding}\n" for finding in found(path.read_text()))
    if request.config.getoption("--update-golden", default=False):
        golden.write_text(messages)
    assert messages == golden.read_text()
    assert messages, "a bad file has a finding"


def test_every_golden_file_has_its_system_file() -> None:
    stems = {path.stem for path in (Path(__file__).parent / "bad").iterdir()}
    assert stems == {path.stem for path in BAD}


@pytest.mark.parametrize("pattern", FIELDS)
def test_every_field_that_is_not_implemented_is_refused(pattern: tuple[str, ...]) -> None:
    holders = {
        (): "{}: 1\n",
        ("gateway",): "gateway: {{{}: 1}}\n",
        ("services", "*"): "services: {{a: {{{}: 1}}}}\n",
        ("routes", "*"): "services: {{a: }}\nroutes: [{{path: /a, service: a, {}: 1}}]\n",
        ("engines", "nats"): "engines: {{nats: {{{}: 1}}}}\n",
        ("engines", "postgres"): "engines: {{postgres: {{{}: 1}}}}\n",
    }
    for field in FIELDS[pattern]:
        (finding,) = found(HEAD + holders[pattern].format(field))
        assert finding.message == f"'{field}' is not in this version"


@pytest.mark.parametrize("pattern", VALUES)
def test_every_value_that_is_not_implemented_is_refused(pattern: tuple[str, ...]) -> None:
    holders = {
        ("gateway", "engine"): "gateway: {}\n",
        ("discovery",): "discovery: {}\n",
        ("services", "*", "api"): "services: {{a: {{api: {}}}}}\n",
        ("services", "*", "template"): "services: {{a: {}}}\n",
    }
    for value in VALUES[pattern]:
        (finding,) = found(HEAD + holders[pattern].format(value))
        assert finding.message == f"'{value}' is not in this version"


def test_warnings_do_not_make_a_system_unreadable() -> None:
    reading = read_text(HEAD + "services: {a: {calls: [b]}, b: {calls: [a]}}\n")
    assert [finding.severity for finding in reading.warnings] == ["warning"]


def test_errors_are_reported_together_with_warnings() -> None:
    with pytest.raises(SystemFileError) as caught:
        read_text(HEAD + "services: {a: {calls: [b]}, b: {calls: [a]}}\nzzz: 1\n")
    assert [finding.severity for finding in caught.value.findings] == ["warning", "error"]


def test_a_chain_of_thousands_of_calls_is_walked_without_recursion() -> None:
    lines = [f"  s{number}: {{calls: [s{number + 1}]}}" for number in range(3000)]
    text = HEAD + "services:\n" + "\n".join(lines) + "\n  s3000: {calls: [s0]}\n"
    (warning,) = read_text(text).warnings
    assert warning.message.startswith("calls form a cycle: s0 -> s1 -> s2 -> ")
    assert len(warning.message) < 500
