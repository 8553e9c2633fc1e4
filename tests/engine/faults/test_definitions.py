"""Whatever stands in a definition: exit 2, one clear sentence, and nothing on the engine."""

from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from tests.engine.running import labctl

SITE = '[[sites]]\ndomain = "alpha.test"\naccounts = ["alice"]\n'
LONG = "a" * 300

# What is wrong, the file's name and text, and what the sentence must name.
WRONG: dict[str, tuple[str, str, str]] = {
    "account with a newline": ("l.toml", SITE.replace("alice", "al\\nice"), ":3:"),
    "account with a template": ("l.toml", SITE.replace("alice", "{{ 7*7 }}"), ":3:"),
    "account with a path": ("l.toml", SITE.replace("alice", "../../etc/x"), ":3:"),
    "account of 300 characters": ("l.toml", SITE.replace("alice", LONG), ":3:"),
    "account in Unicode": ("l.toml", SITE.replace("alice", "аlice"), ":3:"),
    "account with NUL": ("l.toml", SITE.replace("alice", "al\\u0000ice"), ":3:"),
    "account with a space": ("l.toml", SITE.replace("alice", "al ice"), ":3:"),
    "account that is empty": ("l.toml", SITE.replace("alice", ""), ":3:"),
    "account that stands twice": ("l.toml", SITE.replace('"alice"', '"bob", "bob"'), "bob"),
    "account that is an option": ("l.toml", SITE.replace("alice", "-rf"), ":3:"),
    "domain with a newline": ("l.toml", SITE.replace("alpha.test", "alpha\\n.test"), ":2:"),
    "domain with a template": ("l.toml", SITE.replace("alpha.test", "{{x}}.test"), ":2:"),
    "domain with a path": ("l.toml", SITE.replace("alpha.test", "../x.test"), ":2:"),
    "domain of 300 characters": ("l.toml", SITE.replace("alpha", LONG), ":2:"),
    "domain in Unicode": ("l.toml", SITE.replace("alpha", "älpha"), ":2:"),
    "domain with NUL": ("l.toml", SITE.replace("alpha", "al\\u0000pha"), ":2:"),
    "domain of somebody": (
        "l.toml",
        SITE.replace("alpha.test", "gmail.com"),
        "--i-own-this-domain",
    ),
    "password with a newline": (
        "l.toml",
        SITE.replace('"alice"', '{name = "alice", password = "a\\nb"}'),
        ":3:",
    ),
    "lab name with a path": ("l.toml", 'name = "../x"\n' + SITE, ":1: name"),
    "unknown key": ("l.toml", "colour = 1\n" + SITE, ":1: colour: no such key"),
    "unknown key further in": ("l.toml", SITE + 'colour = "red"\n', ":4: sites.0.colour"),
    "unknown key in YAML": ("l.yaml", "colour: 1\nsites: []\n", "l.yaml:"),
    "wrong type": ("l.toml", "message_size = true\n" + SITE, ":1: message_size"),
    "number too large": ("l.toml", "retry_seconds = 99999\n" + SITE, ":1: retry_seconds"),
    "number of 5000 digits": ("l.toml", f"retry_seconds = {'9' * 5000}\n" + SITE, "l.toml"),
    "duplicate key in TOML": ("l.toml", "name = 'a'\nname = 'b'\n" + SITE, "l.toml"),
    "duplicate key in YAML": ("l.yaml", "name: a\nname: b\n", "l.yaml:2: the key name"),
    "YAML bomb": ("l.yaml", "a: &a [x, x]\nb: [*a, *a, *a]\n", "l.yaml:1: anchors"),
    "YAML tag": ("l.yaml", "a: !!python/object/apply:os.system ['id']\n", "l.yaml:1: tags"),
    "YAML too deep": ("l.yaml", "a: " + "[" * 20_000, "l.yaml"),
    "TOML too deep": ("l.toml", "a = " + "[" * 20_000, "l.toml"),
    "YAML that is a list": ("l.yaml", "- a\n", "l.yaml:1: the file must be a table"),
    "YAML that is empty": ("l.yaml", "", "l.yaml"),
    "TOML that is none": ("l.toml", "<html>\n", ": not TOML"),
    "no sites": ("l.toml", "name = 'a'\n", "sites: this key is missing"),
    "kind that is unknown": ("l.json", "{}", "ends in .toml, .yaml or .yml"),
    "10 MB": ("l.toml", SITE + "# and so on\n" * 900_000, "larger than 1 MB"),
    "10 MB of YAML": ("l.yaml", "# and so on\n" * 900_000, "larger than 1 MB"),
}


def _is_refused(engine: DockerEngine, lab: str, *arguments: str, named: str) -> None:
    up = labctl("up", *arguments, "--name", lab, "--ports", "free", timeout=20)
    assert up.returncode == 2, up.stderr[-2000:]
    errors = [line for line in up.stderr.splitlines() if line.strip()]
    assert errors[0].startswith("error: ")
    assert named in errors[0]
    assert len(errors) <= 2  # the sentence, and perhaps the way past it
    assert len(up.stderr) < 1000
    assert up.stderr.replace("\n", "").isprintable()
    assert engine.resources(lab) == []


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_definition_is_refused_in_one_sentence(
    engine: DockerEngine, lab_name: str, tmp_path: Path, wrong: str
) -> None:
    name, text, named = WRONG[wrong]
    file = tmp_path / name
    file.write_text(text, "utf-8")
    _is_refused(engine, lab_name, str(file), named=named)


def test_a_definition_that_is_not_utf8(engine: DockerEngine, lab_name: str, tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes(b'name = "\xe9"\n')
    _is_refused(engine, lab_name, str(file), named="not UTF-8")


def test_a_definition_that_is_a_folder(engine: DockerEngine, lab_name: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    _is_refused(engine, lab_name, str(folder), named="cannot be read")


@pytest.mark.parametrize("name", ["none.toml", "nothing", "x" * 300 + ".toml", "../../x.yaml"])
def test_a_definition_that_is_not_there(engine: DockerEngine, lab_name: str, name: str) -> None:
    _is_refused(engine, lab_name, name, named=name[:60])


def test_a_weak_password_is_never_published_beyond_loopback(
    engine: DockerEngine, lab_name: str, tmp_path: Path
) -> None:
    file = tmp_path / "weak.toml"
    file.write_text(SITE.replace('"alice"', '{name = "alice", password = "hunter2"}'), "utf-8")
    _is_refused(engine, lab_name, str(file), "--bind", "0.0.0.0", named="the password of alice")
    shown = labctl("up", str(file), "--name", lab_name, "--bind", "0.0.0.0")
    assert "hunter2" not in shown.stderr


@pytest.mark.parametrize("name", ["../x", "A", "a\nb", "{{x}}", "é", "a" * 41, "-a"])
def test_a_lab_name_that_cannot_be(name: str) -> None:
    up = labctl("up", f"--name={name}", "--ports", "free")
    assert up.returncode == 2, up.stderr
    assert up.stderr.startswith("error: a lab's name is")
    assert len(up.stderr.splitlines()) == 1
