"""What a monolith's own Compose file and Procfile say."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from mscli.migrate.apply.own_compose import beside_of, workdir_of

COMPOSE = """
services:
  db:
    image: postgres:16
    volumes: [pg:/var/lib/postgresql/data]
  web:
    build: .
    image: shop:dev
    command: gunicorn shop.wsgi
    env_file: [.env]
    environment: {DEBUG: "0"}
    ports: ["8000:8000"]
    volumes:
      - media_files:/srv/media
      - .:/app
      - code:/app
      - {type: volume, source: tmp, target: /srv/tmp/}
      - modules:/srv/node_modules
  worker:
    build: {context: .}
    command: [celery, -A, shop, worker]
  migrate: {image: "shop:dev", command: python manage.py migrate}
  nightly: {image: "shop:dev", command: python -m shop.nightly}
  mail: {build: ./mail, command: ./mail}
volumes: {pg: , media_files: , tmp: , code: , modules: }
"""


def test_volumes_are_kept_and_what_runs_beside_is_named(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(COMPOSE)
    (tmp_path / "Procfile").write_text("web: gunicorn shop\nworker: celery -A shop worker\n")
    found = beside_of(tmp_path)
    assert found.volumes == {"media-files": "/srv/media", "tmp-files": "/srv/tmp"}
    assert found.others == [
        ("Procfile", "worker", "celery -A shop worker"),
        ("docker-compose.yml", "nightly", "python -m shop.nightly"),
    ]
    told, beside = found.warnings
    assert "docker-compose.yml: services.web is told DEBUG, .env" in told
    assert "nightly (`python -m shop.nightly`)" in beside


def test_a_file_that_says_nothing_is_no_fault(tmp_path: Path) -> None:
    for text in ("", "- a", "services: []", "services: {web: }", "services: {web: {build: 7}}"):
        (tmp_path / "compose.yaml").write_text(text)
        assert not list(beside_of(tmp_path).warnings), text
    (tmp_path / "compose.yaml").write_text("a: [")
    assert ["it is no YAML" in text for text in beside_of(tmp_path).warnings] == [True]


def test_the_code_is_where_the_image_has_it(tmp_path: Path) -> None:
    assert workdir_of(tmp_path) == "/app"
    (tmp_path / "Dockerfile").write_text(
        dedent("""
            FROM a AS build
            WORKDIR /build
            FROM b
            WORKDIR /srv
            """)
    )
    assert workdir_of(tmp_path) == "/srv"
