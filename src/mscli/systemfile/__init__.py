"""The room of mscli.yaml: reading, checking, spelling out and editing it.

text -> Tree (tree.py) -> short forms expanded -> not-yet fields taken out -> document (pydantic)
-> System -> checks. Heavy libraries are imported by the functions that need them.
"""

from mscli.systemfile.edits import (
    add_call,
    add_env,
    add_route,
    add_saga,
    add_service,
    add_share,
    new_text,
    remove_call,
    remove_route,
    remove_saga,
    remove_service,
)
from mscli.systemfile.reading import (
    FILE_NAME,
    Reading,
    find,
    inspect,
    inspect_whole,
    read,
    read_text,
)
from mscli.systemfile.route_edits import drop_share, share_route
from mscli.systemfile.schema import schema
from mscli.systemfile.spelling import as_json, spelt_out

__all__ = [
    "FILE_NAME",
    "Reading",
    "add_call",
    "add_env",
    "add_route",
    "add_saga",
    "add_service",
    "add_share",
    "as_json",
    "drop_share",
    "find",
    "inspect",
    "inspect_whole",
    "new_text",
    "read",
    "read_text",
    "remove_call",
    "remove_route",
    "remove_saga",
    "remove_service",
    "schema",
    "share_route",
    "spelt_out",
]
