"""Logs: the lines of many sources as one stream, merged by time.

    Feed --bytes--> Stamper --keys--> Painter --texts--> Lane --merge--> write
    (files.py,      (stamps.py)       (people.py,        (merge.py)
     or a pipe)                        ndjson.py)

`show` follows log files; a runtime whose lines come from pipes gives its feeds to `show_feeds`.
Standard library only, and no regular expression on the way of an ordinary line.
"""

from mscli.runtimes.logs.excerpt import excerpt
from mscli.runtimes.logs.model import Chunk, Feed, Labelled, Level, Source, View
from mscli.runtimes.logs.show import show, show_feeds

__all__ = [
    "Chunk",
    "Feed",
    "Labelled",
    "Level",
    "Source",
    "View",
    "excerpt",
    "show",
    "show_feeds",
]
