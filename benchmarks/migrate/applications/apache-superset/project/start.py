"""Starts Superset with a throw-away SQLite, its own roles, and a dashboard with a chart."""

import logging
import os
import sqlite3
from pathlib import Path
from typing import Any

from project import elsewhere
from project.sent import EXPORTED, bodies

__all__ = ["bodies"]

ALONG = {"form_data": '{"slice_id": 1}'}
"""Which chart asks, for the journal."""
USER = {"username": "admin", "password": "Pa55-word!x9"}
columns: dict[str, Any] = {
    "ssh_tunnels.database_id": 3,
    "themes.json_data": "{}",
    "themes.is_system": False,
    "themes.is_system_default": False,
    "themes.is_system_dark": False,
    "key_value.resource": "app",
    "tasks.status": "pending",
    "tasks.scope": "private",
    "tasks.payload": "{}",
    "tasks.properties": "{}",
    "logs.json": "{}",
    "user_attribute.avatar_url": "http://example.com/",
}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from flask_appbuilder import Model

    return [Model.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from flask_appbuilder import Model

    return [Model.registry]


def start(folder: Path) -> Any:
    """The application with all that can be switched on, tables as its models say, and rows."""
    (folder / "configured.py").write_text(
        f"""
SECRET_KEY = "only-for-measuring-and-long-enough-0123456789"
SQLALCHEMY_DATABASE_URI = "sqlite:///{database(folder)}"
WTF_CSRF_ENABLED = TALISMAN_ENABLED = RATELIMIT_ENABLED = False
PREVENT_UNSAFE_DB_CONNECTIONS = False
FAB_PASSWORD_COMPLEXITY_ENABLED = False
DATABASE_OAUTH2_CLIENTS = {elsewhere.clients()}
DATABASE_OAUTH2_REDIRECT_URI = "http://localhost/api/v1/database/oauth2/"
GUEST_ROLE_NAME = "Gamma"
GUEST_TOKEN_JWT_EXP_SECONDS = 100_000
DATA_DIR = "{folder}"
FEATURE_FLAGS = dict.fromkeys(
    (
        "ALERT_REPORTS",
        "DASHBOARD_RBAC",
        "DYNAMIC_PLUGINS",
        "EMBEDDED_SUPERSET",
        "ENABLE_DASHBOARD_SCREENSHOT_ENDPOINTS",
        "ENABLE_EXTENSIONS",
        "ENABLE_TEMPLATE_PROCESSING",
        "ESTIMATE_QUERY_COST",
        "GLOBAL_TASK_FRAMEWORK",
        "SSH_TUNNELING",
        "TAGGING_SYSTEM",
        "THUMBNAILS",
    ),
    True,
)

class CELERY_CONFIG:
    broker_url = "memory://"
"""
    )
    os.environ["SUPERSET_CONFIG_PATH"] = str(folder / "configured.py")
    os.environ["SUPERSET_HOME"] = str(folder)
    os.chdir(folder)
    logging.disable(logging.CRITICAL)
    from superset.app import create_app
    from superset.extensions import appbuilder, db

    app = create_app()
    with app.app_context():
        metadatas()[0].create_all(db.engine)
        _as_migrated(db.engine)
        appbuilder.add_permissions(update_perms=True)
        from superset.extensions import security_manager

        security_manager.sync_role_definitions()
        people = [_person(security_manager, name, role) for name, role in PEOPLE.items()]
        _rows(folder, db.session, people)
    return app


def _as_migrated(engine: Any) -> None:
    """As where it starts with tables: by its migrations what has a tag may be of any table."""
    from sqlalchemy.schema import CreateTable, DropTable
    from superset.tags.core import register_sqla_event_listeners
    from superset.tags.models import TaggedObject

    table = TaggedObject.__table__
    kept = [key for key in table.foreign_key_constraints if "object_id" not in key.column_keys]
    with engine.begin() as connection:
        connection.execute(DropTable(table))
        connection.execute(CreateTable(table, include_foreign_key_constraints=kept))
    register_sqla_event_listeners()


PEOPLE = {USER["username"]: "Admin", "alpha": "Alpha", "gamma": "Gamma"}


def _person(manager: Any, name: str, role: str) -> Any:
    return manager.add_user(
        name, name, "one", f"{name}@example.com", manager.find_role(role), USER["password"]
    )


def _rows(folder: Path, session: Any, people: list[Any]) -> None:
    """Two of each that a visitor makes: of the data there is, of charts, and of what is sent."""
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database
    from superset.utils.core import override_user

    _data(folder / "data.sqlite3")
    with override_user(people[0], force=True):
        for number in (1, 2, 3):
            uri = f"sqlite:///{folder / 'data.sqlite3'}"
            known = Database(database_name=f"data{number}", sqlalchemy_uri=uri)
            known.allow_file_upload = known.allow_dml = known.allow_ctas = known.allow_cvas = True
            table = SqlaTable(table_name="sales", database=known, schema="main", owners=people[:1])
            session.add_all([known, table])
            session.commit()
            table.fetch_metadata()
            _shown(session, number, table, people)
            _asked(session, number, known, people)
            elsewhere.asked(session, known, people)
            session.commit()


def _data(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("create table sales (day timestamp, shop text, amount integer)")
        connection.execute("create table shops (shop text)")
        for number in (1, 2, 3):
            row = (f"2026-01-0{number} 10:00:00", f"shop{number}", number)
            connection.execute("insert into sales values (?, ?, ?)", row)
    connection.close()


def _shown(session: Any, number: int, table: Any, people: list[Any]) -> None:
    """A chart of a table, on a dashboard, which is sent to somebody every night."""
    import datetime
    import json

    from superset.models.core import FavStar
    from superset.models.dashboard import Dashboard
    from superset.models.embedded_dashboard import EmbeddedDashboard
    from superset.models.slice import Slice
    from superset.reports.models import ReportExecutionLog, ReportRecipients, ReportSchedule
    from superset.tags.models import ObjectType, Tag, TaggedObject, TagType

    wanted = {"columns": ["shop"], "metrics": ["count"], "row_limit": 10}
    source = {"id": table.id, "type": "table"}
    chart = Slice(
        slice_name=f"chart{number}",
        datasource_id=table.id,
        datasource_type="table",
        viz_type="table",
        params=json.dumps({"viz_type": "table", "datasource": f"{table.id}__table", **wanted}),
        query_context=json.dumps({"datasource": source, "queries": [wanted]}),
        owners=people[:1],
    )
    shown = Dashboard(dashboard_title=f"dashboard{number}", slug=f"dashboard{number}")
    shown.owners, shown.slices, shown.published = people[:1], [chart], True
    filters = [{"id": "NATIVE_FILTER-one", "targets": [{"datasetId": table.id}]}]
    shown.position_json = "{}"
    shown.json_metadata = json.dumps({"native_filter_configuration": filters})
    if number > 1:
        shown.roles = people[-1].roles
    session.add_all([chart, shown])
    session.flush()
    tag = Tag(name=f"tag{number}", type=TagType.custom)
    report = ReportSchedule(type="Report", name=f"report{number}", crontab="0 9 * * *")
    report.dashboard, report.owners, report.active = None, people[:1], True
    if number > 1:  # what is sent cannot be deleted
        report.dashboard = shown
    told = json.dumps({"target": "admin@example.com"})
    now = datetime.datetime(2026, 1, 15, 10)  # noqa: DTZ001
    ended = ReportExecutionLog(scheduled_dttm=now, state="Success", report_schedule=report)
    session.add_all(
        [
            EmbeddedDashboard(dashboard=shown, allow_domain_list="example.com"),
            TaggedObject(tag=tag, object_id=shown.id, object_type=ObjectType.dashboard),
            TaggedObject(tag=tag, object_id=chart.id, object_type=ObjectType.chart),
            FavStar(user_id=people[0].id, class_name="slice", obj_id=chart.id),
            FavStar(user_id=people[0].id, class_name="Dashboard", obj_id=shown.id),
            ReportRecipients(type="Email", recipient_config_json=told, report_schedule=report),
            ended,
        ]
    )


def _asked(session: Any, number: int, known: Any, people: list[Any]) -> None:
    """A query that was run and kept, in an editor that is open, and a rule about who sees what."""
    from superset.connectors.sqla.models import RowLevelSecurityFilter
    from superset.models.sql_lab import Query, SavedQuery, TableSchema, TabState

    sql, user = "select shop, amount from sales", people[0]
    query = Query(client_id=f"query{number}", database_id=known.id, user_id=user.id, sql=sql)
    query.status, query.sql_editor_id, query.tab_name = "success", str(number), "one"
    query.executed_sql, query.start_time, query.end_time = sql, 1767261600, 1767261601
    kept = SavedQuery(user_id=user.id, db_id=known.id, label=f"kept{number}", sql=sql)
    open_ = TabState(user_id=user.id, label=f"tab{number}", database_id=known.id, sql=sql)
    open_.active, open_.latest_query_id = True, query.client_id
    session.add_all([query, kept])
    session.flush()
    session.add(open_)
    session.flush()
    table = TableSchema(tab_state_id=open_.id, database_id=known.id, table="sales")
    table.description = '{"columns": []}'
    rule = RowLevelSecurityFilter(name=f"rule{number}", clause="amount > 0", filter_type="Regular")
    rule.roles = user.roles
    session.add_all([table, rule])


def described(app: Any) -> Any:
    """What its API says of itself."""
    client = app.test_client()
    login(app, client)
    for kind in ("chart", "dashboard", "database", "dataset", "saved_query", "theme"):
        EXPORTED[kind] = client.get(f"/api/v1/{kind}/export/?q=[1]").data
    EXPORTED["assets"] = client.get("/api/v1/assets/export/").data
    return client.get("/api/v1/_openapi").get_json()


def given(path: str) -> dict[str, str]:
    """What its parameters are called by that no row tells."""
    if "/column/" in path:
        return {"column_name": "shop", "datasource_type": "table", "datasource_id": "1"}
    kinds = {"tag": "tag1", "object_type": "3", "object_id": "1"}
    told = {"datasource_type": "table", "table_name": "sales", "schema_name": "main"}
    known = {**told, "locale": "en", "name": "muldelete"}
    if "/distinct/" in path:
        known["column_name"] = "status" if "/query/" in path else "schema"
    elif "/related/" in path:
        known["column_name"] = "user" if "/query/" in path else "created_by"
    return {**known, **(kinds if "<tag>" in path or "object_type" in path else {})}


def login(app: Any, client: Any) -> None:
    """As the administrator."""
    del app
    client.post("/login/", data=USER)


def others(app: Any, client: Any) -> dict[str, dict[str, str]]:
    """As those who may do less, by tokens of the API, and a guest who was shown a dashboard."""
    found = {"guest": {"X-GuestToken": _guest(app)}}
    for name in ("alpha", "gamma"):
        given = {"username": name, "password": USER["password"], "provider": "db"}
        told = client.post("/api/v1/security/login", json=given).get_json()
        found[name] = {"Authorization": f"Bearer {told['access_token']}"}
    return found


def _guest(app: Any) -> str:
    from superset.extensions import db, security_manager
    from superset.models.embedded_dashboard import EmbeddedDashboard

    with app.app_context():
        first = db.session.query(EmbeddedDashboard).order_by(EmbeddedDashboard.dashboard_id).first()
        seen = [{"type": "dashboard", "id": str(first.uuid)}]
        token = security_manager.create_guest_access_token({"username": "guest"}, seen, [])
    return token if isinstance(token, str) else token.decode()
