"""The reader's language: English texts are the keys, ``labctl/lang/fr`` holds the French ones.

Code below the screen carries a :class:`Text` (an English template and its values) or an error made
of two; ``str()`` of it, on the screen, is in the chosen language. A template is one of
``str.format``; a missing French one shows in English, and a test fails.
"""

import locale
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

Language = Literal["en", "fr"]

_chosen: Language = "en"
_catalogue: dict[str, str] = {}


def from_environment(environ: Mapping[str, str] = os.environ) -> Language:
    """French if the locale says so (``LABCTL_LANG``, then ``LC_ALL``, ``LC_MESSAGES``, ``LANG``).

    Source: POSIX.1-2017, section 8.2, for the order.
    """
    for variable in ("LABCTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(variable):
            return "fr" if value.lower().startswith("fr") else "en"
    # Windows and macOS applications may have no such variable.
    return "fr" if (locale.getlocale()[0] or "").lower().startswith("fr") else "en"


def choose(language: Language) -> None:
    """Show every text in ``language`` from now on."""
    global _chosen  # noqa: PLW0603 - one reader a process
    _chosen = language
    _catalogue.clear()
    if language == "fr":
        package = import_module("labctl.lang.fr")
        for module in iter_modules(package.__path__):
            _catalogue.update(import_module(f"labctl.lang.fr.{module.name}").TEXTS)


def chosen() -> Language:
    """The language in force."""
    return _chosen


def tr(text: str, /, **values: object) -> str:
    """``text`` in the chosen language, its ``{names}`` filled in."""
    template = _catalogue.get(text, text)
    return template.format(**values) if values else template


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence that is translated when it is shown; a value may be a Text itself."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return tr(self.template, **self.values)
