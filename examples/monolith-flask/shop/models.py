"""Every table of the shop."""

from sqlalchemy import event, insert

from shop.database import db


class Customer(db.Model):
    """Somebody who buys."""

    __tablename__ = "customers"
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(100), unique=True)
    name = db.Column(db.String(100))
    profile = db.relationship(
        "Profile", back_populates="customer", uselist=False, cascade="all, delete-orphan"
    )
    orders = db.relationship("Order", back_populates="customer", cascade="all, delete-orphan")


class Profile(db.Model):
    """What we know of a customer; an event makes it."""

    __tablename__ = "profiles"
    id = db.Column(db.Integer, primary_key=True)
    customer_id = db.Column(db.ForeignKey("customers.id"))
    points = db.Column(db.Integer, default=0)
    customer = db.relationship("Customer", back_populates="profile")


@event.listens_for(Customer, "after_insert")
def make_profile(mapper, connection, customer):
    """A write that no handler shows."""
    connection.execute(insert(Profile).values(customer_id=customer.id))


class Category(db.Model):
    """A shelf."""

    __tablename__ = "categories"
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(100))


product_categories = db.Table(
    "product_categories",
    db.Column("product_id", db.ForeignKey("products.id"), primary_key=True),
    db.Column("category_id", db.ForeignKey("categories.id"), primary_key=True),
)


class Product(db.Model):
    """Something to buy."""

    __tablename__ = "products"
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(100))
    price = db.Column(db.Integer)
    active = db.Column(db.Boolean, default=True)
    categories = db.relationship("Category", secondary=product_categories, backref="products")
    stock = db.relationship("Stock", back_populates="product", uselist=False)


class Stock(db.Model):
    """How many there are."""

    __tablename__ = "stock"
    id = db.Column(db.Integer, primary_key=True)
    product_id = db.Column(db.ForeignKey("products.id"))
    count = db.Column(db.Integer, default=0)
    product = db.relationship("Product", back_populates="stock")


class Order(db.Model):
    """What somebody bought at once."""

    __tablename__ = "orders"
    id = db.Column(db.Integer, primary_key=True)
    customer_id = db.Column(db.ForeignKey("customers.id"))
    state = db.Column(db.String(20), default="placed")
    customer = db.relationship("Customer", back_populates="orders")
    lines = db.relationship("OrderLine", back_populates="order", cascade="all, delete-orphan")
    payment = db.relationship(
        "Payment", back_populates="order", uselist=False, cascade="all, delete-orphan"
    )


class OrderLine(db.Model):
    """One product of an order."""

    __tablename__ = "order_lines"
    id = db.Column(db.Integer, primary_key=True)
    order_id = db.Column(db.ForeignKey("orders.id"))
    product_id = db.Column(db.ForeignKey("products.id"))
    count = db.Column(db.Integer)
    order = db.relationship("Order", back_populates="lines")
    product = db.relationship("Product")


class Payment(db.Model):
    """Money for an order."""

    __tablename__ = "payments"
    id = db.Column(db.Integer, primary_key=True)
    order_id = db.Column(db.ForeignKey("orders.id"))
    amount = db.Column(db.Integer)
    order = db.relationship("Order", back_populates="payment")


class Visit(db.Model):
    """One request."""

    __tablename__ = "visits"
    id = db.Column(db.Integer, primary_key=True)
    path = db.Column(db.String(200))
