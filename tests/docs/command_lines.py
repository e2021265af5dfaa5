"""Command lines in documents: taken out of shell blocks, and judged by Typer without running."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from docs.generate import parser

_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_ENDS = frozenset({"|", "||", "&&", ";", "&"})
_REDIRECTIONS = frozenset({">", ">>", "<"})


def shell_lines(page: str) -> Iterator[str]:
    """Every line of a page's `sh` blocks, continued lines joined."""
    for block in _BLOCK.findall(page):
        yield from filter(None, map(str.strip, block.replace("\\\n", " ").splitlines()))


def simple_commands(line: str) -> Iterator[list[str]]:
    """The simple commands of a line of shell, without redirections and comments."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word in _REDIRECTIONS:
            next(lexer)
        elif word not in _ENDS:
            words.append(word)
        else:
            yield words
            words = []
    if words:
        yield words


def mscli_commands(line: str) -> Iterator[list[str]]:
    """The arguments of every call of mscli in a line of shell."""
    for words in simple_commands(line):
        if words[0].removeprefix(".venv/bin/") == "mscli":
            yield words[1:]


def parse(arguments: list[str]) -> None:
    """Parse as the command line would, and run nothing. Raises what Typer raises if it is wrong."""
    if arguments in (["--version"], ["--help"]):
        return
    words: list[str] = []
    command = parser()
    while hasattr(command, "list_commands"):
        word, *arguments = arguments
        if word not in command.list_commands(None):
            raise LookupError(f"there is no command mscli {' '.join([*words, word])}")
        words.append(word)
        command = parser(*words)
    command.make_context(" ".join(["mscli", *words]), arguments)
