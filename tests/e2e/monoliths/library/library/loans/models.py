from django.conf import settings
from django.db import models
from library.books.models import Book


class Loan(models.Model):
    book = models.ForeignKey(Book, models.PROTECT)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    until = models.DateField()

    class Meta:
        db_table = "loans"


class Reminder(models.Model):
    loan = models.ForeignKey(Loan, models.CASCADE)
    text = models.CharField(max_length=200)

    class Meta:
        db_table = "loan_reminders"
