import logging
from logging.handlers import RotatingFileHandler

from flask import Flask, request

from gazette.config import Config
from gazette.extensions import babel, csrf, db, login, migrate


def get_locale():
    return request.accept_languages.best_match(["en", "de"])


def create_app(config=Config):
    app = Flask(__name__)
    app.config.from_object(config)
    db.init_app(app)
    migrate.init_app(app, db)
    csrf.init_app(app)
    login.init_app(app)
    babel.init_app(app, locale_selector=get_locale)
    register_blueprints(app)

    @app.template_filter()
    def shout(text):
        return f"{text.upper()}!"

    @app.context_processor
    def motto():
        return {"motto": "All that fits"}

    @app.after_request
    def named(response):
        response.headers["X-Gazette"] = app.config["LANGUAGES"][0]
        return response

    if not app.debug and app.config.get("LOG_FILE"):
        handler = RotatingFileHandler(app.config["LOG_FILE"])
        handler.setLevel(logging.INFO)
        app.logger.addHandler(handler)
    with app.app_context():
        db.create_all()
    return app


def register_blueprints(app):
    from gazette.articles import bp as articles
    from gazette.auth import bp as auth
    from gazette.errors import bp as errors

    app.register_blueprint(errors)
    app.register_blueprint(auth, url_prefix="/auth")
    app.register_blueprint(articles, url_prefix="/articles")
