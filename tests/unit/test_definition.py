"""Lab definitions: what is accepted, and one sentence with file, line and key for what is not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from labctl.definition.load import built_in, json_schema, load
from labctl.definition.parse import parse
from labctl.definition.schema import RESERVED_SUFFIXES, Definition, reserved
from labctl.errors import BadDefinition, ExitCode

SITE = '[[sites]]\ndomain = "alpha.test"\naccounts = ["alice"]\n'
EACH_ITS_OWN = (
    "{smtp = 1, submission = 2, submissions = 3, imap = 4, imaps = 5, pop3 = 6, pop3s = 7}"
)


def complaint(text: str, file: str = "lab.toml", *, own_domain: bool = False) -> str:
    """The one sentence about a definition that is wrong."""
    with pytest.raises(BadDefinition) as caught:
        parse(text, file, own_domain=own_domain)
    assert caught.value.exit_code is ExitCode.USAGE
    said = str(caught.value)
    assert_one_clear_sentence(said)
    return said


def assert_one_clear_sentence(said: str) -> None:
    assert len(said.splitlines()) == 1, said
    assert said.isprintable(), ascii(said)
    assert len(said) < 400


def named(name: str) -> str:
    """A definition whose one account has that name."""
    return f'[[sites]]\ndomain = "alpha.test"\naccounts = [{json.dumps(name)}]\n'


# -- what is accepted ------------------------------------------------------------------------------


def test_solo_is_one_site_with_three_people_on_the_documented_ports() -> None:
    solo = load("solo")
    (site,) = solo.sites
    assert (solo.name, site.domain) == ("mail", "alpha.test")
    assert [a.name for a in site.accounts] == ["alice", "bob", "carol"]
    assert all(a.password is None for a in site.accounts)
    assert (solo.ports, solo.bind) == (None, None)
    assert "solo" in built_in()


TOML = f"""
name = "room-4"
ports = {EACH_ITS_OWN}
bind = "127.0.0.2"
message_size = 20000
retry_seconds = 5
mailbox_megabytes = 8

[[sites]]
domain = "beta.example"
accounts = ["alice", {{name = "bob", password = "moss"}}]
"""
YAML = """
name: room-4
ports: {smtp: 1, submission: 2, submissions: 3, imap: 4, imaps: 5, pop3: 6, pop3s: 7}
bind: 127.0.0.2
message_size: 20000
retry_seconds: 5
mailbox_megabytes: 8
sites:
  - domain: beta.example
    accounts:
      - alice
      - {name: bob, password: moss}
