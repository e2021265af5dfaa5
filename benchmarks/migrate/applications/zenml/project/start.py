"""Starts the server of ZenML with a throw-away SQLite, a person who may do less, and a program."""

import base64
import json
import logging
import os
import uuid
from pathlib import Path
from typing import Any

PASSWORD = "Pa55-word!x9"
SOURCE = '{"module": "zenml.client", "attribute": "Client", "type": "internal"}'
STEP = {"spec": {"source": "zenml.client.Client", "upstream_steps": []}, "config": {"name": "one"}}
NOTHING = base64.b64encode(b"{}")
columns: dict[str, Any] = {
    **dict.fromkeys(("labels", "configuration", "environment"), NOTHING),
    **dict.fromkeys(("exception_info", "dispatch_state", "data_schema_json", "result_json")),
    **dict.fromkeys(("client_environment", "orchestrator_environment", "user_metadata"), "{}"),
    **dict.fromkeys(("pipeline_configuration", "pipeline_spec"), '{"name": "one"}'),
    "pipeline_snapshot.pipeline_spec": None,
    "project_metadata": None,
    "triggered_by_type": None,
    "onboarding_state": None,
    "server_settings.active": True,
    "user.is_service_account": False,
    "api_transaction.method": "POST",
    "auth_devices.status": "active",
    "code_repository.config": "{}",
    "code_repository.source": SOURCE,
    "flavor.type": "orchestrator",
    "flavor.config_schema": "{}",
    "service_connector.connector_type": "docker",
    "service_connector.auth_method": "password",
    "service_connector.resource_types": base64.b64encode(b'["docker-registry"]'),
    "tag.color": "blue",
    "model_version.stage": "staging",
    "pipeline_build.images": "{}",
    "secret_resource.resource_type": "stack",
    "stack_component.type": "orchestrator",
    "stack_component.flavor": "local",
    "tag_resource.resource_type": "pipeline",
    "webhook.webhook_type": "generic",
    "artifact_version.type": "DataArtifact",
    "artifact_version.materializer": SOURCE,
    "artifact_version.data_type": SOURCE,
    "artifact_version.save_type": "step_output",
    "trigger.type": "schedule",
    "trigger.flavor": "native schedule",
    "trigger.configuration": '{"cron_expression": "* * * * *"}',
    "trigger.concurrency": "skip",
    "trigger.target_events": None,
    "artifact_visualization.type": "html",
    "curated_visualization.layout_size": "full_width",
    "curated_visualization.resource_type": "model",
    "deployment.status": "running",
    "deployment_metadata": "{}",
    "pipeline_run.status": "running",
    "run_wait_condition.type": "external_input",
    "run_wait_condition.status": "pending",
    "run_wait_condition.resolution": None,
    "service_source": "zenml.client.Client",
    "service.service_type": '{"type": "model-serving", "flavor": "one", "name": "one"}',
    "service.config": NOTHING,
    "service.status": NOTHING,
    "service.endpoint": NOTHING,
    "service.state": "active",
    "service.admin_state": "active",
    "service_connector.expires_at": None,
    "service_connector.expiration_seconds": None,
    "secret.values": base64.b64encode(b'{"one": "two"}').decode(),
    "secret.private": False,
    "logs.log_store_id": None,
    "step_configuration.step_run_id": None,
    "step_run.status": "running",
    "step_configuration": json.dumps(STEP),
    "step_configuration.config": json.dumps(STEP),
    "trigger_execution.info": None,
    "hook_type": "run_start",
    "hook_invocation.status": "running",
    "run_metadata.value": "1",
    "run_metadata.type": "int",
    "step_run_input_artifact.type": "manual",
    "run_metadata_resource.resource_type": "pipeline_run",
}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "zenml.db"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from sqlmodel import SQLModel

    return [SQLModel.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from sqlmodel.main import default_registry

    return [default_registry]


def start(folder: Path) -> Any:
    """The application, which makes its tables and first rows as it starts."""
    os.environ.update(
        ZENML_CONFIG_PATH=str(folder),
        ZENML_STORE_TYPE="sql",
        ZENML_STORE_URL=f"sqlite:///{database(folder)}",
        ZENML_STORE_BACKUP_STRATEGY="disabled",
        ZENML_SERVER="true",
        ZENML_SERVER_AUTO_ACTIVATE="true",
        ZENML_SERVER_JWT_SECRET_KEY="only-for-measuring-and-long-enough-0123456789",
        ZENML_ANALYTICS_OPT_IN="false",
        ZENML_LOGGING_VERBOSITY="CRITICAL",
    )
    logging.disable(logging.CRITICAL)
    from zenml.zen_server.zen_server_api import app

    return app


def given(client: Any) -> dict[str, Any]:
    """Names of its first rows; what keeps artifacts is one of them."""
    known = login(client)
    store = client.get("/api/v1/components?type=artifact_store", headers=known).json()
    columns["artifact_store_id"] = uuid.UUID(store["items"][0]["id"])
    program = {"name": "program", "active": True}
    account = client.post("/api/v1/service_accounts", json=program, headers=known).json()
    columns["service_account_id"] = uuid.UUID(account["id"])
    project = client.get("/api/v1/projects/default", headers=known).json()
    return {
        "project_name_or_id": "default",
        "project": project["id"],
        "provider": "aws",
        "connector_type": "docker",
        "source_type": "pipeline_run",
        "stack_name": "another",
        "grant_type": "password",
        "username": "default",
        "password": "",
    }


def _headers(client: Any, **told: str) -> dict[str, str]:
    """What goes along with the requests of whoever has logged in."""
    answer = client.post("/api/v1/login", data=told)
    client.cookies.clear()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def login(client: Any) -> dict[str, str]:
    """As the administrator."""
    if not _known:
        _known.update(_headers(client, username="default", password=""))
    return _known


def user(client: Any) -> dict[str, str]:
    """As somebody who is no administrator."""
    person = {"name": "ann", "password": PASSWORD, "active": True, "is_admin": False}
    client.post("/api/v1/users", json=person, headers=login(client))
    return _headers(client, username="ann", password=PASSWORD)


def key(client: Any) -> dict[str, str]:
    """As a program that has a key of the API."""
    known = login(client)
    made = client.post(
        f"/api/v1/service_accounts/{columns['service_account_id']}/api_keys",
        json={"name": "key", "description": ""},
        headers=known,
    ).json()
    return _headers(client, grant_type="zenml-api-key", password=made["body"]["key"])


_known: dict[str, str] = {}
