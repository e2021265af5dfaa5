from gazette import create_app
from gazette.config import Production

app = create_app(Production)
