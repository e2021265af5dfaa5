"""Where the chart's values stand in an object: a word in its place, then Helm's own expression."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from mscli.model.kinds import Kind
from mscli.model.stack import Stack
from mscli.targets.kubernetes.names import Object, digest
from mscli.text import json_inline

_WORD = re.compile(r"MSCLI_EXPRESSION_(\d+)_")
_BRACES = re.compile(r"\{\{|\}\}")
_OF = {Kind.ENGINE: "engines", Kind.TASK: "tasks"}
NAMED = "app.kubernetes.io/name"


def escaped(text: str) -> str:
    """A text that Helm takes as it is."""
    return _BRACES.sub(lambda found: f'{{{{ "{found[0]}" }}}}', text)


class Expressions:
    """Puts words for expressions into objects, and expressions for the words into their text."""

    def __init__(self) -> None:
        self._all: dict[str, int] = {}

    def of(self, stack: Stack, objects: Iterable[Object]) -> list[Object]:
        """The objects of one workload with what the values choose."""
        found = [deepcopy(each) for each in objects]
        scaled = any(each["kind"] == "HorizontalPodAutoscaler" for each in found)
        for each in found:
            self._express(stack, each, scaled=scaled)
        return found

    def filled(self, text: str) -> str:
        """The text of an object with the expressions in it."""
        known = list(self._all)
        return _WORD.sub(lambda word: "{{ " + known[int(word[1])] + " }}", text)

    def _word(self, expression: str) -> str:
        return f"MSCLI_EXPRESSION_{self._all.setdefault(expression, len(self._all))}_"

    def _express(self, stack: Stack, item: dict[str, Any], *, scaled: bool) -> None:
        name = item["metadata"]["labels"].get(NAMED, "")
        match item["kind"]:
            case "Deployment":
                self._pod(stack, item["spec"]["template"]["spec"])
                if not scaled:
                    replicas = {"replicas": self._word(_value(stack, name, "replicas"))}
                    item["spec"] = replicas | {
                        field: value for field, value in item["spec"].items() if field != "replicas"
                    }
            case "StatefulSet":
                self._pod(stack, item["spec"]["template"]["spec"])
                for claim in item["spec"].get("volumeClaimTemplates", ()):
                    storage = {"storage": self._word(_value(stack, name, "storage"))}
                    claim["spec"]["resources"]["requests"] = storage
            case "PersistentVolumeClaim":
                storage = {"storage": self._word(_value(stack, name, "storage"))}
                item["spec"]["resources"]["requests"] = storage
            case "Job":
                content = json_inline(digest(item["spec"]["template"]))
                word = self._word(f'include "mscli.content" (list $ {content})')
                item["metadata"]["name"] = f"{name}-{word}"
                self._pod(stack, item["spec"]["template"]["spec"])
            case "HorizontalPodAutoscaler":
                item["spec"]["minReplicas"] = self._word(_value(stack, name, "replicas"))
                item["spec"]["maxReplicas"] = self._word(_value(stack, name, "max_replicas"))

    def _pod(self, stack: Stack, pod: dict[str, Any]) -> None:
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            name, _, _ = container["image"].rpartition(":")
            if name.startswith(f"{stack.name}/"):
                image = json_inline(name)
                container["image"] = self._word(f'include "mscli.image" (list $ {image})')
            if container["name"] in stack.workloads:
                value = _value(stack, container["name"], "resources")
                container["resources"] = self._word(f"toJson {value}")


def _value(stack: Stack, workload: str, field: str) -> str:
    of = _OF.get(stack.workloads[workload].kind, "services")
    return f"(index $.Values.{of} {json_inline(workload)}).{field}"
