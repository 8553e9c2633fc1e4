"""Exercises hands-on, on the terminal: the task, what was seen and is missing, how it ended."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text as Styled

from labctl.cli.console import note, out
from labctl.cli.exercise_parts import dialogue, indented, paragraphs, prose, verdict
from labctl.cli.exercise_screen import show_head, show_step, step_parts
from labctl.lang import Text, tr

if TYPE_CHECKING:
    from rich.console import RenderableType

    from labctl.model.handson import Answered, Checked
    from labctl.verbs.handson import Hint
    from labctl.verbs.handson_place import Task
    from labctl.verbs.handson_recipe import Solution


_MEND = Text(
    "Your turn: find out what is wrong (labctl queue, labctl logs, labctl shell client) and put it"
    " right: inside (labctl shell postfix, labctl shell --root dovecot), or by labctl profile"
    " default."
)


def show_task(task: "Task", solutions: "Sequence[Solution]") -> None:
    """What to do now, and how it can be done with what every machine has."""
    texts, run, steps = task.exercise.text, task.run, task.exercise.logic.steps
    console = out()
    if run.step == len(task.done):  # the beginning
        show_head(console, texts, task.exercise.id, task.names)
    for offset, done in enumerate(task.done):
        number = run.step - len(task.done) + offset + 1
        show_step(console, texts, done, (number, len(steps)), task.names)
    if task.over:
        return
    console.print()
    label = tr("Step {number} of {of}", number=run.step + 1, of=len(steps))
    said = prose(texts.steps[steps[run.step].id], task.names)
    console.print(indented(Styled.assemble((f"{label}  ", "bold"), said), 0))
    if steps[run.step].mended:
        console.print(indented(Styled(str(_MEND), "italic")))
    else:
        turn = tr("Your turn, with any mail client. For example:")
        console.print(indented(Styled(turn, "italic")))
    show_solutions(solutions)
    for recipe in steps[run.step].recipes:
        console.print(indented(prose(texts.recipes[recipe], task.names)))


def show_solutions(solutions: "Sequence[Solution]") -> None:
    """Commands begin at the left margin and are never wrapped, so that a mouse can take them."""
    console = out()
    for each in solutions:
        console.print()
        console.print(Styled(str(each.title), "bold"))
        for line in each.command:
            console.print(Styled(line, "cyan"), soft_wrap=True)
        if each.typed:
            console.print(Styled(tr("then type:"), "dim"))
        for line in each.typed:
            console.print(Styled(line, "cyan"), soft_wrap=True)
        if each.drop:
            console.print(Styled(tr("and break the connection: Ctrl-C"), "cyan"))
        if each.login:
            note("the password of {address}: labctl status", address=each.login)


def show_checked(task: "Task", checked: "Checked") -> None:
    """What was seen; then a verdict, or what is missing."""
    console, texts = out(), task.exercise.text
    console.print(seen_line(checked))
    _show_said(checked)
    if checked.near_miss:
        miss = prose(texts.near_misses[checked.near_miss], task.names, "yellow")
        console.print(indented(miss))
    for found in checked.expectations:
        words = verdict(found, texts.expect.get(found.id), task.names)
        console.print(Padding(words, (0, 0, 0, 2)))
    if checked.renewed:
        console.print(indented(Styled(tr("Everything is as it was before: try again."), "dim")))
    if checked.verdict == "pass":
        console.print(Styled("✔ " + tr("This step is done."), "bold green"))
    if checked.over:
        _show_end(task, checked.answered)


def _show_said(checked: "Checked") -> None:
    """The words on the wire, so far or, with what they did to the files, of the whole step."""
    for said in checked.sessions:
        for part in dialogue(said):
            out().print(part)
    if checked.result and not checked.near_miss:
        for part in step_parts(checked.result, out().width):
            out().print(part)


def _show_end(task: "Task", answered: "Sequence[Answered]") -> None:
    console, texts = out(), task.exercise.text
    for each in answered:
        options = texts.predict[each.id].options
        truth = options[each.truth] if each.truth else tr("something else")
        said = options.get(each.said, tr("no answer"))
        console.print(indented(prose(texts.predict[each.id].question, task.names, "bold")))
        console.print(indented(prose(tr("you said: {it}", it=said), task.names)))
        console.print(indented(prose(tr("measured: {it}", it=truth), task.names)))
    console.print()
    for paragraph in paragraphs(texts.explain, task.names):
        console.print(paragraph)


def seen_line(checked: "Checked") -> "RenderableType":
    """`POP3 login seen, DELE seen, end of session: waiting`; a line for each session awaited."""
    said = Styled()
    before = checked.recognised[0].session if checked.recognised else 0
    for number, each in enumerate(checked.recognised):
        if number:
            said.append(", " if each.session == before else "\n")
        before = each.session
        word = tr("{it} seen", it=each.what) if each.seen else tr("{it}: waiting", it=each.what)
        said.append(word, "green" if each.seen else "yellow")
    return said


def show_hint(task: "Task", hint: "Hint") -> None:
    """One rung of the ladder."""
    label = tr("Hint {number} of {of}", number=hint.number, of=hint.of)
    if hint.id:
        words = prose(task.exercise.text.hints[hint.id], task.names)
        out().print(indented(Styled.assemble((f"{label}  ", "bold"), words), 0))
        return
    out().print(Styled(f"{label}  {tr('the solution')}", "bold"))
    show_solutions(hint.solution)
