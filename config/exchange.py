"""Swap two folders in one step, so that whoever is killed or reads in between finds one of them whole, and for good."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # Linux, renameat2(2)
_RENAME_SWAP = 2  # macOS, renamex_np(2)
ASIDE = ".aside-"  # begins the name under which the former folder waits where the system cannot swap


def exchange(draft: Path, folder: Path) -> None:
    """Put the folder `draft` in the place of `folder`, and `folder` in that of `draft`; both exist.

    Where the system cannot swap, the former folder is set aside first: a kill between the two renames leaves it there,
    and `restore` brings it back.
    """
    if _swapped(draft, folder):
        return
    aside = folder.parent / f"{ASIDE}{folder.name}"
    folder.rename(aside)
    draft.rename(folder)
    aside.rename(draft)


def restore(root: Path) -> None:
    """Bring back the folders of `root` that a kill left aside; the caller is the only writer."""
    for aside in root.glob(f"{ASIDE}*"):
        folder = root / aside.name.removeprefix(ASIDE)
        if not folder.exists():
            aside.rename(folder)


def settle(folder: Path) -> None:
    """See onto the disk which names a folder holds; where a system opens no folders (Windows), it does so itself."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swapped(one: Path, other: Path) -> bool:
    """Return whether the system swapped two folders."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(os.fsencode(one), os.fsencode(other), _RENAME_SWAP) == 0)
        result = library.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
        return bool(result == 0)
    except (OSError, AttributeError, TypeError):
        return False
