"""Products, categories, stock."""

from django.db import models


class Category(models.Model):
    """A shelf."""

    name = models.CharField(max_length=100)

    class Meta:
        db_table = "categories"


class ProductQuerySet(models.QuerySet):
    """Questions about products."""

    def on_sale(self):
        """What can be bought."""
        return self.filter(active=True)


class Product(models.Model):
    """Something to buy."""

    name = models.CharField(max_length=100)
    price = models.IntegerField()
    active = models.BooleanField(default=True)
    categories = models.ManyToManyField(
        Category, through="ProductCategory", related_name="products"
    )
    objects = ProductQuerySet.as_manager()

    class Meta:
        db_table = "products"


class ProductCategory(models.Model):
    """Which product stands on which shelf, and where."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    category = models.ForeignKey(Category, on_delete=models.CASCADE)
    place = models.IntegerField(default=0)

    class Meta:
        db_table = "product_categories"


class Stock(models.Model):
    """How many there are."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="stock")
    count = models.IntegerField(default=0)

    class Meta:
        db_table = "stock"
