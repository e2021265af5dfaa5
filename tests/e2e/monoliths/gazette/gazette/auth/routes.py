from flask import flash, redirect, render_template, request, url_for
from flask_babel import _
from flask_login import current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from gazette.auth import bp
from gazette.extensions import db
from gazette.models import User


class LoginForm(FlaskForm):
    name = StringField(validators=[DataRequired()])
    password = PasswordField(validators=[DataRequired()])


@bp.before_app_request
def count():
    if current_user.is_authenticated:
        current_user.visits += 1
        db.session.commit()


@bp.route("/join", methods=["POST"])
def join():
    form = LoginForm()
    if not form.validate_on_submit():
        return {"errors": form.errors}, 400
    user = User(name=form.name.data)
    user.set_password(form.password.data)
    db.session.add(user)
    db.session.commit()
    return {"id": user.id}, 201


@bp.route("/login", methods=["GET", "POST"])
def login():
    form = LoginForm()
    if form.validate_on_submit():
        user = db.session.scalar(db.select(User).where(User.name == form.name.data))
        if user is not None and user.check_password(form.password.data):
            login_user(user)
            return redirect(request.args.get("next") or url_for("articles.index"))
        flash(_("Wrong name or password"))
    return render_template("auth/login.html", form=form)


@bp.post("/logout")
@login_required
def logout():
    logout_user()
    return redirect(url_for("articles.index"))
