"""Label Studio as its own server starts it, and two projects with tasks that somebody has done."""

import importlib.util
import os
import sys
import time
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


def prepare(client: Any, who: str) -> None:
    """Who has just logged in is not logged out again for having done nothing."""
    del who
    session = client.session
    session["last_login"] = time.time()
    session.save()
    client.cookies["sessionid"] = session.session_key
