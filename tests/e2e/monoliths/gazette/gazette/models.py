from flask_login import UserMixin
from werkzeug.security import check_password_hash, generate_password_hash

from gazette.extensions import db, login


class User(UserMixin, db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), unique=True, nullable=False)
    password_hash = db.Column(db.String(256))
    visits = db.Column(db.Integer, nullable=False, default=0)
    articles = db.relationship("Article", back_populates="author")

    def set_password(self, password):
        self.password_hash = generate_password_hash(password)

    def check_password(self, password):
        return check_password_hash(self.password_hash, password)


class Article(db.Model):
    __tablename__ = "articles"
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80), nullable=False)
    text = db.Column(db.Text, nullable=False)
    author_id = db.Column(db.ForeignKey("users.id"), nullable=False)
    author = db.relationship("User", back_populates="articles")


@login.user_loader
def load_user(user_id):
    return db.session.get(User, int(user_id))
