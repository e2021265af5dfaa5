import os

from flask import (
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import _
from flask_login import current_user, login_required
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from gazette.articles import bp
from gazette.extensions import csrf, db
from gazette.models import Article


class ArticleForm(FlaskForm):
    title = StringField(validators=[DataRequired(), Length(max=80)])
    text = TextAreaField(validators=[DataRequired()])


@bp.route("/")
def index():
    found = db.paginate(
        db.select(Article).order_by(Article.id),
        page=request.args.get("page", 1, type=int),
        per_page=current_app.config["ARTICLES_PER_PAGE"],
    )
    return render_template("articles/index.html", articles=found)


@bp.route("/<int:article_id>")
def show(article_id):
    article = db.get_or_404(Article, article_id)
    kind = "short" if len(article.text) < 20 else "long"
    return render_template(f"articles/{kind}.html", article=article)


@bp.route("/new", methods=["GET", "POST"])
@login_required
def new():
    form = ArticleForm()
    if form.validate_on_submit():
        article = Article(author=current_user)
        form.populate_obj(article)
        db.session.add(article)
        db.session.commit()
        flash(_("Thank you"))
        return redirect(url_for(".show", article_id=article.id))
    return render_template("articles/new.html", form=form)


@bp.route("/<int:article_id>/title", methods=["POST"])
@csrf.exempt
def rename(article_id):
    article = db.get_or_404(Article, article_id)
    if article.author != current_user:
        abort(403)
    article.title = request.get_json()["title"]
    db.session.commit()
    return {"title": article.title}


@bp.route("/<int:article_id>/picture", methods=["GET", "POST"])
@csrf.exempt
def picture(article_id):
    article = db.get_or_404(Article, article_id)
    folder, name = current_app.config["PICTURES"], f"{article.id}.svg"
    if request.method == "POST":
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(request.get_data())
    return send_from_directory(folder, name)
