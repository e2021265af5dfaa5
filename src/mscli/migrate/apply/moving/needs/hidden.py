"""Packages that nobody imports, and that names of others need."""

HIDDEN = {
    "django.db.models.ImageField": "PIL",
    "django.forms.ImageField": "PIL",
    "fastapi.File": "python-multipart",
    "fastapi.Form": "python-multipart",
    "fastapi.UploadFile": "python-multipart",
    "fastapi.security.OAuth2PasswordRequestForm": "python-multipart",
    "pydantic.EmailStr": "email-validator",
    "rest_framework.serializers.ImageField": "PIL",
    "starlette.middleware.sessions.SessionMiddleware": "itsdangerous",
    "wtforms.validators.Email": "email-validator",
    "wtforms.validators.email": "email-validator",
}
"""Names that work only where another package is, which nobody imports."""
