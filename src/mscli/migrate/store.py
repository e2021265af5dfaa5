"""Where the rows of a service are: in a database of its own, or in the monolith's for now.

Code first, then data (Newman, Monolith to Microservices): where much is cut, the code of a service
runs on the shared database first, and its tables follow in a step of their own.
"""

from __future__ import annotations

from typing import Literal, get_args

Store = Literal["own", "shared"]
OWN: Store = "own"
SHARED: Store = "shared"
STORES: tuple[Store, ...] = get_args(Store)
ADDRESS = "MONOLITH_DATABASE_URL"
"""The variable by which a service knows the monolith's database."""
UPLOADS = "MONOLITH_MEDIA_ROOT"
"""And the one by which it knows the folder of the monolith's uploads."""
SIGNING = "SECRET_KEY"
"""And the one that has the monolith's own key, which signs sessions and tokens."""
ROOT = "MONOLITH_ROOT"
"""And the one by which it knows the monolith's own folder, where it asks for files there."""
