# Moved by mscli migrate apply from shop/pages.py: yours to change.
"""Pages: templates beside the code."""

from importlib.resources import files
from fastapi.templating import Jinja2Templates

templates = Jinja2Templates(directory=files("catalogue") / "templates")
