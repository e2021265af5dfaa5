"""Starts privacyIDEA with a throw-away SQLite, users in a file, tokens and a container."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

columns: dict[str, Any] = {
    "resolver.rtype": "passwdresolver",
    "policy.scope": "user",
    "policy.active": False,
    "policycondition.active": False,
    "policycondition.section": "userinfo",
    "policycondition.comparator": "equals",
    "eventhandler.active": False,
    "periodictask.active": False,
    "token.tokentype": "hotp",
    "eventhandler.handlermodule": "Token",
    "caconnector.catype": "local",
    "tokencontainer.type": "generic",
    "tokencontainertemplate.container_type": "generic",
}
FIRST = {"username": "admin", "password": "Pa55-word!x9"}
USERS = "ann:x:1:1:Ann:/home/ann:/bin/sh\nbob:x:2:2:Bob:/home/bob:/bin/sh\n"


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from privacyidea.models import db

    return [db.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from privacyidea.models import db

    return [db.Model.registry]


def start(folder: Path) -> Any:
    """The application, with an administrator and what hangs on a user."""
    (folder / "enckey").write_bytes(bytes(range(96)))
    (folder / "users").write_text(USERS)
    (folder / "pi.cfg").write_text(
        f"""
SQLALCHEMY_DATABASE_URI = "sqlite:///{database(folder)}"
SECRET_KEY = "only-for-measuring-and-long-enough-0123456789"
PI_PEPPER = ""
PI_ENCFILE = "{folder / "enckey"}"
PI_LOGFILE = "{folder / "privacyidea.log"}"
PI_AUDIT_NO_SIGN = True
PI_NO_RESPONSE_SIGN = True
PI_NODE_UUID = "00000000-0000-4000-8000-000000000001"
PI_HASH_ALGO_PARAMS = {{"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}}
"""
    )
    os.environ["PRIVACYIDEA_CONFIGFILE"] = str(folder / "pi.cfg")
    from privacyidea.app import create_app
    from privacyidea.models import db

    app = create_app("testing", str(folder / "pi.cfg"), silent=True, initialize_hsm=False)
    with app.app_context():
        db.create_all()
    with app.test_request_context():
        from privacyidea.lib.crypto import init_hsm

        init_hsm()
        _rows(folder)
        from privacyidea.lib.config import get_shared_config_object

        _configuration.append(get_shared_config_object())
    return app


def _rows(folder: Path) -> None:
    from privacyidea.lib.auth import create_db_admin
    from privacyidea.lib.container import init_container
    from privacyidea.lib.policy import set_policy
    from privacyidea.lib.realm import set_default_realm, set_realm
    from privacyidea.lib.resolver import save_resolver
    from privacyidea.lib.serviceid import set_serviceid
    from privacyidea.lib.token import init_token
    from privacyidea.lib.user import User

    create_db_admin(FIRST["username"], "admin@example.com", FIRST["password"])
    save_resolver({"resolver": "file", "type": "passwdresolver", "fileName": str(folder / "users")})
    set_realm("here", [{"name": "file"}])
    set_default_realm("here")
    for number, login in enumerate(("ann", "bob"), start=1):
        user = User(login, realm="here")
        init_token({"serial": f"HOTP000{number}", "type": "hotp", "genkey": "1"}, user=user)
        init_container(
            {"container_serial": f"C000{number}", "type": "generic", "user": login, "realm": "here"}
        )
    set_policy("all", scope="admin", action="*")
    set_policy("own", scope="user", action="enrollHOTP, delete, disable, setpin")
    set_serviceid("service", "a service")
    _clients()
    _conditions()
    _restrictions()


def _conditions() -> None:
    """Policies that hold for a user, a token or a container of some kind."""
    from privacyidea.lib.policy import set_policy

    for section, key, value in (
        ("userinfo", "username", "ann"),
        ("token", "tokentype", "hotp"),
        ("tokeninfo", "hashlib", "sha1"),
        ("container", "type", "generic"),
        ("container_info", "colour", "red"),
    ):
        condition = (section, key, "equals", value, True, "condition_is_true")
        set_policy(f"by_{section}", scope="admin", action="*", conditions=[condition])


def _restrictions() -> None:
    """Whoever fails once is locked out, his address too, and people are told by mail."""
    from privacyidea.lib.conditional_access.authentication_event_types import TRACKABLE_EVENT_TYPES
    from privacyidea.lib.conditional_access.policy import create_conditional_access_policy
    from privacyidea.lib.smtpserver import add_smtpserver

    add_smtpserver("mail", server="127.0.0.1", port=1, sender="admin@example.com", timeout=1)
    mail = {"smtp_identifier": "mail", "subject": "Locked", "body": "Locked: {user}"}
    some = [
        {"condition_type": "USER_REALM", "operator": "IN", "value": ["here"]},
        {"condition_type": "USER_ROLE", "operator": "IN", "value": ["user"]},
    ]
    kinds: tuple[tuple[str, str, str, list[Any]], ...] = (
        ("source_ip", "BLOCK_IP", "EMAIL_ADMIN", []),
        ("user", "LOCK_USER", "EMAIL_USER", []),
        ("user", "LOCK_USER", "EMAIL_USER", some),
    )
    for number, (target, lock, told, conditions) in enumerate(kinds, start=1):
        given = {lock: 600, told: {**mail, "recipient_group": "internal_admins"}}
        if told == "EMAIL_USER":
            given[told] = mail
        actions = [
            {"action_type": name, "action_value": value, "retrigger_above_threshold": True}
            for name, value in given.items()
        ]
        create_conditional_access_policy(
            f"{target} {number}",
            3600,
            [str(kind) for kind in TRACKABLE_EVENT_TYPES],
            [{"failure_threshold": 1, "actions": actions}],
            target,
            number,
            count_mode="PER_REQUEST",
            conditions=conditions,
        )


def _clients() -> None:
    """Two who ask with a key of the API; the key of one was taken away."""
    from privacyidea.lib.clients import API_CLIENT_TYPES, create_client, update_client

    kind = sorted(API_CLIENT_TYPES)[0]
    for name in ("key", "taken"):
        made, _keys[name] = create_client(name, kind)
        if name == "taken":
            update_client(made.id, status="suspended")


def forget() -> None:
    """Read the configuration again: it is asked for by every request, and kept by the process."""
    _configuration[0].timestamp = None


_configuration: list[Any] = []
_token: list[str] = []
_keys: dict[str, str] = {}


def login(app: Any, client: Any) -> dict[str, str]:
    """As the administrator."""
    del app
    if not _token:
        answer = client.post("/auth", json=FIRST)
        _token.append(answer.get_json()["result"]["value"]["token"])
    return {"PI-Authorization": _token[0]}


def others(app: Any, client: Any) -> dict[str, dict[str, str]]:
    """As the administrator, by a program that has a key of its own."""
    return {name: {**login(app, client), "X-API-Key": key} for name, key in _keys.items()}


def bodies(method: str, path: str) -> Iterator[dict[str, Any]]:
    """What its requests hold: names of the rows that are there."""
    del method, path
    known = {
        "serial": "HOTP0001",
        "user": "ann",
        "realm": "here",
        "resolver": "file",
        "container_serial": "C0001",
        "pass": "123456",
        "otppin": "1234",
        "description": "text",
        "name": "name1",
        "username": "ann",
        "password": "Pa55-word!x9",
    }
    yield known
    yield {**known, "type": "hotp", "genkey": "1", "otpkey": "31" * 20}
