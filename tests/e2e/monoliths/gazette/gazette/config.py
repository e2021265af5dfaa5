import os

HERE = os.path.abspath(os.path.dirname(__file__))


class Config:
    SECRET_KEY = os.environ.get("SECRET_KEY") or "you-will-never-guess"
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL") or "sqlite:///" + os.path.join(
        HERE, "..", "gazette.sqlite3"
    )
    LANGUAGES = ["en", "de"]
    ARTICLES_PER_PAGE = 2
    PICTURES = os.path.join(HERE, "..", "pictures")


class Production(Config):
    ARTICLES_PER_PAGE = int(os.environ.get("ARTICLES_PER_PAGE", 3))
