"""Starts GNS3's controller with a throw-away SQLite and two projects; its machines are itself."""

import base64
import contextlib
import io
import logging
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

columns: dict[str, Any] = {
    "acl.ace_type": "user",
    "acl.path": "/",
    "resources.resource_type": "project",
}
ADMIN = {"username": "admin", "password": "Pa55-word!x9"}
USER = {"username": "ann", "password": "Pa55-word!x9"}
TEMPLATES: dict[str, dict[str, Any]] = {
    "cloud": {},
    "docker": {"image": "alpine"},
    "dynamips": {"image": "router.bin", "platform": "c7200"},
    "ethernet_hub": {},
    "ethernet_switch": {},
    "iou": {"path": "switch.bin"},
    "qemu": {"hda_disk_image": "disk.qcow2"},
    "virtualbox": {"vmname": "one"},
    "vmware": {"vmx_path": "one.vmx"},
    "vpcs": {},
}
COMPUTE = "gns3", "only-for-measuring"
MACHINE = {"protocol": "http", "port": 1, "user": COMPUTE[0], "password": COMPUTE[1]}
_tokens: dict[str, str] = {}
_kept: list[tuple[dict[str, Any], dict[str, Any]]] = []


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from gns3server.db.models import Base

    return [Base.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from gns3server.db.models import Base

    return [Base.registry]


def start(folder: Path) -> Any:
    """The application; whoever listens to what happens hears nothing, and goes."""
    os.environ["GNS3_DATABASE_URI"] = f"sqlite+aiosqlite:///{database(folder)}"
    os.chdir(folder)
    (folder / "gns3_server.conf").write_text(
        f"""
[Server]
host = 127.0.0.1
port = 1
compute_password = {COMPUTE[1]}
auto_discover_images = False
install_builtin_appliances = False
projects_path = {folder}/projects
[Controller]
jwt_secret_key = 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
default_admin_username = {ADMIN["username"]}
default_admin_password = {ADMIN["password"]}
"""
    )
    from gns3server.api.server import app

    app.state.exiting = True
    logging.disable(logging.CRITICAL)
    _compute_is_here()
    return app


class _Here:
    """A session of whoever asks the machine that runs nodes, in this process."""

    closed = False

    async def request(self, method: str, url: str, **given: Any) -> Any:
        """One request, without a network."""
        import aiohttp
        import httpx
        from gns3server.api.routes.compute import compute_api

        path, data = url.partition("/v3/compute")[2], given.get("data")
        if not isinstance(data, str | bytes | None):
            raise aiohttp.ClientError("nothing is uploaded")
        headers = {**given.get("headers", {}), "Authorization": given["auth"].encode()}
        transport = httpx.ASGITransport(app=compute_api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            answer = await client.request(method, path, content=data, headers=headers)

        content = io.BytesIO(answer.content)

        async def read(size: int = -1) -> bytes:
            return content.read(size)

        body = SimpleNamespace(read=read)
        body.status, body.content, body.close = answer.status_code, body, content.close
        return body

    @contextlib.asynccontextmanager
    async def ws_connect(self, *_where: Any, **_given: Any) -> AsyncIterator[None]:
        """Nobody tells what happens."""
        import aiohttp

        raise aiohttp.ClientError("no sockets")
        yield

    async def close(self) -> None:
        """There is nothing to close."""


def _compute_is_here() -> None:
    from gns3server.controller.compute import Compute

    here = _Here()
    Compute._session = lambda _self: here


def given(client: Any) -> dict[str, Any]:
    """Somebody who may do all but was not born to it, templates of each kind, and projects."""
    _images(Path.cwd() / "db.sqlite3")
    headers = login(client)

    def made(where: str, /, **what: Any) -> dict[str, Any]:
        answer = client.post(f"/v3/{where}", json=what, headers=headers)
        found: dict[str, Any] = answer.json()
        if not answer.is_success:
            print(f"{where} {what}: {answer.text}"[:300])
        return found

    ann = made("access/users", email="ann@example.com", full_name="Ann", **USER)
    roles = client.get("/v3/access/roles", headers=headers).json()
    role = next(one["role_id"] for one in roles if one["name"] == "Administrator")
    made("access/acl", ace_type="user", path="/", user_id=ann["user_id"], role_id=role)
    group = made("access/groups", name="a group")["user_group_id"]
    client.put(f"/v3/access/groups/{group}/members/{ann['user_id']}", headers=headers)
    own = made("access/roles", name="a role", description="made")["role_id"]
    known = {"user_group_id": group, "role_id": own, "image_path": "disk.qcow2"}
    for number in (1, 2):
        known["compute_id"] = machine = _machine(made, number)
        for kind, more in TEMPLATES.items():
            name = f"{kind}{number}"
            made("templates", template_type=kind, name=name, compute_id=machine, **more)
        known["project_id"] = project = made("projects", name=f"project{number}")["project_id"]
        known |= _inside(made, f"projects/{project}")
        pool = made("pools", name=f"pool{number}")["resource_pool_id"]
        client.put(f"/v3/pools/{pool}/resources/{project}", headers=headers)
    _keep()
    return known


def _machine(made: Any, number: int) -> str:
    found: str = made("computes?connect=false", host=f"127.0.0.{number}", **MACHINE)["compute_id"]
    return found


def _inside(made: Any, project: str) -> dict[str, str]:
    """Two nodes of a project with a link between them, a drawing, and a snapshot."""
    drawing = made(f"{project}/drawings", svg="<svg><text>one</text></svg>")
    nodes = [
        made(f"{project}/nodes", name=name, node_type="vpcs", compute_id="local")["node_id"]
        for name in ("one", "two")
    ]
    ends = [{"node_id": node, "adapter_number": 0, "port_number": 0} for node in nodes]
    link = made(f"{project}/links", nodes=ends)
    return {
        "drawing_id": drawing["drawing_id"],
        "link_id": link.get("link_id", ""),
        "node_id": nodes[0],
        "snapshot_id": made(f"{project}/snapshots", name="before")["snapshot_id"],
    }


def _images(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        for name, kind in (("router.bin", "ios"), ("switch.bin", "iou"), ("disk.qcow2", "qemu")):
            connection.execute(
                "insert into images (filename, path, image_type, image_size, checksum,"
                " checksum_algorithm) values (?, ?, ?, 1, ?, 'md5')",
                (name, str(file.parent / name), kind, name),
            )
            (file.parent / name).write_bytes(b"an image")
    connection.close()


def _in_memory() -> Iterator[dict[str, Any]]:
    from gns3server.compute import MODULES
    from gns3server.compute.project_manager import ProjectManager
    from gns3server.controller import Controller

    controller, there = Controller.instance(), ProjectManager.instance()
    managers = [module.instance() for module in MODULES]
    for one in (controller, there, *managers):
        yield vars(one)
    for some in (controller._projects, controller._computes, there._projects):
        yield from map(vars, some.values())


def _keep() -> None:
    """Projects and machines are in memory, and projects in files."""
    from gns3server.controller import Controller

    for one in _in_memory():
        _kept.append((one, _copied(one)))
    for project in Controller.instance().projects.values():
        shutil.copytree(project.path, f"{project.path}.kept")


def _copied(inner: dict[str, Any]) -> dict[str, Any]:
    return {n: v.copy() if isinstance(v, dict | list | set) else v for n, v in inner.items()}


def forget() -> None:
    """What requests have made of the projects."""
    from gns3server.controller import Controller

    for one, inner in _kept:
        one.update(_copied(inner))
    for project in Controller.instance().projects.values():
        shutil.copytree(f"{project.path}.kept", project.path, dirs_exist_ok=True)


def _token(client: Any, who: dict[str, str]) -> dict[str, str]:
    name = who["username"]
    if name not in _tokens:
        answer = client.post("/v3/access/users/authenticate", json=who)
        _tokens[name] = answer.json()["access_token"]
    return {"Authorization": f"Bearer {_tokens[name]}"}


def login(client: Any) -> dict[str, str]:
    """As the administrator, who may do everything."""
    return _token(client, ADMIN)


def key(client: Any) -> dict[str, str]:
    """As the controller asks a machine."""
    del client
    return {"Authorization": "Basic " + base64.b64encode(":".join(COMPUTE).encode()).decode()}


def user(client: Any) -> dict[str, str]:
    """As somebody who was allowed everything."""
    return _token(client, USER)
