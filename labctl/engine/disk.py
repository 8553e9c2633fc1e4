"""How much room there is on a disk."""

import shutil
from pathlib import Path


def disk_free(root: str) -> int | None:
    """Bytes free under the engine's folder, or where it would be: a VM's is not on this machine."""
    folder = Path(root)
    try:
        return shutil.disk_usage(folder if folder.exists() else folder.parent).free
    except OSError:
        return None
