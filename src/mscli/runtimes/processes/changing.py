"""A change of what runs: by one command at a time, and by nobody but the user who runs it.

Another user, be it root, takes these processes for a stranger's: it would call them stopped, and
remove the data that they work on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from mscli.errors import RuntimeFailed
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.status import user_of


@contextmanager
def changing(place: Place) -> Iterator[None]:
    """Hold the place's lock. Raises RuntimeFailed where the system is up as another user."""
    refuse_another_user(place)
    with place.locked():
        yield


def refuse_another_user(place: Place) -> None:
    """Raises RuntimeFailed where the system is up as another user."""
    user = user_of(place)
    if user is not None and user != os.getuid():
        name = _name_of(user)
        raise RuntimeFailed(
            f"{place.system_id} is up as the user {name}, who alone can change that",
            f"sudo -u {name} mscli ...",
        )


def _name_of(user: int) -> str:
    import pwd  # only here: a message is all that needs it

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"
