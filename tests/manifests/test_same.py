"""One set of objects, however it is applied: from Kustomize, and from the chart."""

from __future__ import annotations

import json

import pytest
import yaml

from mscli.model.environments import LOCAL
from mscli.render import stream_of
from tests.manifests import trees
from tests.manifests.conftest import Written
from tests.manifests.trees import Object, Objects, plain
from tests.systems import SYSTEMS

pytestmark = pytest.mark.programs


def _without_hashes(objects: Objects) -> Objects:
    """Objects with Secrets by their plain names, and what Kubernetes makes no difference of."""
    secrets = [name for kind, name in objects if kind == "Secret"]
    text = json.dumps(list(objects.values()))
    for name in sorted(secrets, key=len, reverse=True):
        text = text.replace(f'"{name}"', f'"{plain(name)}"')
    found: Objects = {}
    for each in json.loads(text):
        if each["kind"] == "Deployment":
            each["spec"].setdefault("replicas", 1)
        if each["kind"] != "Secret":  # their values are drawn
            found[each["kind"], each["metadata"]["name"]] = _sorted(each)
    return found


def _sorted(item: Object) -> Object:
    """Volumes have no order."""
    if item["kind"] in ("Deployment", "StatefulSet", "Job"):
        item["spec"]["template"]["spec"]["volumes"].sort(key=lambda volume: volume["name"])
    return item


def test_the_chart_makes_what_kustomize_makes(case: tuple[str, str], written: Written) -> None:
    objects = written.kustomized(*case)
    ours = {key: each for key, each in objects.items() if key[0] != "SealedSecret"}
    chart = written.charted(*case)

    wanted = _without_hashes(ours)
    found = _without_hashes(chart)
    for key in chart:  # with an autoscaler the default is nobody's choice
        if key[0] == "Deployment" and ("HorizontalPodAutoscaler", key[1]) in chart:
            assert "replicas" not in chart[key]["spec"]
    assert sorted(found) == sorted(wanted)
    for key, each in wanted.items():
        assert found[key] == each, key
    if case[1] == LOCAL:
        assert {plain(name) for kind, name in ours if kind == "Secret"} == {
            name for kind, name in chart if kind == "Secret"
        }


def test_an_overlay_makes_what_the_environment_says(
    case: tuple[str, str], written: Written
) -> None:
    """The base and the patches are our own cut: put together, nothing is lost of either."""
    name, environment = case
    stream = stream_of(SYSTEMS[name], environment, {})
    meant = {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(stream)}
    built = {
        key: each for key, each in written.kustomized(*case).items() if key[0] != "SealedSecret"
    }

    assert _without_hashes(built) == _without_hashes(meant)


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_chart_has_no_fault(name: str, written: Written) -> None:
    assert "0 chart(s) failed" in trees.linted(written.folder(name) / "helm")


def test_values_choose_images_replicas_resources_and_storage(written: Written) -> None:
    chart = written.folder("elsewhere") / "helm"
    chosen = {
        "images": {"registry": "registry.test", "tag": "9"},
        "services": {"orders": {"replicas": 4, "resources": {"limits": {"cpu": "3"}}}},
        "engines": {"nats": {"storage": "7Gi"}},
    }
    (chart.parent / "mine.yaml").write_text(yaml.safe_dump(chosen))
    before = trees.charted(chart)
    objects = trees.charted(chart, "-f", str(chart.parent / "mine.yaml"))

    orders = objects["Deployment", "orders"]["spec"]
    assert orders["replicas"] == 4
    container = orders["template"]["spec"]["containers"][0]
    assert container["image"] == "registry.test/elsewhere/orders:9"
    assert container["resources"]["limits"]["cpu"] == "3"
    claim = objects["StatefulSet", "nats"]["spec"]["volumeClaimTemplates"][0]["spec"]
    assert claim["resources"]["requests"]["storage"] == "7Gi"
    jobs = [{name for kind, name in each if kind == "Job"} for each in (before, objects)]
    assert not jobs[0] & jobs[1], "another image is another Job: one cannot be changed"


def test_an_environment_that_nobody_knows_is_refused(written: Written) -> None:
    with pytest.raises(AssertionError, match="environment has to be one of: local, production"):
        trees.charted(written.folder("plain") / "helm", "--set", "environment=prod")


def test_a_chart_without_its_secrets_says_what_to_do(written: Written) -> None:
    chart = written.folder("cors").parent / "bare"
    chart.mkdir()
    for file in (written.folder("full") / "helm").rglob("*"):
        if file.is_file() and file.parent.name != "secrets":
            (chart / file.relative_to(written.folder("full") / "helm").parent).mkdir(
                parents=True, exist_ok=True
            )
            (chart / file.relative_to(written.folder("full") / "helm")).write_bytes(
                file.read_bytes()
            )
    with pytest.raises(AssertionError, match=r"run sh secrets/generate\.sh"):
        trees.charted(chart)
