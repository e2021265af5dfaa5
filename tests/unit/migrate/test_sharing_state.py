"""What one process has alone, its memory and its files: routes that share them stay together."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mscli.migrate.apply.moving.pieces.disk import Meant, files_of

from .slices import part_of, reasons

APP = """
    from fastapi import FastAPI

    app = FastAPI()
    cache, seen = {}, {}

    class Board:
        def __init__(self):
            self.lines = []

        def add(self, line):
            self.lines.append(line)

    board = Board()

    def slow(name):
        if name not in seen:
            seen[name] = len(name)
        return seen[name]

    @app.get("/books/cached")
    def cached():
        return cache.get("n")

    @app.post("/people/clear")
    def clear():
        cache.clear()
        return slow("x")

    @app.get("/books/board")
    def lines():
        return board.lines

    @app.websocket("/people/board")
    async def listening(socket):
        board.add("x")

    @app.get("/books/slow")
    def computed():
        return slow("y")

    @app.get("/books/own")
    def own():
        return {}
"""


def test_memory_that_code_that_stays_changes_is_a_reason(tmp_path: Path) -> None:
    part = part_of(tmp_path, {"shop.py": APP, "requirements.txt": "fastapi\n"})
    found = {fate.route.path: fate.reasons for fate in part.fates}
    assert found["/books/cached"] == (
        "it uses `shop.cache` in memory, which code that stays changes (shop.py:26)",
    )
    assert "`shop.board` in memory" in found["/books/board"][0]
    assert found["/books/slow"] == ()
    assert found["/books/own"] == ()


def test_memory_goes_along_with_all_who_use_it(tmp_path: Path) -> None:
    app = APP.replace("/people/", "/books/")
    part = part_of(tmp_path, {"shop.py": app, "requirements.txt": "fastapi\n"})
    found = {
        fate.route.path: fate.reasons for fate in part.fates if fate.route.method != "WEBSOCKET"
    }
    assert found["/books/cached"] == found["/books/clear"] == ()
    assert "a websocket stays" in reasons(part)


KNOWN = {"FOLDER": 'Path("uploads")', "settings.upload_dir": '"./uploads"', "DATA": '"/srv/data"'}


SET = {"ELSEWHERE": "['/srv', 'x'][0]", "BELOW": "join(ELSEWHERE, 'x')", "UPLOADS": "'up'"}


class Module:
    """What names and keys of a configuration are."""

    def meaning(self, chain: str) -> Meant | None:
        return (parsed(KNOWN[chain]), self) if chain in KNOWN else None

    def configured(self, key: str) -> list[Meant]:
        return [(parsed(SET[key]), self)] if key in SET else []


def parsed(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def found(code: str) -> list[str]:
    """The calls in a function that open files of the monolith's folder."""
    body = tuple(ast.parse(f"def view(name):\n    {code}").body)
    return list(files_of(body, Module()))


@pytest.mark.parametrize(
    "code",
    [
        'open("data.json").read()',
        'os.path.exists(app.config["UNKNOWN"])',
        "Path(FOLDER).exists()",
        "Path(FOLDER, name).write_bytes(content)",
        "return FileResponse(Path(settings.upload_dir) / name)",
        "return send_from_directory(FOLDER.absolute(), name)",
        'return send_from_directory(current_app.config["UPLOADS"], name)',
        'request.files["f"].save(os.path.join(FOLDER, name))',
        "for each in (FOLDER / name).iterdir(): print(each)",
        "path = FOLDER / name\n    path.unlink()",
        'open(os.getenv("DATA", "data.json"))',
        'open(environ.get("DATA") or "data.json")',
        'open(f"{FOLDER}/{name}")',
        'path = os.path.join(current_app.config["UPLOADS"], name)\n    os.remove(path)',
        'open(current_app.config.get("UNKNOWN"))',
        "photo.save(os.path.join(FOLDER, name))",
    ],
)
def test_files_of_the_folder_are_found(code: str) -> None:
    assert found(code)


@pytest.mark.parametrize(
    "code",
    [
        "with NamedTemporaryFile() as f: open(f.name)",
        "buffer = BytesIO()\n    return send_file(buffer)",
        "form.save(name)",
        'storage.open("data.json")',
        "FOLDER.objects.filter(name=FOLDER).exists()",
        "open(settings.MEDIA_ROOT + name)",
        "open(DATA)",
        'open(app.config["ELSEWHERE"])',
        'os.remove(os.path.join(current_app.config.get("BELOW"), name))',
        'open(monolith_file("shop/words.txt"))',
        'open(f"{monolith_file(name)}/words.txt")',
        'open(os.getenv("DATA"))',
        'files("shop").joinpath(name).read_text()',
    ],
)
def test_what_is_in_memory_temporary_or_elsewhere_is_none(code: str) -> None:
    assert not found(code)
