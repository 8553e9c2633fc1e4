"""Which Debian archive a machine uses, from apt's own words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.engine import apt
from labctl.engine.apt import Archive, Target, choose_archive, os_release, parse_settings

DEBIAN = (
    Target("http://packages.example.test/cloud/", "cloud-sdk", "main"),
    Target("http://ftp.fr.debian.org/debian/", "bookworm", "main"),
    Target("http://ftp.fr.debian.org/debian/", "bookworm-updates", "main"),
    Target("http://security.debian.org/debian-security/", "bookworm-security", "main"),
)


def test_the_machines_own_mirror_is_used() -> None:
    archive = choose_archive(DEBIAN, "bookworm")
    assert archive.mirror == "http://ftp.fr.debian.org/debian"
    assert archive.security == "http://security.debian.org/debian-security"


def test_a_private_mirror_is_known_by_the_codename() -> None:
    own = (
        Target("https://depot.example.test/deb-remote/", "bookworm", "main"),
        Target("https://depot.example.test/deb-sec/", "bookworm-security", "main"),
    )
    archive = choose_archive(own, "bookworm")
    assert archive.mirror == "https://depot.example.test/deb-remote"
    assert archive.security == "https://depot.example.test/deb-sec"


def test_ubuntu_falls_back_to_debians_own_mirror() -> None:
    ubuntu = (Target("http://archive.ubuntu.com/ubuntu/", "noble", "main"),)
    assert choose_archive(ubuntu, "") == Archive(apt.DEFAULT_MIRROR)


@pytest.mark.parametrize(
    "uri", ["http://me:secret@mirror/debian", "cdrom:[x]/debian", "file:/debian"]
)
def test_an_address_with_a_password_or_of_a_disc_is_passed_over(uri: str) -> None:
    archive = choose_archive((Target(uri, "bookworm", "main"),), "bookworm")
    assert archive.mirror == apt.DEFAULT_MIRROR


def test_a_proxy_is_kept_apart_from_the_options() -> None:
    options, proxies = parse_settings(
        'Acquire "";\n'
        'Acquire::Check-Valid-Until "false";\n'
        'Acquire::Languages:: "none";\n'
        'Acquire::http::Proxy "http://me:secret@proxy:3128";\n'
        'Acquire::https::Proxy "DIRECT";\n'
        'Acquire::http::Proxy::host.test "DIRECT";\n'
    )
    assert options == ('Acquire::Check-Valid-Until "false";',)
    assert proxies == (("http_proxy", "http://me:secret@proxy:3128"),)


def test_the_sources_name_the_keyring_only_where_there_is_one(tmp_path: Path) -> None:
    archive = Archive(security="http://security.debian.org/debian-security")
    keyring = tmp_path / "debian.gpg"
    assert archive.sources("trixie", keyring).startswith("deb http://")
    keyring.touch()
    lines = archive.sources("trixie", keyring).splitlines()
    assert lines[1] == (
        f"deb [signed-by={keyring}] http://security.debian.org/debian-security trixie-security main"
    )


@given(st.text())
def test_any_output_of_apt_is_survived(text: str) -> None:
    options, _ = parse_settings(text)
    assert choose_archive(apt.parse_targets(text), "trixie", text).options == options


@given(st.lists(st.tuples(*[st.from_regex(r"[a-z0-9/.:-]{1,20}", fullmatch=True)] * 3)))
def test_every_line_of_three_words_is_a_target(lines: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{' '.join(line)}\n" for line in lines)
    assert apt.parse_targets(text) == tuple(Target(*line) for line in lines)


def test_os_release_is_read(tmp_path: Path) -> None:
    path = tmp_path / "os-release"
    assert os_release(path) == {}
    path.write_text('ID=debian\nVERSION_CODENAME="trixie"\n# no pair\n')
    assert os_release(path)["VERSION_CODENAME"] == "trixie"
