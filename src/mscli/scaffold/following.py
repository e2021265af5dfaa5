"""Scaffolded files that follow what mscli.yaml says, such as that a service has a database now.

They are the user's. What is otherwise in them is merged, in all files of a service or in none, for
half of it would not run; where it cannot be, the difference is left to be read.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from mscli.scaffold.copying import Produced
from mscli.scaffold.merging import Merge, merged
from mscli.scaffold.placing import Placing

PAGE = ".md"


def follow(
    placing: Placing, folder: str, before: Mapping[str, bytes], files: Iterable[Produced]
) -> bool:
    """Merge into the scaffolded `files` below `folder` what was not in them `before`.

    Whether they are as they have to be now. Where a person has removed all of those that would
    change nothing is to be done; a page that cannot be merged stays as it is.
    """
    wanted = [file for file in files if before.get(file.path, file.content) != file.content]
    merges = {file.path: _merged(placing, folder, before, file) for file in wanted}
    code = {path: merge for path, merge in merges.items() if not path.endswith(PAGE)}
    merged_well = all(merge and not merge.conflict for merge in code.values())
    if not merged_well and any(code.values()):
        _leave(placing, folder, before, [file for file in wanted if file.path in code])
        return False
    clean = {path: m.content for path, m in merges.items() if m and not m.conflict}
    placing.rewrite(folder, [file for file in wanted if file.path in clean], clean)
    return True


def _merged(
    placing: Placing, folder: str, before: Mapping[str, bytes], file: Produced
) -> Merge | None:
    """What becomes of a file; None where a person has removed it."""
    target = placing.root / folder / file.path
    if not target.is_file():
        return None
    return merged(f"{folder}/{file.path}", target.read_bytes(), before[file.path], file.content)


def _leave(
    placing: Placing, folder: str, before: Mapping[str, bytes], wanted: list[Produced]
) -> None:
    """Say what has to be done by hand, and where it is to be read."""
    patch = f".mscli/local/patches/{folder.replace('/', '-')}.patch"
    text = "".join(_diff(f"{folder}/{file.path}", before[file.path], file) for file in wanted)
    placing.transaction.write_bytes(patch, text.encode())
    names = ", ".join(file.path for file in wanted)
    placing.warnings.append(
        f"{folder}: what mscli.yaml says now needs changes in files of yours, which cannot be "
        f"merged: {names}; what changes in the template's own is in {patch}"
    )


def _diff(path: str, before: bytes, file: Produced) -> str:
    old, new = (text.decode(errors="replace") for text in (before, file.content))
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
