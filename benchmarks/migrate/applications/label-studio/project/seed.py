"""Label Studio as its own server starts it, and two projects with tasks that somebody has done."""

import base64
import importlib.util
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONFIG = """<View><Text name="text" value="$text"/>
<Choices name="label" toName="text"><Choice value="one"/><Choice value="two"/></Choices></View>"""
RESULT = [
    {
        "id": "r1",
        "type": "choices",
        "from_name": "label",
        "to_name": "text",
        "value": {"choices": ["one"]},
    }
]

NEW = {"title": "more", "label_config": CONFIG}
TEXT = {"text": "some text"}
ALL = {"conjunction": "and", "items": []}
HOOK = {"url": "http://93.184.216.34/", "send_for_all_actions": True, "is_active": False}
STORAGE = "POST PUT PATCH", r"storages/(?:export/)?localfiles(?:/validate|/files|/\d+)?"
SENT: dict[tuple[str, str], Any] = {
    ("POST", "projects"): NEW,
    ("PUT PATCH", r"projects/\d+"): NEW,
    ("POST", r"projects/\d+/import"): [TEXT],
    ("POST", r"projects/\d+/reimport"): {"file_upload_ids": [1]},
    ("POST", r"projects/\d+/import/predictions"): [{"task": 1, "result": RESULT}],
    ("POST", r"projects/(?:\d+/)?validate"): NEW,
    ("POST", r"projects/\d+/sample-task"): {**NEW, "include_annotation_and_prediction": True},
    ("POST", r"projects/\d+/exports"): {"title": "more"},
    ("POST", r"projects/\d+/exports/\d+/convert"): {"export_type": "JSON"},
    ("POST", r"projects/\d+/tasks"): {"data": TEXT, "project": 1},
    ("POST", r"projects/\d+/tasks/bulk"): [TEXT],
    ("DELETE", r"projects/\d+/model-versions"): {"model_version": "one"},
    ("POST", "tasks"): {"data": TEXT, "project": 1},
    ("PUT PATCH", r"tasks/\d+"): {"data": {"text": "another"}, "project": 1},
    ("POST", r"tasks/\d+/(?:annotations|drafts)"): {"result": RESULT, "lead_time": 1},
    ("POST", r"tasks/\d+/annotations/\d+/drafts"): {"result": RESULT, "lead_time": 1},
    ("PUT PATCH", r"annotations/\d+"): {"result": [], "lead_time": 2},
    ("PUT PATCH", r"drafts/\d+"): {"result": [], "lead_time": 2},
    ("POST PUT PATCH", r"dm/views(?:/\d+)?"): {"project": 1, "data": {"filters": ALL}},
    ("POST", "dm/views/order"): {"project": 1, "ids": [1]},
    ("POST", "dm/actions"): {"selectedItems": {"all": True, "excluded": []}, "filters": ALL},
    ("POST", "labels"): [
        {"project": 1, "from_name": "label", "title": "three", "value": ["three"]}
    ],
    ("POST PUT PATCH", r"label_links(?:/\d+)?"): {"project": 1, "label": 2, "from_name": "label"},
    ("PATCH", "current-user/hotkeys"): {"custom_hotkeys": {}},
    ("PATCH", "current-user/product-tour"): {"state": "completed", "interaction_data": {}},
    ("POST PUT PATCH", r"webhooks(?:/\d+)?"): HOOK,
}


def before() -> None:
    """Its folder is where its modules are looked for; nothing outside is waited for."""
    spec = importlib.util.find_spec("label_studio")
    sys.path.insert(0, str(Path(str(spec and spec.origin)).parent))
    place = Path(os.environ["MSCLI_PLACE"])
    (place / "media").mkdir(exist_ok=True)
    os.environ.update(
        DJANGO_DB="sqlite",
        DATABASE_NAME=str(place / "db.sqlite3"),
        LABEL_STUDIO_BASE_DATA_DIR=str(place),
        LOCAL_FILES_SERVING_ENABLED="true",
        LOCAL_FILES_DOCUMENT_ROOT=str(place),
        LOG_LEVEL="CRITICAL",
        SENTRY_DSN="",
        FRONTEND_SENTRY_DSN="",
        COLLECT_ANALYTICS="false",
        LATEST_VERSION_CHECK="false",
        AWS_MAX_ATTEMPTS="1",
        AWS_EC2_METADATA_DISABLED="true",
        NO_GCE_CHECK="true",
    )


