from flask import render_template, request
from flask_wtf.csrf import CSRFError

from gazette.errors import bp


@bp.app_errorhandler(403)
@bp.app_errorhandler(404)
def missing(error):
    if request.is_json:
        return {"error": error.name}, error.code
    return render_template("errors/error.html", error=error), error.code


@bp.app_errorhandler(CSRFError)
def forged(error):
    return render_template("errors/error.html", error=error), 400
