from rest_framework.permissions import SAFE_METHODS, BasePermission


class LibrariansWrite(BasePermission):
    message = "Librarians write here."

    def has_permission(self, request, view):
        return request.method in SAFE_METHODS or request.user.has_perm("books.change_book")
