"""Profiles as data: each setting is found in the file it names, changed, and explained."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.model.lab import Host
from labctl.model.policy import ASPECTS, USUAL
from labctl.model.profile import DEFAULT, PROFILES, InForce, ProfileName
from labctl.render.plan import render
from labctl.render.profiles import CATALOGUE
from labctl.render.settings import CONFIGURATION, read_setting, write_setting
from labctl.render.state import dump_state, load_state
from tests.unit.lab_specs import a_lab

ONE = a_lab("alpha.test", "beta.test")
LAB = replace(ONE, dns=Host("dns", "172.30.0.29"), images={**ONE.images, "dns": "labctl/dns:1"})
MASTER = """\
# 587
submission  inet n - n - 50 smtpd
    -o syslog_name=postfix/$service_name
    -o smtpd_tls_security_level=encrypt
submissions inet n - n - 50 smtpd
    -o smtpd_tls_wrappermode=yes
pickup      unix n - n 60 1 pickup
"""


def files(profile: InForce) -> dict[str, bytes]:
    spec = replace(LAB, profile=profile)
    return {file.path: file.content for file in render(spec).files}


@pytest.mark.parametrize("name", PROFILES)
def test_what_a_profile_sets_can_be_read_back(name: ProfileName) -> None:
    profile = CATALOGUE[name]
    site = LAB.sites[0]
    texts = files(InForce(name))
    for change in profile.changes(LAB, site):
        if change.file not in CONFIGURATION or change.value is None:
            continue
        folder = {"dovecot.conf": "dovecot", "dnsmasq.conf": "dns"}.get(change.file, "postfix")
        text = texts[f"{folder}/{change.file}"].decode()
        assert change.value in text
        if not change.value.startswith("{") and change.setting != "smtp/inet":
            found = read_setting(change.file, text, change.setting)
            assert found is None or found == change.value
        assert str(change.why) != str(change.back)


@pytest.mark.parametrize("name", [name for name in PROFILES if name != "default"])
def test_a_profile_shows_in_what_the_servers_do(name: ProfileName) -> None:
    policy = CATALOGUE[name].policy
    assert policy != USUAL
    assert policy.differing(USUAL) <= set(ASPECTS)


def test_a_profile_of_one_site_leaves_the_other_alone() -> None:
    usual, one = files(DEFAULT), files(InForce("open-relay", "beta.test"))
    differ = {path for path, content in usual.items() if one[path] != content}
    assert differ == {"postfix/lab.json", "postfix-beta/main.cf"}


def test_the_state_knows_the_profile_and_an_older_one_has_none() -> None:
    spec = replace(LAB, profile=InForce("greylist", "beta.test", "an-exercise", concealed=True))
    assert load_state(dump_state(spec)) == spec
    older = json.loads(dump_state(spec))
    del older["lab"]["profile"]
    assert load_state(json.dumps(older).encode()) == LAB


def test_an_option_of_a_service_is_found_in_that_service_alone() -> None:
    option = "submission/inet/smtpd_tls_security_level"
    assert read_setting("master.cf", MASTER, option) == "encrypt"
    assert read_setting("master.cf", MASTER, "submissions/inet/smtpd_tls_security_level") is None
    changed = write_setting("master.cf", MASTER, option, "none")
    assert changed == MASTER.replace("=encrypt", "=none")


def test_a_service_goes_with_its_options() -> None:
    gone = write_setting("master.cf", MASTER, "submissions/inet", None)
    assert "wrappermode" not in gone
    assert gone.endswith("encrypt\npickup      unix n - n 60 1 pickup\n")


def test_an_empty_setting_gets_a_value_and_a_long_one_loses_its_lines() -> None:
    text = "mydestination =\nlong = a,\n    b,\n    c\nlast = 1\n"
    assert write_setting("main.cf", text, "mydestination", "x") == text.replace("ion =", "ion = x")
    assert write_setting("main.cf", text, "long", "d") == "mydestination =\nlong = d\nlast = 1\n"
    assert write_setting("main.cf", text, "new", "v").endswith("last = 1\nnew = v\n")


@given(
    st.sampled_from(sorted(CONFIGURATION)),
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200),
    st.from_regex(r"[a-z_]{1,12}(/inet)?", fullmatch=True),
)
def test_any_text_survives_a_look_for_a_setting(file: str, text: str, setting: str) -> None:
    found = read_setting(file, text, setting)
    if found is not None and "\n" not in found:
        assert found in text
