"""Starts pgAdmin as a server with a throw-away SQLite; no PostgreSQL answers it."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FIRST = {"email": "admin@example.com", "password": "Pa55-word!x9"}
FOLDERS = {
    "SESSION_DB_PATH": "sessions",
    "STORAGE_DIR": "storage",
    "KERBEROS_CCACHE_DIR": "krbccache",
    "AZURE_CREDENTIAL_CACHE_DIR": "azurecredentialcache",
}
COOKIE = "pga4_session"
columns: dict[str, Any] = {
    **dict.fromkeys(("host", "tunnel_host"), "127.0.0.1"),
    **dict.fromkeys(("service", "db_res", "passexec_cmd", "post_connection_sql")),
    **dict.fromkeys(("save_password", "use_ssh_tunnel", "tunnel_authentication", "is_adhoc"), 0),
    "tunnel_prompt_password": 0,
    **dict.fromkeys(("is_null", "is_expression", "use_default"), 0),
    "server.shared": True,
    "connection_params": {"sslmode": "prefer", "connect_timeout": 1},
    "user_preferences.value": "1",
    "setting.value": "{}",
}
GIVEN = dict.fromkeys(("did", "scid", "trans_id", "tid", "pid", "func_id", "obj_id", "fid"), "1")
PERSON = {
    "email": "carl@example.com",
    "role": 2,
    "active": True,
    "auth_source": "internal",
    "newPassword": FIRST["password"],
    "confirmPassword": FIRST["password"],
}
BODY = {
    "name": "another",
    "gid": 1,
    "host": "127.0.0.1",
    "port": 1,
    "db": "postgres",
    "username": "ann",
    "password": "secret",
    "comment": "a text",
    "connection_params": [],
    "sslmode": "prefer",
    "description": "a text",
    "permissions": ["tools_backup"],
    "setting": "one",
    "value": "two",
    "title": "a title",
    "category": "misc",
    "module": "misc",
    "preference": "user_language",
    "new_owner": 2,
    "old_owner": 1,
    "query_info": "{}",
    "query": "select 1",
    "trans_id": 1,
    "did": 1,
    "sid": 1,
    "macro": [{"id": 1, "name": "a macro", "sql": "select 1"}],
}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from pgadmin.model import db

    return [db.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from pgadmin.model import db

    return [db.Model.registry]


def start(folder: Path) -> Any:
    """The application, whose first user its migrations make."""
    os.environ.update(PGADMIN_SETUP_EMAIL=FIRST["email"], PGADMIN_SETUP_PASSWORD=FIRST["password"])
    sys.path[:0] = importlib.util.find_spec("pgadmin4").submodule_search_locations
    import config

    config.DATA_DIR = str(folder)
    config.SQLITE_PATH = str(database(folder))
    config.LOG_FILE = str(folder / "pgadmin4.log")
    for name, inner in FOLDERS.items():
        setattr(config, name, str(folder / inner))
    config.CONSOLE_LOG_LEVEL = config.FILE_LOG_LEVEL = 100
    config.MASTER_PASSWORD_REQUIRED = False
    config.UPGRADE_CHECK_ENABLED = False
    config.WTF_CSRF_ENABLED = config.ENHANCED_COOKIE_PROTECTION = False
    from pgadmin import create_app

    app = create_app()
    app.config["sessions"] = {}
    app.PGADMIN_EXTERNAL_AUTH_SOURCE = "internal"
    app.PGADMIN_RUNTIME, app.PGADMIN_INT_KEY = False, ""
    app.run_before_app_start()
    _app.append(app)
    _folder.append(folder / FOLDERS["SESSION_DB_PATH"])
    return app


def forget() -> None:
    """Nobody is logged out by another's request."""
    for file in _folder[0].iterdir():
        if file.name not in _kept:
            file.unlink()
    for name, content in _kept.items():
        (_folder[0] / name).write_bytes(content)
    _app[0].session_interface.manager._cache.clear()
    _app[0].keyManager.users = {number: dict(known) for number, known in _keys.items()}


_app: list[Any] = []
_folder: list[Path] = []
_kept: dict[str, bytes] = {}
_keys: dict[int, dict[str, Any]] = {}


def _cookie(client: Any, email: str) -> str:
    """The session of somebody who has logged in and opened the first page."""
    given = {"email": email, "password": FIRST["password"], "internal_button": "Login"}
    client.post("/authenticate/login", data=given)
    client.get("/browser/")
    _kept.update((file.name, file.read_bytes()) for file in _folder[0].iterdir())
    _keys.update((number, dict(known)) for number, known in _app[0].keyManager.users.items())
    return f"{COOKIE}={client.get_cookie(COOKIE).value}"


def login(app: Any, client: Any) -> dict[str, str]:
    """As the administrator."""
    with app.app_context():
        from pgadmin.tools.user_management import create_user

        create_user({**PERSON, "email": "bob@example.com"})
    _cookie(client, FIRST["email"])
    return {}


def others(app: Any, client: Any) -> dict[str, dict[str, str]]:
    """As somebody who is no administrator."""
    del app
    return {"bob": {"Cookie": _cookie(client, "bob@example.com")}}


def given(path: str) -> dict[str, str]:
    """What no row holds: what is in a PostgreSQL, of which the first server knows as little."""
    return {**GIVEN, "gid": "1", "sid": "1"} if "did>" in path else GIVEN


def bodies(method: str, path: str) -> Iterator[dict[str, Any]]:
    """What its requests hold."""
    if method != "GET":
        yield PERSON if "/user_management/save" in path else BODY


def query(method: str, path: str) -> str:
    """Nothing is looked for."""
    del method, path
    return ""
