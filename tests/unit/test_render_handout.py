"""What is handed out on paper: complete, escaped, one page a seat, nothing from elsewhere."""

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.main import get_command

from labctl.cli.app import app
from labctl.errors import BadUsage
from labctl.lang import Language, choose
from labctl.model.lab import ENDPOINT_NAMES, Account, Endpoint, shifted
from labctl.model.workshop import Seat
from labctl.render.certificate import fingerprint, is_ca_of, issue
from labctl.render.handout import COMMANDS, Page, host_html, seats_html
from labctl.render.qr import LARGEST, accounts_code, picture
from labctl.verbs.workshop_files import put
from tests.unit.lab_specs import a_lab, certificate

VOID = {"meta", "path", "br"}


class Tags(HTMLParser):
    """All tags, each closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag


def page(number: int = 7, person: str = "Zoë Ångström", *domains: str, host: str = "") -> Page:
    lab = a_lab(*domains, name=f"workshop-{number:03}")
    base = 20000 + 100 * number
    host = host or "192.0.2.7"
    lab = replace(
        lab,
        endpoints=tuple(Endpoint(e, host, shifted(base, e)) for e in ENDPOINT_NAMES),
        further=tuple(
            Endpoint(e, host, shifted(base + 100, e), d)
            for d in domains[1:]
            for e in ENDPOINT_NAMES
        ),
    )
    return Page(Seat("workshop", number, person, "Heron"), lab, "workshop-007-ca.pem", "AA", "BB")


@pytest.fixture(params=["en", "fr"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    choose(request.param)
    yield request.param
    choose("en")


def test_a_page_has_all_that_is_typed_in(language: Language) -> None:
    shown = seats_html([page(7, "Zoë", "alpha.test", "beta.test")])
    assert f'<html lang="{language}">' in shown
    for word in ("Zoë", "Heron", "192.0.2.7", "alice@beta.test", "amber-violin-moss", "AA", "BB"):
        assert word in shown
    for port in (20725, 20787, 20765, 20743, 20793, 20710, 20795, 20825, 20895):
        assert str(port) in shown
    assert ("Seat 7" if language == "en" else "Place 7") in shown


@pytest.mark.parametrize(
    "name",
    ['<script>alert("1")</script>', "{{ 7 * 7 }}", "a & b", "'\" onload=x", "محمد", "x" * 80],
)
def test_a_name_is_nothing_but_a_name(name: str) -> None:
    for shown in (seats_html([page(1, name)]), host_html("workshop", [page(1, name)])):
        tags = Tags(shown)
        assert "script" not in {tag for tag, _ in tags.seen}
        assert not any(a.startswith("on") for _, attributes in tags.seen for a in attributes)
        assert "49" not in re.sub(r"<svg.*?</svg>|\d{3,}", "", shown, flags=re.DOTALL)


def test_nothing_comes_from_elsewhere() -> None:
    for shown in (seats_html([page()]), host_html("workshop", [page()])):
        names = {name for _, attributes in Tags(shown).seen for name in attributes}
        assert not names & {"src", "href", "srcset", "data", "action", "background"}
        assert "url(" not in shown
        assert "@import" not in shown
        assert "http" not in shown


def test_each_seat_has_a_page_of_its_own() -> None:
    shown = seats_html([page(1), page(2), page(3)])
    assert shown.count('<section class="page">') == shown.count("<svg") == 3
    assert "break-after: page" in shown
    assert "size: A4" in shown


def test_the_hosts_sheet_names_all_and_holds_no_password() -> None:
    shown = host_html("workshop", [page(1, "Ann"), page(2, "Bob", "alpha.test", "beta.test")])
    for word in ("Ann", "Bob", "20125", "20225", "20325", "workshop-007-ca.pem", "beta.test"):
        assert word in shown
    assert "amber-violin-moss" not in shown
    assert "--workshop" not in shown
    assert "labctl workshop grid --watch --workshop other" in host_html("other", [page(1)])


def test_the_commands_on_the_hosts_sheet_exist() -> None:
    group = get_command(app).commands["workshop"]  # type: ignore[attr-defined]
    for line in COMMANDS:
        command, *options = line.split()
        there = {flag for p in group.commands[command].params for flag in p.opts}
        assert {word for word in options if word.startswith("-")} <= there


def test_loopback_is_said_to_be_out_of_reach() -> None:
    assert "--bind" in seats_html([page(host="127.0.0.1")])
    assert "--bind" in seats_html([page(host="localhost")])
    assert "--bind" not in seats_html([page(host="192.0.2.7")])
    assert "--bind" not in seats_html([page(host="room.example")])


# -- the code --------------------------------------------------------------------------------------


def test_the_code_is_what_thunderbird_for_android_reads() -> None:
    """The first example of the format's specification, with a password."""
    me = Account("user@domain.example", "secret")
    at = (
        Endpoint("imaps", "imap.domain.example", 993),
        Endpoint("submissions", "smtp.domain.example", 465),
    )
    text, count = accounts_code([me], [at])
    assert count == 1
    assert json.loads(text) == [
        1,
        [1, 1],
        [0, "imap.domain.example", 993, 3, 1, "user@domain.example", "", "secret"],
        [
            [
                [0, "smtp.domain.example", 465, 3, 1, "user@domain.example", "secret"],
                ["user@domain.example", "user"],
            ]
        ],
    ]
    assert picture(text).startswith("<svg")


