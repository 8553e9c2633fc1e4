"""A Maildir on the terminal, as the tree of files that it is."""

from typing import TYPE_CHECKING

from labctl.lang import tr
from labctl.mail.maildir import flag_words
from labctl.mail.recorder import visible
from labctl.model.maildir import PARTS, Maildir, MaildirEntry

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree


def entry_text(entry: MaildirEntry) -> "Text":
    """One file: its name, the flags decoded, its size and its subject."""
    from rich.text import Text

    name, colon, info = entry.file.partition(":")
    words = ", ".join(tr(word) for word in flag_words(entry.flags))
    return Text.assemble(
        name,
        (colon + info, "bold"),
        *((f"  {entry.flags} = {words}", "bold cyan") for _ in range(bool(entry.flags))),
        (f"  {tr('{size} bytes', size=entry.size)}", "dim"),
        (f"  {visible(entry.subject)}", "italic"),
    )


def maildir_tree(maildir: Maildir) -> "Tree":
    """All folders; ``tmp`` only where something is in it."""
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(f"{maildir.address}  Maildir", "bold"))
    for folder in maildir.folders:
        branch = tree.add(Text(folder.name, "bold"))
        for part in PARTS:
            entries = folder.part(part)
            if entries or part != "tmp":
                leaf = branch.add(Text.assemble(f"{part}/  ", (str(len(entries)), "dim")))
                for entry in entries:
                    leaf.add(entry_text(entry))
    if not maildir.folders:
        tree.add(Text(tr("no Maildir yet: it comes with the first message or login"), "dim"))
    return tree