def rows() -> None:
    """An organization of the administrator, and two projects by the factories of its own tests."""
    from organizations.models import Organization
    from users.models import User

    user = User.objects.get(email="admin@example.com")
    known = Organization.create_organization(created_by=user, title="An organization")
    user.active_organization = known
    user.save()
    for number in (1, 2):
        _project(number, known, user)


def _project(number: int, known: Any, user: Any) -> None:
    from data_manager.models import View
    from io_storages.localfiles.models import LocalFilesExportStorage, LocalFilesImportStorage
    from labels_manager.models import Label, LabelLink
    from ml.models import MLBackend
    from projects.models import ProjectMember
    from projects.tests.factories import ProjectFactory
    from tasks.tests.factories import (
        AnnotationDraftFactory,
        AnnotationFactory,
        PredictionFactory,
        TaskFactory,
    )
    from webhooks.models import Webhook, WebhookAction

    project = ProjectFactory(
        title=f"project{number}", organization=known, created_by=user, label_config=CONFIG
    )
    ProjectMember.objects.get_or_create(project=project, user=user)
    for _ in (1, 2):
        task = TaskFactory(project=project)
        done = AnnotationFactory(task=task, completed_by=user, result=RESULT)
        AnnotationDraftFactory(task=task, user=user, annotation=done, result=RESULT)
        PredictionFactory(task=task, result=RESULT, model_version="one", score=0.5)
    View.objects.create(project=project, user=user, data={"filters": {}})
    hook = Webhook.objects.create(
        organization=known, project=project, url="http://127.0.0.1:1/", is_active=False
    )
    WebhookAction.objects.create(webhook=hook, action="TASKS_CREATED")
    model = MLBackend(project=project, url="http://127.0.0.1:1/", title="a model")
    MLBackend.objects.bulk_create([model])  # which asks nobody whether it is there
    folder = Path(os.environ["MSCLI_PLACE"]) / f"files{number}"
    folder.mkdir(exist_ok=True)
    (folder / "one.json").write_text('{"text": "some text"}')
    for storage in (LocalFilesImportStorage, LocalFilesExportStorage):
        storage.objects.create(project=project, path=str(folder), title="files")
    label = Label.objects.create(
        title=f"label{number}", value=["one"], created_by=user, organization=known
    )
    LabelLink.objects.create(project=project, label=label, from_name="label")


def allow(user: Any) -> None:
    """A member of the same organization."""
    from organizations.models import Organization

    known = Organization.objects.order_by("pk").first()
    known.add_user(user)
    user.active_organization = known
    user.save()


def query(method: str, path: str) -> str:
    """What is asked about."""
    del method
    if "/product-tour" in path:
        return "name=create_prompt"
    if path.startswith("/data/local-files"):
        return "d=files1/one.json"
    if path.endswith(("/resolve/", "/presign/")):
        return f"fileuri={base64.b64encode(b's3://one/two').decode()}"
    return "project=1&id=delete_tasks&view=1&random=true" if path.startswith("/api/") else ""


def bodies(method: str, path: str) -> Iterator[Any]:
    """What fits, where a serializer does not say it all."""
    place = str(Path(os.environ["MSCLI_PLACE"]) / "files1")
    sent = {**SENT, STORAGE: {"project": 1, "path": place, "title": "more", "use_blob_urls": True}}
    yield from (body for (known, way), body in sent.items() if _fits(known, way, method, path))


def _fits(known: str, way: str, method: str, path: str) -> bool:
    return method in known.split() and re.fullmatch(f"/api/{way}/?", path) is not None


def prepare(client: Any, who: str) -> None:
    """Who has just logged in is not logged out again for having done nothing."""
    del who
    session = client.session
    session["last_login"] = time.time()
    session.save()
    client.cookies["sessionid"] = session.session_key