def test_a_code_holds_what_a_phone_can_still_read() -> None:
    lab = page().lab
    many = [Account(f"user{n:03}@alpha.test", "amber-violin-moss") for n in range(200)]
    text, count = accounts_code(many, [lab.endpoints] * len(many))
    assert 3 <= count < 10
    assert len(text.encode()) <= LARGEST
    assert len(json.loads(text)) == 2 + 2 * count


# -- files -----------------------------------------------------------------------------------------

PAGE = seats_html([page(1)])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_reads_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    written = put(folder, {"seat-001.html": PAGE, "host.html": PAGE}, {})
    assert {mode(path) for path in written} == {0o600}
    assert mode(folder) == 0o700


def test_an_empty_folder_is_closed_and_somebodys_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    put(tmp_path / "empty", {"seat-001.html": PAGE}, {})
    assert mode(tmp_path / "empty") == 0o700
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o755)
    (theirs / "notes.txt").write_text("mine")
    put(theirs, {"seat-001.html": PAGE}, {})
    assert (mode(theirs), (theirs / "notes.txt").read_text()) == (0o755, "mine")


def test_pages_of_an_earlier_handout_are_replaced_and_of_seats_that_left_removed(
    tmp_path: Path,
) -> None:
    ca = issue("workshop-002", ["localhost"], ["127.0.0.1"]).ca_pem
    names = {"seat-001.html": PAGE, "seat-002.html": PAGE, "workshop-002-ca.pem": ca}
    put(tmp_path / "d", names, {"workshop-002-ca.pem": "workshop-002"})
    put(tmp_path / "d", {"seat-001.html": PAGE + "<!-- newer -->"}, {})
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["seat-001.html"]
    assert (tmp_path / "d" / "seat-001.html").read_text().endswith("<!-- newer -->")


@pytest.mark.parametrize("name", ["host.html", "workshop-001-ca.pem"])
def test_a_foreign_file_is_not_overwritten_and_nothing_else_is_written(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("<p>my own</p>")
    with pytest.raises(BadUsage) as refused:
        put(
            tmp_path,
            {"seat-001.html": PAGE, name: PAGE},
            {name: "workshop-001"} if name.endswith("pem") else {},
        )
    assert name in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "<p>my own</p>"


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "target.html"
    target.write_text(PAGE)
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "host.html").symlink_to(target)
    with pytest.raises(BadUsage):
        put(folder, {"host.html": "new"}, {})
    assert target.read_text() == PAGE


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "a\0b"):
        with pytest.raises(BadUsage):
            put(folder, {"host.html": PAGE}, {})


# -- fingerprints ----------------------------------------------------------------------------------


def test_a_fingerprint_is_32_bytes_as_clients_show_them() -> None:
    assert re.fullmatch(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", fingerprint(certificate().ca_pem))


def test_a_ca_is_known_by_its_labs_name() -> None:
    assert is_ca_of("mail", certificate().ca_pem)
    assert not is_ca_of("workshop-001", certificate().ca_pem)
    assert not is_ca_of("mail", "no certificate")
