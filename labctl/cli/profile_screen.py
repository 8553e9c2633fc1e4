"""Profiles on the terminal, or as JSON: the list, and the explained difference of a switch."""

from rich.padding import Padding
from rich.text import Text as Styled

from labctl.cli.console import note, out, show_json
from labctl.cli.lab_json import in_force_json
from labctl.cli.lab_screen import plain_table, profile_words
from labctl.lang import tr
from labctl.model.profile import Explained
from labctl.verbs.profile import Listed, Switched


def show_profiles(listed: Listed, *, as_json: bool) -> None:
    """`labctl profile`."""
    if as_json:
        profiles = [{"name": name, "summary": str(said)} for name, said in listed.profiles]
        show_json(
            {
                "lab": listed.lab,
                "in_force": in_force_json(listed.in_force),
                "profiles": profiles,
            }
        )
        return
    table = plain_table("", "profile", "what is so")
    for name, said in listed.profiles:
        mine = name == listed.in_force.name and not listed.in_force.concealed
        table.add_row("*" if mine else "", Styled(name, "bold" if mine else ""), str(said))
    out().print(table)
    note("in force: {profile}", profile=profile_words(listed.in_force))
    note("switch: labctl profile NAME; back: labctl profile default")


def show_switched(done: Switched, *, as_json: bool) -> None:
    """`labctl profile NAME`."""
    if as_json:
        show_json(
            {
                "lab": done.lab,
                "before": in_force_json(done.before),
                "after": in_force_json(done.after),
                "changes": [_as_json(each) for each in done.changes],
                "by_hand": list(done.by_hand),
                "seconds": round(done.seconds, 3),
            }
        )
        return
    file = ""
    for each in done.changes:
        if each.file != file:
            file = each.file
            out().print(Styled(file, "bold"))
        _show(each)
    for path in done.by_hand:
        out().print(Styled(path, "bold"))
        out().print("  " + tr("it was not as labctl had written it; now it is"))
    words = {"profile": profile_words(done.after), "seconds": done.seconds}
    if done.changes or done.by_hand:
        note("in force after {seconds:.1f} s: {profile}", **words)
    else:
        note("nothing to change: {profile} is in force", **words)


def _as_json(change: Explained) -> dict[str, object]:
    return {
        "file": change.file,
        "setting": change.setting,
        "was": change.was,
        "value": change.value,
        "why": str(change.why),
    }


def _show(change: Explained) -> None:
    for value, sign, style in ((change.was, "-", "red"), (change.value, "+", "green")):
        if value is not None:
            for number, line in enumerate(_said(change, value).splitlines()):
                out().print(
                    Styled(f"  {sign if number == 0 else ' '} {line}", style), soft_wrap=True
                )
    out().print(Padding(Styled(str(change.why), "italic"), (0, 0, 0, 4)))


def _said(change: Explained, value: str) -> str:
    """A setting as it stands in its file."""
    if change.file.endswith("master.cf"):
        option = change.setting.split("/")[2:]
        return f"-o {option[0]}={value}" if option else value
    if change.file.endswith("dnsmasq.conf"):
        name, _, domain = change.setting.partition(" ")
        return f"{name} = {domain},{value}"
    return f"{change.setting} {value}" if value.startswith("{") else f"{change.setting} = {value}"