"""


def test_toml_and_yaml_say_the_same() -> None:
    found = parse(TOML, "room.toml")
    assert found == parse(YAML, "room.yaml") == parse(YAML, "room.yml")
    assert found.sites[0].accounts[1].password == "moss"
    assert isinstance(found.ports, dict)
    assert found.ports["pop3s"] == 7


@pytest.mark.parametrize("ports", ['"documented"', '"free"', "1024", "65435", EACH_ITS_OWN])
def test_ports(ports: str) -> None:
    assert parse(f"ports = {ports}\n{SITE}", "lab.toml").ports is not None


@pytest.mark.parametrize("domain", ["a.test", "x.y.example", "a.example.com", "b.invalid"])
def test_a_reserved_domain(domain: str) -> None:
    assert parse(SITE.replace("alpha.test", domain), "lab.toml").sites[0].domain == domain


def test_a_domain_of_ones_own_must_be_meant() -> None:
    text = SITE.replace("alpha.test", "ietf.org")
    assert complaint(text) == (
        "lab.toml:2: sites.0.domain: ietf.org could belong to somebody: use a name under .test or"
        " .example, or say --i-own-this-domain"
    )
    assert parse(text, "lab.toml", own_domain=True).sites[0].domain == "ietf.org"


@pytest.mark.parametrize("domain", ["contest", "atest", "test.org", "example.fr", "myexample.com"])
def test_a_name_that_only_looks_reserved(domain: str) -> None:
    assert not reserved(domain)


@given(st.sampled_from(RESERVED_SUFFIXES), st.from_regex(r"[a-z]{1,9}", fullmatch=True))
def test_everything_below_a_reserved_name_is_reserved(suffix: str, label: str) -> None:
    assert reserved(f"{label}.{suffix}")
    assert not reserved(f"{label}{suffix}.net")


# -- what is refused, and where --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lab.toml:1: sites: this key is missing"),
        ("sites = []\n", "lab.toml:1: sites: this must not be empty"),
        ("sites = 3\n", "lab.toml:1: sites: this must be a list"),
        ("\nsites = [3]\n", "lab.toml:2: sites.0: this must be a table"),
        ('[[sites]]\ndomain = "a.test"\n', "lab.toml:1: sites.0.accounts: this key is missing"),
        ('[[sites]]\naccounts = ["a"]\n', "lab.toml:1: sites.0.domain: this key is missing"),
        (f"{SITE}# again\n{SITE}", "lab.toml:1: sites: the domain alpha.test stands twice"),
        (
            SITE + SITE.replace("alpha", "b") + SITE.replace("alpha", "c"),
            "lab.toml:1: sites: this is too long",
        ),
        (
            f"nmae = 'x'\n{SITE}",
            "lab.toml:1: nmae: no such key",
        ),
        (f"{SITE}acounts = []\n", "lab.toml:4: sites.0.acounts: no such key"),
        (f"name = 3\n{SITE}", "lab.toml:1: name: this must be a text"),
        (
            f"name = '-x'\n{SITE}",
            "lab.toml:1: name: a lab's name is 1 to 40 of a-z 0-9 _ - and begins with a letter or"
            " digit",
        ),
        (
            f"# size\nmessage_size = '10m'\n{SITE}",
            "lab.toml:2: message_size: this must be a whole number",
        ),
        (f"message_size = 9999\n{SITE}", "lab.toml:1: message_size: this must be at least 10000"),
        (
            f"retry_seconds = 3601\n{SITE}",
            "lab.toml:1: retry_seconds: this must be at most 3600",
        ),
        (f"retry_seconds = true\n{SITE}", "lab.toml:1: retry_seconds: this must be a whole number"),
        (
            f"mailbox_megabytes = -1\n{SITE}",
            "lab.toml:1: mailbox_megabytes: this must be at least 0",
        ),
        (
            f"bind = 'localhost'\n{SITE}",
            "lab.toml:1: bind: bind is an IP address of this machine, such as 127.0.0.1",
        ),
        (
            SITE.replace("alpha.test", "Alpha.test"),
            "lab.toml:2: sites.0.domain: a domain is lower-case ASCII labels with dots, such as"
            " alpha.test",
        ),
        (
            SITE.replace('["alice"]', '["alice", "alice"]'),
            "lab.toml:1: sites.0: the account alice stands twice",
        ),
        (
            SITE.replace('["alice"]', '[{name = "alice", pasword = "x"}]'),
            "lab.toml:3: sites.0.accounts.0.pasword: no such key",
        ),
        (
            f'{SITE}[[sites.accounts]]\nname = "bob"\n',
            None,  # TOML itself refuses it: accounts is an array already
        ),
        (
            '[[sites]]\ndomain = "a.test"\n[[sites.accounts]]\nname = "alice"\n'
            '[[sites.accounts]]\nname = "bob"\npassword = 7\n',
            "lab.toml:7: sites.0.accounts.1.password: this must be a text",
        ),
        (
            SITE.replace('["alice"]', '[{name = "alice", password = ""}]'),
            "lab.toml:3: sites.0.accounts.0.password: a password is 1 to 128 printable ASCII"
            " characters",
        ),
        (
            SITE.replace('["alice"]', '[{name = "alice", password = "é"}]'),
            "lab.toml:3: sites.0.accounts.0.password: a password is 1 to 128 printable ASCII"
            " characters",
        ),
        (f"name = 'a'\nname = 'b'\n{SITE}", None),
        ("name = \n", None),
        ("= 3", None),
    ],
)
def test_a_wrong_toml_definition_is_told_with_file_line_and_key(
    text: str, said: str | None
) -> None:
    found = complaint(text)
    if said is None:
        assert re.match(r"lab\.toml:\d+: not TOML: ", found)
    else:
        assert found == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sites: []\n", "lab.yaml:1: sites: this must not be empty"),
        (
            "name: mail\nsites:\n  - domain: alpha.test\n    accounts:\n      - alice\n"
            "      - name: bob\n        pasword: x\n",
            "lab.yaml:7: sites.0.accounts.1.pasword: no such key",
        ),
        (
            "sites:\n  - domain: alpha.test\n    accounts: [alice]\nretry_seconds: often\n",
            "lab.yaml:4: retry_seconds: this must be a whole number",
        ),
        (
            "sites:\n  - accounts: [alice]\n    domain: Alpha.test\n",
            "lab.yaml:3: sites.0.domain: a domain is lower-case ASCII labels with dots, such as"
            " alpha.test",
        ),
        ("- alice\n", "lab.yaml:1: the file must be a table of keys and values"),
        ("", "lab.yaml:1: the file must be a table of keys and values"),
        ("name: a\nname: b\n", "lab.yaml:2: the key name stands here twice"),
        ("name: &x a\nbind: *x\n", "lab.yaml:1: anchors and aliases (& and *) are not read here"),
        ("name: !!python/none x\n", "lab.yaml:1: tags (!) are not read here"),
        ("name: [a\n", None),
        ("\tname: a\n", None),
        ("[" * 3000, None),
    ],
)
def test_a_wrong_yaml_definition_is_told_with_file_line_and_key(
    text: str, said: str | None
) -> None:
    found = complaint(text, "lab.yaml")
    if said is None:
        assert re.match(r"lab\.yaml:\d+: not YAML: ", found)
    else:
        assert found == said


@pytest.mark.parametrize(
    "ports",
    ['"dokumented"', "1023", "65436", "true", "-1", "1.5", '"20000"', "[]", "{}", "{smtp = 25}"],
)
def test_ports_that_cannot_be(ports: str) -> None:
    assert complaint(f"ports = {ports}\n{SITE}").startswith("lab.toml:1: ports: ports ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("smtp = 1", "smtp = 2"), "lab.toml:1: ports: two endpoints have the same port"),
        (("smtp = 1", "smtp = 0"), "lab.toml:1: ports: the port of smtp is not one of 1 to 65535"),
        (("smtp = 1", "smtp = true"), "lab.toml:1: ports: the port of smtp is not one of"),
        (("smtp = 1", "smtp = 1, ftp = 9"), "lab.toml:1: ports: ports names more than the seven"),
        (("smtp = 1, ", ""), "lab.toml:1: ports: ports names no port for smtp"),
    ],
)
def test_a_table_of_ports_that_cannot_be(change: tuple[str, str], said: str) -> None:
    assert complaint(f"ports = {EACH_ITS_OWN.replace(*change)}\n{SITE}").startswith(said)


@pytest.mark.parametrize(
    ("bind", "password", "weak"),
    [
        ("127.0.0.1", "x", False),
        ("127.8.9.1", "x", False),
        ("::1", "x", False),
        ("0.0.0.0", "ninechars", True),
        ("192.0.2.7", "ninechars", True),
        ("::", "ninechars", True),
        ("192.0.2.7", "10-letters", False),
    ],
)
def test_nothing_weak_is_published_beyond_loopback(bind: str, password: str, weak: bool) -> None:
    account = f'{{name = "alice", password = "{password}"}}'
    text = f'bind = "{bind}"\n' + SITE.replace('"alice"', account)
    if not weak:
        assert parse(text, "lab.toml").bind == bind
        return
    assert complaint(text) == (
        "lab.toml:1: /: the password of alice has under 10 characters and the lab would be"
        f" published on {bind}: give a longer one, or none"
    )


# -- hostile words ---------------------------------------------------------------------------------

HOSTILE = {
    "newline": "alice\nbob",
    "carriage return": "alice\r",
    "template": "{{ 7*7 }}",
    "format": "{0.__class__}",
    "percent": "%(x)s%n",
    "path": "../../etc/passwd",
    "slash": "a/b",
    "dots": "a..b",
    "leading dot": ".alice",
    "long": "a" * 300,
    "empty": "",
    "space": "alice bob",
    "unicode": "élise",
    "full-width": "ａｌｉｃｅ",
    "digit of another script": "alice٣",
    "NUL": "alice\x00",
    "escape": "\x1b[31malice",
    "right-to-left": "alice\u202egnp.exe",
    "zero width": "ali\u200bce",
    "line separator": "alice\u2028bob",
    "at": "alice@beta.test",
    "quote": '"alice"',
    "hash": "alice#",
    "colon": "alice:x",
    "comma": "alice,bob",
    "upper case": "Alice",
    "surrogate": "\udc80",
}


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_account(word: str) -> None:
    text = named(word)
    if "surrogate" in text:
        return
    said = complaint(text)
    assert said.startswith("lab.toml:3: sites.0.accounts.0.name: ") or "not TOML" in said
    yaml = f"sites:\n- domain: alpha.test\n  accounts: [{json.dumps(word)}]\n"
    assert complaint(yaml, "lab.yaml").startswith("lab.yaml:3: ")


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_domain(word: str) -> None:
    said = complaint(SITE.replace('"alpha.test"', json.dumps(f"{word}.test")), own_domain=True)
    assert said.startswith("lab.toml:2: sites.0.domain: ") or "not TOML" in said


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_key(word: str) -> None:
    said = complaint(f"{json.dumps(word)} = 1\n{SITE}")
    assert "no such key" in said or "not TOML" in said


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_name(word: str) -> None:
    for name in (word, f"{word}.toml", f"{word}.yaml"):
        with pytest.raises(BadDefinition) as caught:
            load(name)
        assert_one_clear_sentence(str(caught.value))


@given(st.text(max_size=300), st.sampled_from(["a.toml", "a.yaml"]))
def test_any_text_is_a_definition_or_one_sentence(text: str, file: str) -> None:
    try:
        assert isinstance(parse(text, file), Definition)
    except BadDefinition as problem:
        assert_one_clear_sentence(str(problem))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "sites", "ports", "bind", "domain", "accounts", "password", "smtp", "x"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(plain)
def test_any_data_is_a_definition_or_one_sentence(data: object) -> None:
    """JSON is YAML, too: whatever the shape, the answer has a line."""
    try:
        parse(json.dumps(data), "a.yaml")
    except BadDefinition as problem:
        said = str(problem)
        assert_one_clear_sentence(said)
        assert re.match(r"a\.yaml:\d+: ", said)


@given(st.lists(st.sampled_from("[]{}.\"'= #\nab0\\"), max_size=60).map("".join))
def test_anything_like_toml_is_a_definition_or_one_sentence(text: str) -> None:
    assert_one_clear_sentence(complaint(text, "a.toml"))


# -- files -----------------------------------------------------------------------------------------


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadDefinition, match="cannot be read: No such file"):
        load(str(tmp_path / "no.toml"))


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x.toml").mkdir()
    with pytest.raises(BadDefinition, match="cannot be read"):
        load(str(tmp_path / "x.toml"))


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(BadDefinition, match=r"x\.toml: not UTF-8 text"):
        load(str(tmp_path / "x.toml"))


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(BadDefinition, match="larger than 1 MB"):
        load(str(tmp_path / "x.toml"))


def test_a_name_that_is_neither_built_in_nor_a_file() -> None:
    with pytest.raises(
        BadDefinition, match="there is no definition 'trio': built in are duo, solo"
    ):
        load("trio")


# -- the JSON Schema -------------------------------------------------------------------------------


def as_data(text: str) -> Any:
    import tomllib

    return tomllib.loads(text)


def test_the_schema_is_a_json_schema_and_accepts_what_labctl_accepts() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    solo = Path(__file__).parents[2] / "labctl/definition/builtin/solo.toml"
    for text in (solo.read_text(), TOML):
        assert not list(validator.iter_errors(as_data(text)))


@pytest.mark.parametrize(
    "text", ["", "nmae = 'x'\n" + SITE, "retry_seconds = 0\n" + SITE, "sites = []\n"]
)
def test_the_schema_refuses_what_labctl_refuses(text: str) -> None:
    complaint(text)
    assert list(Draft202012Validator(json_schema()).iter_errors(as_data(text)))
