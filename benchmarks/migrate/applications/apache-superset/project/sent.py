"""What is sent to Superset where no document says what fits."""

import json
import re
from collections.abc import Iterator
from typing import Any

from inside.bodies import AsForm

FORM = {
    "datasource": "1__table",
    "viz_type": "table",
    "groupby": ["shop"],
    "columns": ["shop"],
    "metrics": ["count"],
    "row_limit": 10,
}
QUERY = {"columns": ["shop"], "metrics": ["count"], "row_limit": 10}
ASKED = {"datasource": {"id": 1, "type": "table"}, "queries": [QUERY]}
OF_DASHBOARD = {"dashboardId": 1, "slice_id": 1, "viz_type": "table"}
FILTER = {"dashboardId": 1, "type": "NATIVE_FILTER", "native_filter_id": "NATIVE_FILTER-one"}
TABLE = {"tabStateId": 1, "id": 1, "dbId": 1, "queryEditorId": 1, "name": "sales"}
DATASET = {"id": 1, "table_name": "sales", "database": {"id": 1}, "columns": [], "metrics": []}
PAGES: dict[str, Any] = {
    "form_data": json.dumps(FORM),
    "queryEditor": json.dumps({"label": "a tab", "sql": "select 1", "schema": "main", **TABLE}),
    "table": json.dumps(TABLE),
    "expanded": "true",
    "queryId": "query1",
    "data": json.dumps({**DATASET, "type": "table"}),
    "slice_id": "1",
    "url": "http://example.com/",
    "datasource_type": "table",
    "datasourceKey": "1__table",
    "datasource_id": "1",
    "database_name": "data1",
    "schema_name": "main",
    "table_name": "sales",
    "time_range": "Last week",
}
KEPT = {"datasource_id": 1, "datasource_type": "table", "form_data": json.dumps(FORM)}
DAILY = {"type": "Report", "name": "daily", "crontab": "0 9 * * *", "dashboard": 1}
TOLD = {"recipients": [{"type": "Email", "recipient_config_json": {"target": "a@example.com"}}]}
TAGGED = {"name": "a tag", "description": "x", "objects_to_tag": [["dashboard", 1]]}
SQL = {"database_id": 1, "sql": "select 1", "client_id": "another", "runAsync": False}
CHART = {"slice_name": "more", "viz_type": "table", "datasource_id": 1, "dashboards": [1]}
SENT: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/v1/chart/data"): ASKED,
    ("PUT", "/api/v1/chart/warm_up_cache"): {"chart_id": 1},
    ("POST", "/api/v1/dashboard/.+/copy/"): {"dashboard_title": "copy", "json_metadata": "{}"},
    ("POST", "/api/v1/dashboard/.+/filter_state"): {"value": "{}"},
    ("PUT", "/api/v1/dashboard/.+/filter_state/.+"): {"value": "{}"},
    ("POST", "/api/v1/dashboard/.+/permalink"): {"urlParams": [["a", "b"]]},
    ("POST", "/api/v1/dashboard/.+/cache_dashboard_screenshot/"): {"urlParams": [["a", "b"]]},
    ("PUT", "/api/v1/database/.+"): {"database_name": "data9", "expose_in_sqllab": False},
    ("POST", "/api/v1/dataset/"): {"database": 1, "schema": "main", "table_name": "shops"},
    ("PUT", "/api/v1/dataset/[^/]+"): {"description": "text", "owners": [1]},
    ("POST", "/api/v1/dataset/duplicate"): {"base_model_id": 1, "table_name": "again"},
    ("PUT", "/api/v1/dataset/warm_up_cache"): {"db_name": "data1", "table_name": "sales"},
    ("POST", "/api/v1/explore/form_data"): KEPT,
    ("PUT", "/api/v1/explore/form_data/.+"): KEPT,
    ("POST", "/api/v1/explore/permalink"): {"formData": FORM, "urlParams": [["a", "b"]]},
    ("POST", "/api/v1/report/"): {**DAILY, **TOLD},
    ("PUT", "/api/v1/report/.+"): {"name": "nightly", **TOLD},
    ("POST", "/api/v1/saved_query/"): {"db_id": 1, "label": "more", "sql": "select 1"},
    ("PUT", "/api/v1/saved_query/.+"): {"label": "more", "sql": "select 2"},
    ("POST", "/api/v1/sqllab/execute/"): SQL,
    ("POST", "/api/v1/sqllab/permalink"): {"dbId": 1, "name": "one", "sql": "select 1"},
    ("POST", "/api/v1/tag/"): TAGGED,
    ("PUT", "/api/v1/tag/.+"): TAGGED,
    ("POST", "/api/v1/tag/bulk_create"): {"tags": [TAGGED]},
    ("POST", "/api/v1/tag/.+/.+/"): {"properties": {"tags": ["tag1"]}},
    ("POST", "/api/v1/security/guest_token/"): {
        "user": {"username": "guest"},
        "resources": [{"type": "dashboard", "id": "1"}],
        "rls": [],
    },
}
KINDS = ("table", "query", "saved_query")
ALSO = (
    (("POST", "/api/v1/chart/data"), {**ASKED, "form_data": OF_DASHBOARD}),
    (("POST", "/api/v1/chart/data"), {**ASKED, "form_data": FILTER}),
    *(
        (("POST", "/api/v1/chart/data"), {**ASKED, "datasource": {"id": 1, "type": kind}})
        for kind in KINDS[1:]
    ),
    *((("POST", "/api/v1/chart/"), {**CHART, "datasource_type": kind}) for kind in KINDS),
    *(
        (
            ("PUT", r"/api/v1/chart/\d+"),
            {"datasource_type": kind, "datasource_id": 1, "owners": [1]},
        )
        for kind in KINDS
    ),
)
"""What is sent beside the first."""
EXPORTED: dict[str, bytes] = {}


def bodies(method: str, path: str) -> Iterator[dict[str, Any]]:
    """What is sent where no document says what fits, or not all."""
    if not path.startswith("/api/"):
        yield AsForm(PAGES)
        return
    for (known, shape), body in (*SENT.items(), *ALSO):
        if method == known and re.fullmatch(shape, path):
            yield body
    kind = path.split("/")[3]
    if path.endswith("/import/") and kind in EXPORTED:
        for name in ("formData", "bundle"):
            yield AsForm({name: ("all.zip", EXPORTED[kind]), "overwrite": "true"})
    if path.endswith(("/upload/", "/upload_metadata/")):
        file = ("more.csv", b"day,shop,amount\n2026-01-01,one,1\n")
        yield AsForm({"file": file, "type": "csv", "table_name": "more", "delimiter": ","})
