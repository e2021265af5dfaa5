from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models


def no_shouting(title):
    if title.isupper():
        raise ValidationError("A title is not shouted.")


def beside(book, filename):
    return f"covers/{book.pk}/{filename}"


class Author(models.Model):
    name = models.CharField(max_length=80, unique=True)

    class Meta:
        db_table = "authors"


class Book(models.Model):
    title = models.CharField(max_length=80, validators=[no_shouting])
    author = models.ForeignKey(Author, models.PROTECT, related_name="books")
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    pages = models.PositiveIntegerField(default=1)
    cover = models.FileField(upload_to=beside, blank=True)
    added = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "books"
        ordering = ["title"]
