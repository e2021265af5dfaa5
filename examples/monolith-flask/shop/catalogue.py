"""Looking at products."""

from flask import (
    Blueprint,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    url_for,
)
from flask.views import MethodView

from shop.database import db
from shop.models import Product, Stock

blueprint = Blueprint("catalogue", __name__)


class SoldOut(Exception):
    """There are not enough."""


class ProductList(MethodView):
    """All that can be bought, with the shelves."""

    def get(self):
        """Reads the table between products and categories too."""
        found = Product.query.filter_by(active=True).all()
        return jsonify(
            products=[
                {"id": p.id, "name": p.name, "categories": [c.name for c in p.categories]}
                for p in found
            ]
        )


@blueprint.route("/<int:product_id>/")
def product(product_id):
    """One product, and how many are left."""
    found = db.get_or_404(Product, product_id)
    return jsonify(id=found.id, name=found.name, left=found.stock.count)


@blueprint.get("/shelf/")
def shelf():
    """A page of all that can be bought, and of what was said last."""
    found = Product.query.filter_by(active=True).all()
    return render_template("catalogue/shelf.html", products=found)


@blueprint.post("/<int:product_id>/remember/")
def remember(product_id):
    """The next page says so."""
    found = db.get_or_404(Product, product_id)
    flash(f"Remembered: {found.name}", "success")
    return redirect(url_for(".shelf"))


def price(amount):
    """In whole euros."""
    return f"{amount} EUR"


def name_of_the_shop():
    """Above every page."""
    return {"shop": current_app.config["SHOP"]}


def take(product_id, count):
    """Fewer in stock."""
    stock = Stock.query.filter_by(product_id=product_id).one()
    if stock.count < count:
        raise SoldOut
    stock.count -= count


def put_back(product_id, count):
    """More in stock."""
    stock = Stock.query.filter_by(product_id=product_id).one()
    stock.count += count


blueprint.add_url_rule("/", view_func=ProductList.as_view("products"))
