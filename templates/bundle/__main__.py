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
erreur : le lot est abîmé : recopiez-le de là où il a été enregistré"""


def labctl_out_of(bundle, folder):
    """The wheel of labctl, unpacked: Python reads it as it is."""
    with zipfile.ZipFile(bundle) as archive:
        name = next(n for n in archive.namelist() if n.startswith("wheels/labctl-"))
        return archive.extract(name, folder)


def main():
    """Hand over to the labctl that is inside."""
    bundle = os.path.abspath(sys.argv[0])
    with tempfile.TemporaryDirectory(prefix="labctl-") as folder:
        try:
            sys.path.insert(0, labctl_out_of(bundle, folder))
            from labctl.cli.bundle_start import start
        except (zipfile.BadZipFile, zlib.error, EOFError, StopIteration, ImportError, SyntaxError):
            sys.stderr.write(DAMAGED + "\n")
            return 2
        return start(bundle, sys.argv[1:])


sys.exit(main())
