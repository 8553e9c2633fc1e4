"""The start of a bundle: python3 FILE [FOLDER]; the README.txt in it says more.

out:    __main__.py of the bundle; a Python of any age reads it
proved: tests/engine/faults/test_bundle.py
"""

# ruff: noqa: ANN001, ANN201, PTH100, UP036

import sys

if sys.version_info < (3, 11):
    sys.exit("labctl: Python >= 3.11")

import os
import tempfile
import zipfile
import zlib

DAMAGED = """error: the bundle is damaged: copy it again from where it was saved
erreur : le lot est endommagé : recopiez-le de là où il a été enregistré"""
NO_ROOM = """error: labctl cannot be unpacked: {why}
  → name a folder with some room in the variable TMPDIR
erreur : labctl ne peut pas être décompressé : {why}
  → indiquez dans la variable TMPDIR un dossier où il reste de la place"""
OTHER_PYTHON = """error: this Python lacks a part that labctl needs: {why}
  → start the bundle with another one
erreur : il manque à ce Python une partie dont labctl a besoin : {why}
  → lancez le lot avec un autre"""


def labctl_out_of(bundle, folder):
    """The wheel of labctl, unpacked: Python reads it as it is."""
    with zipfile.ZipFile(bundle) as archive:
        name = next(n for n in archive.namelist() if n.startswith("wheels/labctl-"))
        return archive.extract(name, folder)


def said(words, code, why=""):
    """Tell it, in both languages; the exit code."""
    sys.stderr.write(words.format(why=why) + "\n")
    return code


def begun(bundle, folder):
    """The start that is in labctl, once labctl is unpacked."""
    sys.path.insert(0, labctl_out_of(bundle, folder))
    from labctl.cli.bundle_start import start

    return start


def main():
    """Hand over to the labctl that is inside."""
    bundle = os.path.abspath(sys.argv[0])
    try:
        place = tempfile.TemporaryDirectory(prefix="labctl-", ignore_cleanup_errors=True)
    except OSError as problem:
        return said(NO_ROOM, 3, problem.strerror)
    with place as folder:
        try:
            start = begun(bundle, folder)
        except OSError as problem:
            return said(NO_ROOM, 3, problem.strerror or problem)
        except ImportError as problem:
            if (problem.name or "").partition(".")[0] == "labctl":
                return said(DAMAGED, 2)
            return said(OTHER_PYTHON, 3, problem)
        except (zipfile.BadZipFile, zlib.error, EOFError, StopIteration, SyntaxError):
            return said(DAMAGED, 2)
        return start(bundle, sys.argv[1:])


sys.exit(main())
