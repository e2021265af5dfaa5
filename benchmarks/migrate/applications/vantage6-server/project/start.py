"""Starts vantage6's server with a throw-away SQLite, and two organizations that work together."""

import base64
import functools
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

columns: dict[str, Any] = {}
PASSWORD = "Pa55-word!x9"
KEYS = [f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3)]
INPUT = base64.b64encode(b"{}").decode()
IMAGE = "example.com/average"
ORGANIZATIONS = 2, 3  # the first is the one of whoever is root
_tokens: dict[str, str] = {}

NAMED = {"name": "another"}
ASKED = {"collaboration_id": 1, "organizations": [{"id": 2, "input": INPUT}]}
TASK = {
    **NAMED,
    **ASKED,
    "description": "made",
    "image": IMAGE,
    "databases": [{"label": "default"}],
}
PERSON = {
    "username": "carl",
    "email": "carl@example.com",
    "firstname": "Carl",
    "lastname": "Two",
    "password": PASSWORD,
    "organization_id": 2,
    "roles": [1],
    "rules": [1],
}
DONE = {
    "started_at": "2026-01-15T10:30:00.0",
    "finished_at": "2026-01-15T10:40:00.0",
    "log": "done",
    "result": INPUT,
    "status": "completed",
}
STORE = {
    "name": "another",
    "algorithm_store_url": "https://more.example.com",
    "collaboration_id": 1,
    "force": True,
}
SENT: dict[tuple[str, str], Any] = {
    ("POST", "node"): {**NAMED, "collaboration_id": 2, "organization_id": 2},
    ("PATCH", r"node/\d+"): {"name": "another", "clear_ip": True},
    ("POST", "collaboration"): {**NAMED, "organization_ids": [2, 3], "encrypted": False},
    ("PATCH", r"collaboration/\d+"): {**NAMED, "organization_ids": [2], "encrypted": False},
    ("POST", r"(?:collaboration|study)/\d+/organization"): {"id": 1},
    ("DELETE", r"(?:collaboration|study)/\d+/organization"): {"id": 3},
    ("POST", r"collaboration/\d+/node"): {"id": 6},
    ("DELETE", r"collaboration/\d+/node"): {"id": 4},
    ("POST PATCH", r"organization(?:/\d+)?"): {**NAMED, "domain": "example.com"},
    ("POST", "study"): {**NAMED, "collaboration_id": 1, "organization_ids": [2, 3]},
    ("PATCH", r"study/\d+"): {**NAMED, "organization_ids": [2]},
    ("POST", "task"): TASK,
    ("PATCH", r"run/\d+"): DONE,
    ("POST", "port"): {"port": 8888, "run_id": 1, "label": "here"},
    ("POST", "user"): PERSON,
    ("PATCH", r"user/\d+"): {"firstname": "Another", "roles": [1], "rules": [1]},
    ("POST PATCH", r"role(?:/\d+)?"): {**NAMED, "rules": [1, 2]},
    ("POST", "algorithmstore"): STORE,
    ("PATCH", r"algorithmstore/\d+"): {"name": "another", "collaboration_id": 2},
    ("POST", "token/user"): {"username": "ann", "password": PASSWORD},
    ("POST", "token/node"): {"api_key": KEYS[0]},
    ("POST", "token/container"): {"task_id": 1, "image": IMAGE},
    ("POST", "recover/lost"): {"username": "ann"},
    ("POST", "recover/2fa/lost"): {"username": "ann", "password": PASSWORD},
    ("POST", "recover/node"): {"id": 4},
    ("PATCH", "password/change"): {"current_password": PASSWORD, "new_password": "Pa55-word!y8"},
    ("POST", "kill/task"): {"id": 1},
    ("POST", "kill/node/tasks"): {"id": 4},
    ("POST", ".*column.*"): {**ASKED, "db_label": "default"},
    ("POST", "vpn/update"): {"vpn_config": "{}"},
}
INSIDE = {"organization_id": 2, "collaboration_id": 1}
SOUGHT = {
    "node": {**INSIDE, "study_id": 1, "name": "%"},
    "collaboration": {"organization_id": 2, "encrypted": 0, "name": "%"},
    "organization": {"collaboration_id": 1, "study_id": 1, "name": "%"},
    "task": {"collaboration_id": 1, "study_id": 1, "init_org_id": 2, "init_user_id": 2},
    "run": {**INSIDE, "task_id": 1, "node_id": 4, "include": "task"},
    "result": {**INSIDE, "task_id": 1, "node_id": 4},
    "role": {**INSIDE, "rule_id": 1, "user_id": 2},
    "rule": {"role_id": 1},
    "study": {**INSIDE, "include": "organizations"},
    "user": {**INSIDE, "role_id": 1, "include_permissions": 1},
    "algorithmstore": {"collaboration_id": 1},
}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from vantage6.server.model.base import Base

    return [Base.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from vantage6.server.model.base import Base

    return [Base.registry]


def start(folder: Path) -> Any:
    """The server; nobody watches its nodes, and what is done later is done at once."""
    import bcrypt
    import gevent
    import requests
    from jinja2 import FunctionLoader
    from vantage6.server import ServerApp
    from vantage6.server.model.base import Database, DatabaseSessionManager
    from vantage6.server.model.rule import Operation, Scope

    salt = bcrypt.gensalt
    bcrypt.gensalt = lambda *_given: salt(4)
    gevent.spawn_later = lambda _seconds, do, *given: do(*given)
    for method in ("get", "post", "delete"):
        setattr(requests, method, functools.partial(_answer, method))
    ServerApp._ServerApp__node_status_worker = lambda _self: None
    for kind in (Operation, Scope):
        kind.__format__ = lambda self, how: format(self.value, how)  # as before Python 3.11
    logging.disable(logging.CRITICAL)
    Database().connect(uri=f"sqlite:///{database(folder)}")
    config = {
        "api_path": "/api",
        "jwt_secret_key": "only-for-measuring-and-long-enough-0123456789",
        "server_url": "https://here.example.com",
        "smtp": {"server": "127.0.0.1", "port": 1},
    }
    app = ServerApp(SimpleNamespace(config=config)).start().app
    app.jinja_env.loader = FunctionLoader(lambda name: name)  # its package is without mails
    _rows()
    DatabaseSessionManager.clear_session()
    _remembered(app)
    return app


def _answer(method: str, url: str, **_given: Any) -> Any:
    """What a store of algorithms says."""
    import requests

    servers, algorithm = [{"id": 1}], {"image": IMAGE, "digest": "sha256:1"}
    answer = requests.Response()
    answer.status_code = 201 if method == "post" else 200
    told = servers if url.endswith("/vantage6-server") else {"data": [algorithm]}
    answer._content = json.dumps(told).encode()
    return answer


def _rows() -> None:
    from vantage6.server import db

    members = []
    for number in (1, 2):
        known = db.Organization(name=f"organization{number}", country="NL", public_key="a key")
        known.save()
        members.append(known)
    for name, role in (("ann", "Root"), ("bob", "Researcher")):
        person = db.User(username=name, email=f"{name}@example.com", password=PASSWORD)
        person.firstname, person.organization = name, members[0]
        person.roles = [db.Role.get_by_name(role)]
        person.save()
    for number in (1, 2):
        _together(number, members)
    own = db.Role(name="own", description="made here", organization=members[0])
    own.rules = db.Rule.get()[:3]
    own.save()


def _together(number: int, members: list[Any]) -> None:
    """A collaboration with a study, a store, and a task that nodes have to do."""
    from vantage6.server import db

    joint = db.Collaboration(name=f"collaboration{number}", encrypted=False)
    joint.organizations = list(members)
    study = db.Study(name=f"study{number}", collaboration=joint, organizations=list(members))
    store = db.AlgorithmStore(name="store", url=f"https://{number}.example.com")
    store.collaboration = joint
    for one in (joint, study, store):
        one.save()
    for place, member in list(enumerate(members))[number - 1 :]:  # one has none in the second
        node = db.Node(name=f"node{number}{place}", api_key=KEYS[number - 1 + place])
        node.organization, node.collaboration, node.status = member, joint, "online"
        node.save()
        db.NodeConfig(node_id=node.id, key="allowed_images", value=IMAGE).save()
    task = db.Task(name="a task", image=IMAGE, job_id=number, collaboration=joint, study=study)
    task.init_org, task.init_user_id = members[0], 2
    task.save()
    child = db.Task(name="inside", image=IMAGE, job_id=number, collaboration=joint, parent=task)
    child.init_org, child.init_user_id = members[0], 2
    child.save()
    db.TaskDatabase(task_id=task.id, database="default", parameters="{}").save()
    for member in members:
        run = db.Run(task=task, organization=member, input=INPUT, status="pending")
        run.save()
        db.AlgorithmPort(run_id=run.id, port=8888, label="here").save()


def _remembered(app: Any) -> None:
    """Tokens of whoever may ask, and one that comes by mail."""
    from flask_jwt_extended import create_access_token

    client = app.test_client()
    for name in ("ann", "bob"):
        given = {"username": name, "password": PASSWORD}
        told = client.post("/api/token/user", json=given).get_json()
        _tokens.update({name: told["access_token"], f"{name} again": told["refresh_token"]})
    told = client.post("/api/token/node", json={"api_key": KEYS[0]}).get_json()
    _tokens["node"] = told["access_token"]
    told = client.post(
        "/api/token/container", json={"task_id": 1, "image": IMAGE}, headers=_headers("node")
    ).get_json()
    _tokens["container"] = told["container_token"]
    with app.app_context():
        _tokens["mailed"] = create_access_token({"id": "2"})


def _headers(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {_tokens[name]}"}


def login(app: Any, client: Any) -> dict[str, str]:
    """As somebody who may do everything."""
    del app, client
    return _headers("ann")


def others(app: Any, client: Any) -> dict[str, dict[str, str]]:
    """As somebody who may do less, with the token for another one, as a node, and as a task."""
    del app, client
    return {name: _headers(name) for name in ("bob", "ann again", "node", "container")}


def bodies(method: str, path: str) -> Iterator[Any]:
    """What its requests hold."""
    yield from (
        body
        for (methods, way), body in SENT.items()
        if method in methods.split() and re.fullmatch(f"/api/{way}", path)
    )
    if method == "POST" and path == "/api/task":
        yield {**TASK, "study_id": 1, "store_id": 1}
    if path in ("/api/recover/reset", "/api/recover/2fa/reset"):
        told = {"reset_token": _tokens["mailed"]}
        yield told if "2fa" in path else {**told, "password": PASSWORD}


def query(method: str, path: str) -> str:
    """What is looked for, and that what hangs on it goes, too."""
    if method == "DELETE":
        return "run_id=1" if path == "/api/port" else "delete_dependents=true"
    if path == "/api/vpn/algorithm/addresses":
        return "include_children=1&include_parent=1"
    return urlencode(SOUGHT.get(path.removeprefix("/api/"), {})) if method == "GET" else ""
