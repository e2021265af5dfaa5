"""An application's own tests add to its truth what their requests did, and nothing else."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import socket
import tarfile
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from mscli.migrate.tracing.seen import Seen
from tests.unit.migrate.truths import Modules

TRUTH = {
    "application": "shop",
    "version": "1",
    "tables": ["items", "orders"],
    "tables_of_others": ["auth_user"],
    "relations": [],
    "routes": [
        {"method": method, "path": "/orders/", "handler": "shop.orders", "own": True}
        for method in ("GET", "POST")
    ],
    "handled": [
        {
            "method": "GET",
            "path": "/orders/",
            "handler": "shop.orders",
            "succeeded": False,
            "reads": ["orders"],
            "writes": [],
            "together": [],
        }
    ],
    "started": {"shop.py": "1"},
    "executed": {"other.py": {"2,4": "0"}, "shop.py": {"2-4": "0"}},
}


def test_what_its_tests_do_is_added(modules: Modules) -> None:
    documents = modules("migrate.documents")
    tested = [
        Seen("shop.orders", "GET", "/orders/", True, {"items", "of_a_test"}, {"items"}),
        Seen("shop.orders", "POST", "/orders/", True, set(), {"orders"}, {("of_a_test", "orders")}),
        Seen("tests.page", "GET", "/only/in/tests/", True, {"orders"}),
        Seen("shop.orders", "PUT", "/orders/", False, {"orders"}),
    ]
    told = {
        "lines": {"shop.py": [1, 2, 4, 6]},
        "started": {"shop.py": [6]},
        "handled": [
            ["shop.orders", "GET", "orders/", {"shop.py": [4, 6]}],
            ["shop.orders", "POST", "orders/", {"shop.py": [2]}],
            ["tests.page", "GET", "only/in/tests/", {"shop.py": [1]}],
        ],
    }
    found = documents.added(TRUTH, tested, told)
    get, post = found["handled"]
    assert (get["succeeded"], get["reads"], get["writes"]) == (True, ["items", "orders"], ["items"])
    assert (post["method"], post["writes"], post["together"]) == ("POST", ["orders"], [])
    assert found["executed"] == {
        "other.py": {"2,4": "0"},
        "shop.py": {"2": "0-1", "4-6": "0"},
    }
    assert {key: found[key] for key in ("routes", "tables", "started")} == {
        key: TRUTH[key] for key in ("routes", "tables", "started")
    }


def test_with_nothing_seen_a_truth_stays_the_same(modules: Modules) -> None:
    documents = modules("migrate.documents")
    nothing: dict[str, object] = {"lines": {}, "started": {}, "handled": []}
    assert documents.text(documents.added(TRUTH, [], nothing)) == documents.text(TRUTH)
    assert json.loads(documents.text(TRUTH)) == TRUTH


def test_a_run_ends_when_its_time_is_up(modules: Modules) -> None:
    suite = modules("inside.suite")
    for seconds, wanted in ((1e6, False), (-1, True)):
        session = SimpleNamespace(shouldstop=False)
        suite.Bounded(seconds).pytest_runtest_protocol(SimpleNamespace(session=session))
        assert bool(session.shouldstop) is wanted


def test_only_this_machine_is_reached(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    offline = modules("inside.offline")
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, getattr(socket.socket, name))
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)
    offline.cut_off()
    with socket.create_server(("127.0.0.1", 0)) as here:
        socket.create_connection(here.getsockname()).close()
    with socket.socket() as client, pytest.raises(ConnectionRefusedError, match="no network"):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(socket.gaierror, match="no network"):
        socket.create_connection(("shop.example", 80))


@pytest.fixture
def index(tmp_path: Path, modules: Modules, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An index of packages that pip is configured for; its folder."""
    folder = tmp_path / "simple"
    folder.mkdir()
    serve = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_args: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/simple"
        monkeypatch.setattr(modules("migrate.sdists"), "_indexes", lambda: [address])
        yield folder
        server.shutdown()
        thread.join()


def published(index: Path, package: str, file: str) -> str:
    """A source distribution there, with one test; its hash."""
    (index / package).mkdir()
    archive = index / package / file
    with tarfile.open(archive, "w:gz") as inside:
        content = b"def test_nothing(): ...\n"
        entry = tarfile.TarInfo(f"{package}-1.0/tests/test_shop.py")
        entry.size = len(content)
        inside.addfile(entry, io.BytesIO(content))
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def test_the_source_distribution_is_found_by_any_spelling(
    index: Path, modules: Modules, tmp_path: Path
) -> None:
    told = published(index, "my-shop", "My_Shop-1.0.tar.gz")
    links = (
        "my_shop-1.0-py3-none-any.whl",
        "my_shop-1.0.1.tar.gz",
        f"My_Shop-1.0.tar.gz#sha256={told}",
    )
    page = "".join(f'<a data-x="1" href="{link}">{link}</a>\n' for link in links)
    (index / "my-shop" / "index.html").write_text(page)
    place = tmp_path / "place"
    found = modules("migrate.sdists").sdist("my-shop", "1.0", place)
    assert [path.relative_to(found).as_posix() for path in found.rglob("*.py")] == [
        "tests/test_shop.py"
    ]
    assert list(place.iterdir()) == [found]


def test_a_file_that_is_not_what_the_index_says_is_refused(
    index: Path, modules: Modules, tmp_path: Path
) -> None:
    published(index, "shop", "shop-1.0.tar.gz")
    (index / "shop" / "index.html").write_text('<a href="shop-1.0.tar.gz#sha256=00">x</a>')
    with pytest.raises(SystemExit, match="sha256 differs"):
        modules("migrate.sdists").sdist("shop", "1.0", tmp_path / "place")
    assert not (tmp_path / "place").exists()


def test_a_package_without_a_source_distribution_is_told(index: Path, modules: Modules) -> None:
    with pytest.raises(SystemExit, match=r"shop 1\.0 has no source distribution in http"):
        modules("migrate.sdists").sdist("shop", "1.0", index)
