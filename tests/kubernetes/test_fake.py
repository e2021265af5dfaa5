"""The fake cluster is judged by the real kubectl: it takes and refuses what a real one does."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from mscli.runtimes.kubernetes.kubectl import program
from tests.kubernetes.conftest import CONTEXT, OVERLAY
from tests.kubernetes.fake.cluster import Cluster

pytestmark = pytest.mark.programs
NAMESPACE = json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {"name": "web", "image": "nginx:1", "env": [{"name": "A", "value": "1"}]}
                ]
            },
        },
    },
}


def kubectl(*arguments: str, text: str = "", code: int = 0) -> str:
    done = subprocess.run(
        [program(), "--context", CONTEXT, "--namespace", "shop", *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def apply(found: object, manager: str = "mscli", *options: str, code: int = 0) -> str:
    text = found if isinstance(found, str) else json.dumps(found)
    words = ("apply", "--server-side", "--field-manager", manager, *options, "-f", "-")
    return kubectl(*words, text=text, code=code)


def changed(**spec: object) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(DEPLOYMENT))
    made["spec"] |= spec
    return made


@pytest.fixture(autouse=True)
def _namespace(cluster: Cluster) -> None:
    apply(NAMESPACE)


def test_a_rollout_goes_by_kubectls_own_judgement(cluster: Cluster) -> None:
    apply(DEPLOYMENT)
    assert "successfully rolled out" in kubectl(
        "rollout", "status", "deployment/web", "--timeout=20s"
    )
    kubectl("rollout", "restart", "deployment/web")
    assert "successfully rolled out" in kubectl(
        "rollout", "status", "deployment/web", "--timeout=20s"
    )
    kubectl("delete", "deployment/web", "--cascade=foreground", "--timeout=20s")
    assert cluster.left() == ["namespaces/shop"]


def test_a_namespace_ends_with_everything_in_it(cluster: Cluster) -> None:
    cluster.faults.unpublished = ()
    apply(OVERLAY)
    kubectl("rollout", "status", "statefulset/store", "--timeout=20s")
    kubectl("wait", "--for=condition=complete", "job/web-migrate", "--timeout=20s")
    kubectl("delete", "namespace", "shop", "--timeout=20s")
    assert cluster.left() == []


def test_two_who_want_different_things_of_one_field_are_in_conflict() -> None:
    apply(DEPLOYMENT)
    kubectl("scale", "deployment/web", "--replicas=3")
    said = apply(DEPLOYMENT, code=1)
    assert 'conflict with "kubectl"' in said
    assert ".spec.replicas" in said
    apply(DEPLOYMENT, "mscli", "--force-conflicts")
    assert kubectl("get", "deployment/web", "-o", "jsonpath={.spec.replicas}") == "1"
    without = changed()
    del without["spec"]["replicas"]
    apply(without)
    kubectl("scale", "deployment/web", "--replicas=3")
    apply(without)
    assert kubectl("get", "deployment/web", "-o", "jsonpath={.spec.replicas}") == "3"


def test_what_is_applied_no_longer_goes_and_what_others_own_stays() -> None:
    apply(DEPLOYMENT)
    other = changed()
    other["spec"] = {
        "selector": DEPLOYMENT["spec"]["selector"],
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {"name": "web", "image": "nginx:1", "env": [{"name": "B", "value": "2"}]}
                ]
            },
        },
    }
    apply(other, "other")
    without = changed()
    del without["spec"]["template"]["spec"]["containers"][0]["env"]
    apply(without)
    path = "jsonpath={.spec.template.spec.containers[0].env}"
    assert json.loads(kubectl("get", "deployment/web", "-o", path)) == [{"name": "B", "value": "2"}]


def container(**fields: object) -> dict[str, Any]:
    made = changed()
    made["spec"]["template"]["spec"]["containers"][0] |= fields
    return made


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            container(imagePullPolcy="Always"),
            'unknown field "spec.template.spec.containers.0.image',
        ),
        (container(env=[{"name": "PORT", "value": 8080}]), "8080 is not of type"),
        (container(volumeMounts=[{"name": "x", "mountPath": "/x"}]), 'Not found: "x"'),
        (changed(replicas="2"), "'2' is not of type"),
        (changed(selector={"matchLabels": {"app": "other"}}), "`selector` does not match"),
        (changed() | {"metadata": {"name": "Web_1"}}, "must be an RFC 1123 name"),
    ],
    ids=["typo", "number as text", "no volume", "text as number", "selector", "name"],
)
def test_what_a_real_server_refuses_is_refused(found: object, said: str) -> None:
    assert said in apply(found, code=1)


def test_what_cannot_be_changed_is_not_changed() -> None:
    apply(DEPLOYMENT)
    other = changed(selector={"matchLabels": {"app": "b"}})
    other["spec"]["template"]["metadata"]["labels"] = {"app": "b"}
    assert "field is immutable" in apply(other, "mscli", "--force-conflicts", code=1)


def test_a_right_that_is_denied_is_denied_in_the_servers_words(cluster: Cluster) -> None:
    cluster.faults.denied.add(("list", "pods"))
    assert 'cannot list resource "pods" in API group "" in the namespace "shop"' in (
        kubectl("get", "pods", code=1)
    )


def test_logs_say_what_was_written_since_and_last(cluster: Cluster) -> None:
    apply(DEPLOYMENT)
    kubectl("rollout", "status", "deployment/web", "--timeout=20s")
    lines = kubectl("logs", "deployment/web", "--timestamps").splitlines()
    assert lines[0].endswith(" listens")
    assert len(kubectl("logs", "deployment/web", "--tail=1").splitlines()) == 1
    assert kubectl("exec", "deployment/web", "--", "echo", "hi") == "hi\n"
    assert "exit code 1" in kubectl("exec", "deployment/web", "--", "false", code=1)
