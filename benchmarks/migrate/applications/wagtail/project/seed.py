"""A picture, a document and pages, which nothing makes up: each is a file or a place in a tree."""


def rows() -> None:
    """Two of each, below the page that is there from the start."""
    from django.core.files.base import ContentFile
    from inside.forms import PICTURE
    from wagtail.documents.models import Document
    from wagtail.images.models import Image
    from wagtail.models import Page

    home = Page.objects.get(depth=2)
    for number in (1, 2):
        home.add_child(instance=Page(title=f"Page {number}", slug=f"page-{number}"))
        picture = ContentFile(PICTURE, name=f"picture-{number}.png")
        Image.objects.create(title=f"Picture {number}", file=picture)
        text = ContentFile(b"some text", name=f"text-{number}.txt")
        Document.objects.create(title=f"Text {number}", file=text)
