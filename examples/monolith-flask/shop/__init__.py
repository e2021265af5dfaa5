"""The application factory."""

import os

from flask import Flask

from shop.database import db


def create_app(url="sqlite:///shop.sqlite3"):
    """The whole shop in one process."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY", "for-a-laptop-only")
    app.config["SHOP"] = "The shop"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)

    from shop import accounts, catalogue, orders, reports

    app.register_blueprint(catalogue.blueprint, url_prefix="/products")
    app.register_blueprint(orders.blueprint, url_prefix="/orders")
    app.register_blueprint(accounts.blueprint, url_prefix="/customers")
    app.register_blueprint(reports.blueprint)
    app.before_request(reports.count_visit)
    app.add_template_filter(catalogue.price, "price")
    app.context_processor(catalogue.name_of_the_shop)
    app.cli.command("sweep")(orders.sweep)
    with app.app_context():
        db.create_all()
    return app
