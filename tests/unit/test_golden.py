"""Rendered configurations and error texts, byte for byte: a change of any shows in a review.

``make golden`` writes them anew; `git diff tests/golden` then shows what has changed.
"""

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from labctl import lang
from labctl.lang import Language, tr
from labctl.model.lab import ENDPOINT_NAMES, Certificate, Endpoint, Host, LabSpec, Service, shifted
from labctl.model.plan import Plan
from labctl.model.profile import PROFILES, InForce, ProfileName
from labctl.model.workshop import Seat
from labctl.render.client import render_client
from labctl.render.handout import Page, host_html, seats_html
from labctl.render.plan import render
from tests.unit.error_texts import error_texts
from tests.unit.lab_specs import a_lab

GOLDEN = Path(__file__).parent.parent / "golden"
WRITE = os.environ.get("LABCTL_GOLDEN") == "write"
CERTIFICATE = Certificate(
    *(f"-----BEGIN {what}-----\nnot a real one\n-----END {what}-----\n" for what in (
        "CERTIFICATE", "CA PRIVATE KEY", "CERTIFICATE CHAIN", "PRIVATE KEY", "EXPIRED CERTIFICATE",
    ))
)  # fmt: skip
IMAGES: dict[Service, str] = {
    "postfix": "labctl/postfix:1",
    "dovecot": "labctl/dovecot:1",
    "dns": "labctl/dns:1",
}


def solo() -> LabSpec:
    return replace(a_lab(name="solo"), certificate=CERTIFICATE, images=IMAGES)


def duo() -> LabSpec:
    lab = a_lab("alpha.test", "beta.test", name="duo")
    return replace(
        lab,
        certificate=CERTIFICATE,
        images=IMAGES,
        further=tuple(
            Endpoint(name, lab.bind, shifted(20100, name), "beta.test") for name in ENDPOINT_NAMES
        ),
        dns=Host("dns.alpha.test", str(lab.subnet[6])),
    )


def in_profile(name: ProfileName) -> LabSpec:
    lab = duo() if name == "broken-mx" else solo()
    return replace(lab, profile=InForce(name))


# Not rendered from a template: certificates and passwords alone, scripts as they are shipped.
PLAIN = re.compile(r"tls\.|\.passwords/|ca\.pem|\.pl$|\.sh$")


def files_of(plan: Plan, document: str) -> dict[str, str]:
    """The document and the files, by short paths."""
    files = {document: plan.document}
    for file in plan.files:
        if not PLAIN.search(file.path):
            path = re.sub("^client/(?:home/participant|etc/labctl)/", "client/", file.path)
            files[path] = file.content.decode()
    return files


def changes(name: ProfileName) -> str:
    """What a profile changes, as a diff of all that is rendered."""
    changed = files_of(render(in_profile(name)), "compose.yaml")
    usual = files_of(render(in_profile(name).usual), "compose.yaml")
    return "".join(
        line if line.endswith("\n") else f"{line}\n"
        for path in sorted(usual.keys() | changed.keys())
        for line in difflib.unified_diff(
            usual.get(path, "").splitlines(keepends=True),
            changed.get(path, "").splitlines(keepends=True),
            f"usual/{path}",
            f"{name}/{path}",
            n=0,
        )
    )


def said(language: Language) -> str:
    """Every sentence of every error class, with its way past it."""
    lang.choose(language)
    try:
        return "".join(
            f"{kind}\n  {tr(problem)}\n" + (f"  → {tr(remedy)}\n" if remedy else "")
            for kind, problem, remedy in error_texts()
        )
    finally:
        lang.choose("en")


def handouts() -> dict[str, str]:
    """A page for a seat and the sheet for the host, of two seats."""
    names = (("Zoë Ångström", ""), ("محمد <b>", "Heron"))
    pages = [
        Page(
            Seat("workshop", number, person, pseudonym),
            replace(duo() if number == 2 else solo(), name=f"workshop-{number:03}"),
            f"workshop-{number:03}-ca.pem",
            ":".join(["CA"] * 32),
            ":".join(["5E"] * 32),
        )
        for number, (person, pseudonym) in enumerate(names, start=1)
    ]
    return {"seat-002.html": seats_html(pages[1:]), "host.html": host_html("workshop", pages)}


@cache
def rendered() -> dict[str, str]:
    """Each golden file's path below ``tests/golden``, and what it must hold."""

    def below(folder: str, files: dict[str, str]) -> Iterator[tuple[str, str]]:
        return ((f"{folder}/{path}", content) for path, content in files.items())

    labs = {"solo": solo(), "duo": duo()}
    return (
        {
            path: content
            for folder, lab in labs.items()
            for path, content in (
                *below(folder, files_of(render(lab), "compose.yaml")),
                *below(folder, files_of(render_client(lab, "labctl/client:1"), "client.yaml")),
            )
        }
        | {f"profiles/{name}.diff": changes(name) for name in PROFILES if name != "default"}
        | dict(below("handout", handouts()))
        | {f"errors.{language}.txt": said(language) for language in ("en", "fr")}
    )


@pytest.mark.parametrize("path", sorted(rendered()))
def test_what_is_rendered_is_what_was_reviewed(path: str) -> None:
    file = GOLDEN / path
    if WRITE:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(rendered()[path].encode())
    reviewed = file.read_bytes().decode() if file.exists() else ""
    assert reviewed == rendered()[path], "meant so? make golden"


def test_no_golden_file_is_left_of_what_is_rendered_no_longer() -> None:
    there = {str(file.relative_to(GOLDEN)) for file in GOLDEN.rglob("*") if file.is_file()}
    if WRITE:
        for path in there - rendered().keys():
            (GOLDEN / path).unlink()
        return
    assert there == rendered().keys()
