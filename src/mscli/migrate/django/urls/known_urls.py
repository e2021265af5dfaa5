"""Lists of URLs that come with Django and REST framework: `include("django.contrib.auth.urls")`."""

from __future__ import annotations

from mscli.migrate.walk.values.values import Items, Made, Outside, Site, Text, Value

AUTH, REST = "django.contrib.auth.urls", "rest_framework.urls"
I18N = "django.conf.urls.i18n"
VIEWS = "django.contrib.auth.views"
IN_AND_OUT = (("login/", "LoginView", "login"), ("logout/", "LogoutView", "logout"))
KNOWN = {
    AUTH: (
        *IN_AND_OUT,
        ("password_change/", "PasswordChangeView", "password_change"),
        ("password_change/done/", "PasswordChangeDoneView", "password_change_done"),
        ("password_reset/", "PasswordResetView", "password_reset"),
        ("password_reset/done/", "PasswordResetDoneView", "password_reset_done"),
        (
            "reset/<str:uidb64>/<str:token>/",
            "PasswordResetConfirmView",
            "password_reset_confirm",
        ),
        ("reset/done/", "PasswordResetCompleteView", "password_reset_complete"),
    ),
    REST: IN_AND_OUT,
    I18N: (("setlang/", "set_language", "set_language"),),
}
NAMESPACES = {REST: "rest_framework"}


def patterns(module: str, site: Site) -> Value:
    """What such a module has in its `urlpatterns`; nothing if it is not known."""
    found: list[Value] = []
    for rule, view, name in KNOWN.get(module, ()):
        called = f"{VIEWS}.{view}.as_view" if module != I18N else f"django.views.i18n.{view}"
        args: tuple[Value, ...] = (
            (Text(rule),),
            (Outside(called),),
            (),
            (Text(name),),
        )
        found.append((Made("django.urls.path", site, (module, rule), args),))
    return (Items(tuple(found)),) if found else ()
