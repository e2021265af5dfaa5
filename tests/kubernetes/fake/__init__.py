"""A Kubernetes API server without a cluster, faithful enough for the real kubectl.

    server.py      HTTPS: discovery, objects, watches, logs, exec, port-forward
    requests.py    what a request is about, and how one is refused
    api.py         what it does: rights, validation, patches, deletion; defaults.py, selectors.py
    store.py       objects, resource versions, what has changed since one
    resources.py   which kinds there are
    schema.py      the OpenAPI schemas of a release: validation, and how lists merge
    applying.py    server-side apply: who owns which field, conflicts, what goes
    making.py      what every controller does; deployments.py, workloads.py: the controllers
    garbage.py     how objects end, and what goes with them
    kubelet.py     pods: scheduled, pulled, started, ready, crashed, ended; logs.py: their lines
    faults.py      the switches by which tests break the cluster
    spdy.py, websocket.py   the two protocols of port-forward and exec
    cluster.py     all of it, running, with a kubeconfig

What it does not do: admission (webhooks, Pod Security), CustomResourceDefinitions, nodes that die,
networks, protobuf, OpenAPI v2, JSON patches, port-forward by websockets (kubectl falls back to
SPDY), and running images: a pod answers HTTP on every port with its name. Quota is a switch, and so
is room on the node beyond its memory.
"""
