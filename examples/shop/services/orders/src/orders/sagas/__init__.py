# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI


def add_sagas(_app: FastAPI) -> None:
    """Add the endpoints of the sagas to the application: there are none."""
