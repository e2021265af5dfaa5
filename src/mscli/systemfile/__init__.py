"""The room of mscli.yaml: reading, checking, spelling out and editing it.

text -> Tree (tree.py) -> short forms expanded -> not-yet fields taken out -> document (pydantic)
-> System -> checks. Heavy libraries are imported by the functions that need them.
"""

from mscli.systemfile.reading import FILE_NAME, Reading, find, inspect, read, read_text

__all__ = ["FILE_NAME", "Reading", "find", "inspect", "read", "read_text"]
