from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.http import FileResponse, JsonResponse
from django.utils.translation import gettext as _
from library.books.models import Author, Book
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import FileUploadParser
from rest_framework.response import Response


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["id", "name"]


class BookSerializer(serializers.ModelSerializer):
    author = AuthorSerializer(read_only=True)
    author_id = serializers.PrimaryKeyRelatedField(
        source="author", queryset=Author.objects.all(), write_only=True
    )

    class Meta:
        model = Book
        fields = ["id", "title", "author", "author_id", "pages", "keeper_id"]


class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.select_related("author")
    serializer_class = BookSerializer
    filterset_fields = ["author", "pages"]

    def perform_create(self, serializer):
        serializer.save(keeper=self.request.user)

    @action(detail=True, methods=["post"])
    def renew(self, request, pk=None):
        book = self.get_object()
        book.pages += 1
        book.save(update_fields=["pages"])
        send_mail(_("Renewed"), book.title, None, [request.user.email])
        return Response({"pages": book.pages, "said": _("Renewed")})

    @action(detail=True, methods=["get", "put"], parser_classes=[FileUploadParser])
    def cover(self, request, pk=None):
        book = self.get_object()
        if request.method == "PUT":
            book.cover.save("cover.txt", request.data["file"])
        return FileResponse(book.cover.open(), filename="cover.txt")


class AuthorViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Author.objects.order_by("name")
    serializer_class = AuthorSerializer


@login_required(login_url="/login/")
def mine(request):
    kept = Book.objects.filter(keeper=request.user).values_list("title", flat=True)
    return JsonResponse({"name": request.user.username, "books": list(kept)})
