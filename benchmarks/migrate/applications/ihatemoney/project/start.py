"""Starts "I hate money" with a throw-away SQLite and a project that has members and bills."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inside.bodies import AsForm

columns: dict[str, Any] = {}
PASSWORD = "Pa55-word!x9"  # what forms are filled in with
BILLS = [
    {
        "what": "wine",
        "amount": 7.5,
        "date": "2026-01-15",
        "currency": "XXX",
        "payer_name": "ann",
        "payer_weight": 1,
        "owers": ["ann", "eve"],
        "bill_type": "Expense",
    }
]


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from ihatemoney.models import db

    return [db.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from ihatemoney.models import db

    return [db.Model.registry]


def start(folder: Path) -> Any:
    """The application, with one project."""
    from ihatemoney.models import Bill, Person, Project, db
    from ihatemoney.run import create_app
    from werkzeug.security import generate_password_hash

    class Config:
        TESTING = True
        SECRET_KEY = "only-for-measuring"
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{database(folder)}"
        WTF_CSRF_ENABLED = False
        SESSION_COOKIE_SECURE = False  # its cookies go over plain HTTP here
        MAIL_SUPPRESS_SEND = True
        ACTIVATE_ADMIN_DASHBOARD = True
        ADMIN_PASSWORD = generate_password_hash(PASSWORD)

    app = create_app(Config, instance_path=str(folder), instance_relative_config=False)
    with app.app_context():
        project = Project(
            id="flat",
            name="flat",
            password=generate_password_hash(PASSWORD),
            contact_email="flat@example.com",
            default_currency="XXX",
        )
        db.session.add(project)
        db.session.commit()
        people = [Person(name=name, project=project, weight=1) for name in ("ann", "bob")]
        db.session.add_all(people)
        db.session.commit()
        bill = Bill(
            10.0,
            payer_id=people[0].id,
            project_default_currency="XXX",
            what="bread",
            bill_type="Expense",
            owers=people,
            original_currency="XXX",
        )
        db.session.add(bill)
        db.session.commit()
    return app


def login(app: Any, client: Any) -> dict[str, str]:
    """As a member of the project, and as the administrator; the API by basic authentication."""
    del app
    client.post("/admin", data={"admin_password": PASSWORD})
    client.post("/authenticate", data={"id": "flat", "password": PASSWORD})
    known = base64.b64encode(f"flat:{PASSWORD}".encode()).decode()
    return {"Authorization": f"Basic {known}"}


def bodies(method: str, path: str) -> Iterator[dict[str, Any]]:
    """Bills in a file, where a project takes some in."""
    del method
    if path.endswith("/import"):
        yield AsForm(file=("bills.json", json.dumps(BILLS).encode()))
