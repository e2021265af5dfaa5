from flask import Blueprint

bp = Blueprint("articles", __name__)

from gazette.articles import routes  # noqa: E402, F401
