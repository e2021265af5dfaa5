"""A Kubernetes API server without a cluster, faithful enough for the real kubectl.

    server.py      HTTPS: discovery, objects, watches, logs, exec, port-forward
    api.py         what a request does: rights, validation, patches, deletion
    store.py       objects, resource versions, what has changed since one
    resources.py   which kinds there are
    schema.py      the OpenAPI schemas of a release: validation, and how lists merge
    applying.py    server-side apply: who owns which field, conflicts, what goes
    workloads.py   Deployments, ReplicaSets, StatefulSets, Jobs
    garbage.py     how objects end, and what goes with them
    kubelet.py     pods: scheduled, pulled, started, ready, crashed, ended; their logs
    faults.py      the switches by which tests break the cluster
    spdy.py, websocket.py   the two protocols of port-forward and exec
    cluster.py     all of it, running, with a kubeconfig

What it does not do: admission by webhooks, CustomResourceDefinitions, nodes that die, networks,
protobuf, OpenAPI v2, JSON patches, port-forward by websockets (kubectl falls back to SPDY), and
running images: a pod answers HTTP on every port with its name. Quota is a switch, and so is room on
the node beyond its memory.
"""
