"""What is given to make others: injector's `ClassAssistedBuilder[X]`, `ProviderOf[X]`."""

from __future__ import annotations

from mscli.migrate.walk.values.values import Atom, Made, Member, Object, Site, Type, Value

MAKES = {"ClassAssistedBuilder": "build", "AssistedBuilder": "build", "ProviderOf": "get"}
"""By the method that does it."""


def builder(name: str, made: Value, site: Site) -> Value:
    """An object that makes others like these."""
    classes = tuple(Type(atom.cls) for atom in made if isinstance(atom, Object))
    return (Made(name, site, (), (classes,)),) if classes else ()


def built(atom: Atom) -> Value:
    """The classes that are made where this is called."""
    if isinstance(atom, Member) and isinstance(atom.of, Made):
        return atom.of.arg(0) if MAKES.get(atom.of.name) == atom.name else ()
    return ()
