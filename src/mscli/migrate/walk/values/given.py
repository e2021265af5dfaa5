"""What a call is given: by place, and by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscli.migrate.walk.values.values import Value


class Given:
    """Whatever has the arguments of a call."""

    __slots__ = ()
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]

    def arg(self, place: int, name: str = "") -> Value:
        """An argument by name or by place."""
        for key, value in self.kwargs:
            if key == name:
                return value
        return self.args[place] if 0 <= place < len(self.args) else ()

    @property
    def given(self) -> tuple[Value, ...]:
        """Every argument, whatever its name."""
        return (*self.args, *(value for _, value in self.kwargs))
