"""One run of a participant's in its lab: what it begins with, what is seen, how it is put right."""

from collections.abc import Iterable
from dataclasses import replace
from threading import Event as Flag
from time import monotonic

from labctl.engine.protocol import Engine
from labctl.exercise.actions import Deed, Imap, Pop3, Smtp, Switch, deed
from labctl.exercise.base import seconds
from labctl.exercise.judge import judge
from labctl.exercise.load import Exercise
from labctl.exercise.predictions import questions_about, true_option
from labctl.exercise.probes import Expectation, Probe
from labctl.exercise.recognise import Decision
from labctl.exercise.references import accounts
from labctl.exercise.schema import Logic, Step
from labctl.model.handson import Run
from labctl.model.maildir import Maildir
from labctl.model.observation import Observation, Session
from labctl.model.status import LabStatus
from labctl.model.verdict import ExpectationResult
from labctl.verbs import service
from labctl.verbs.dialogue import drop, keep
from labctl.verbs.exercise_actions import Act, Doer
from labctl.verbs.exercise_sensors import Sensors, needs
from labctl.verbs.exercise_wait import PAUSE
from labctl.verbs.exercise_world import World
from labctl.verbs.handson_renewal import Placed, changes, entries, path_of
from labctl.verbs.handson_session import can_be_asked, sessions_of

SETTLES = 3.0  # seconds after an action in which its trace may still be on its way


def is_talk(act: Deed) -> bool:
    """Whether an action is a mail session: hands-on, that is the participant's part."""
    return isinstance(act, Smtp | Imap | Pop3)


def acts_before(step: Step) -> list[Deed]:
    """What labctl does before the participant: servers stopped, a queue flushed."""
    acts = [deed(action) for action in step.do]
    first = next((n for n, act in enumerate(acts) if _is_theirs(step, act)), len(acts))
    return acts[:first]


def acts_after(step: Step) -> list[Deed]:
    """What labctl does once the participant has acted: a sentinel, say."""
    acts = [deed(action) for action in step.do]
    return [act for act in acts[len(acts_before(step)) :] if not _is_theirs(step, act)]


def _is_theirs(step: Step, act: Deed) -> bool:
    """Whether an action is the participant's part: a session, or the repair of the servers."""
    return is_talk(act) or (step.mended is not None and isinstance(act, Switch))


def switches(logic: Logic) -> bool:
    """Whether an exercise may leave the lab in a profile when it is not brought to its end."""
    acts = (deed(action) for step in logic.steps for action in step.do)
    return logic.profile != "default" or any(isinstance(act, Switch) for act in acts)


class Scene:
    """A run, with the lab around it; ``close`` it."""

    def __init__(self, engine: Engine, status: LabStatus, exercise: Exercise, run: Run) -> None:
        self.engine = engine
        self.status = status
        self.exercise = exercise
        self.run = run
        self.world = World(
            engine, status, accounts(exercise.logic), token=run.token, begun=run.begun
        )
        self.world.theirs = frozenset(run.theirs)
        self.world.message_ids = run.message_ids
        self.world.queue_ids += run.queue_ids
        self.world.sentinels += run.sentinels
        self.doer = Doer(self.world, f"labctl {exercise.id}")
        self.sensors = Sensors(self.world, exercise.logic.watch)
        self.sensors.resume(run.mark, run.looks)

    def close(self) -> None:
        """Forget local files."""
        self.world.close()

    @property
    def step(self) -> Step:
        """The step the run is at."""
        return self.exercise.logic.steps[self.run.step]

    @property
    def people(self) -> tuple[str, ...]:
        """The exercise's names of accounts."""
        return tuple(self.world.people)

    # -- before -----------------------------------------------------------------------------------

    def prepare(self) -> None:
        """The state an exercise begins with: what lies there already is not of this run."""
        theirs = [
            word
            for who in self.people
            for _, entry in entries(self.world.everything(who))
            for word in (entry.unique, entry.message_id)
            if word
        ]
        self._ignore(theirs)
        self.doer.lay_out(self.exercise.logic.fixture)
        logic = self.exercise.logic
        if logic.profile != "default":
            self.doer.switch(logic.profile, exercise=logic.id, concealed=logic.conceal)
        self._keep_look("start")

    def begin(self) -> list[Act]:
        """Begin the step: labctl's own part, then the mark."""
        acts = self.do(acts_before(self.step))
        if self.step.recognise:
            keep(self.engine, self.world.lab)
        self.mark()
        return acts

    def mark(self) -> None:
        """From now on, what a client does counts for this step."""
        self.run = replace(self.run, mark=self.engine.now(), followed=0, hints=0)
        self.sensors.resume(self.run.mark, self.run.looks)

    def do(self, acts: Iterable[Deed]) -> list[Act]:
        """Do these."""
        done = [self.doer.do(act) for act in acts]
        self.run = replace(self.run, sentinels=tuple(self.world.sentinels))
        return done

    def perform(self) -> list[Act]:
        """Do the participant's part as the demo does, and what comes after it."""
        step = self.step
        done = self.do([deed(action) for action in step.do][len(acts_before(step)) :])
        sessions = {name: talk.session() for name, talk in self.world.talks.items()}
        self.run = replace(self.run, sessions={**self.run.sessions, **sessions})
        return done

    def _ignore(self, words: Iterable[str]) -> None:
        self.world.theirs = frozenset({*(self.world.theirs or ()), *words})
        self.run = replace(self.run, theirs=tuple(sorted(self.world.theirs)))

    def _keep_look(self, name: str) -> tuple[Maildir, ...]:
        look = self.sensors.keep_look(name)
        looks = {key: value for key, value in self.run.looks.items() if key != name}
        self.run = replace(self.run, looks={**looks, name: look})
        return look

    # -- what is seen -----------------------------------------------------------------------------

    def observe(self, decision: Decision, asked: Iterable[Probe]) -> Observation:
        """What these probes ask about, now."""
        sessions = self.recognised(decision)
        self.world.queue_ids += [i for s in sessions.values() for i in s.queue_ids]
        ids = [e.message_id for f in decision.found for s in f.sessions for e in s.envelopes]
        self.world.message_ids = (*self.run.message_ids, *filter(None, ids))
        wanted = frozenset(need for probe in asked for need in needs(probe))
        seen = self.sensors.observe(wanted, fresh=True)
        return replace(seen, sessions={**self.run.sessions, **sessions})

    def recognised(self, decision: Decision) -> dict[str, Session]:
        """The sessions of this step, by the names that expectations use."""
        return sessions_of(self.step, decision, self.status.endpoints)

    def judge(
        self, decision: Decision, expectations: Iterable[Expectation]
    ) -> tuple[ExpectationResult, ...]:
        """The verdicts, of those that can be asked."""
        known = self.observe(decision, ())
        now = self.recognised(decision)
        earlier = [name for name in self.run.sessions if name not in now] if now else ()
        asked = [
            each
            for each in expectations
            if can_be_asked(each, known, replaced=self.run.replaced, earlier=earlier)
        ]
        seen = self.observe(decision, asked)
        return tuple(judge(each, seen) for each in asked)

    def settle(self, expectations: Iterable[Expectation]) -> tuple[ExpectationResult, ...]:
        """The verdicts on a step that labctl did itself, waiting as long as each may take."""
        nothing = Decision(())
        nothing_happens = Flag()  # nobody sets it: a wait that a signal can end
        results: list[ExpectationResult] = []
        for each in expectations:
            deadline = monotonic() + (seconds(each.within) if each.within else 0.0)
            found = self.judge(nothing, (each,))
            while not all(r.holds for r in found) and monotonic() < deadline:
                nothing_happens.wait(PAUSE)
                found = self.judge(nothing, (each,))
            results += found
        return tuple(results)

    def patience(self, results: Iterable[ExpectationResult]) -> float:
        """Seconds from the participant's action in which what does not hold yet still may."""
        within = {e.id: seconds(e.within) if e.within else 0.0 for e in self.step.expect}
        return max([SETTLES, *(within[r.id] for r in results if not r.holds)])

    # -- after ------------------------------------------------------------------------------------

    def finish(self, decision: Decision) -> tuple[Maildir, ...]:
        """The step is over; the Maildirs at its end."""
        sessions = {**self.run.sessions, **self.recognised(decision)}
        self.run = replace(
            self.run,
            sessions=sessions,
            queue_ids=tuple(dict.fromkeys(self.world.queue_ids)),
            message_ids=tuple(dict.fromkeys(self.world.message_ids)),
        )
        look = self._keep_look(self.step.id)
        self._measure(decision)
        self.run = replace(self.run, step=self.run.step + 1, mark=0, followed=0, hints=0)
        return look

    def _measure(self, decision: Decision) -> None:
        """Which answers to the questions about this step are true."""
        if asked := questions_about(self.exercise.logic, self.step.id):
            seen = self.observe(decision, (probe for q in asked for probe in q.truth.values()))
            found = {q.id: true_option(q, seen) for q in asked}
            self.run = replace(self.run, truths={**self.run.truths, **found})

    def renew(self) -> None:
        """After a wrong turn: the step has again what it had when it began.

        What the participant sent stays where it is and counts no more; messages that were moved or
        flagged are put back, and those that were removed are replaced by fresh ones.
        """
        for who, before in zip(self.exercise.logic.watch, self.run.look, strict=False):
            self._renew(who, before)
        last = [*self.run.looks][-1] if self.run.looks else "start"
        self._keep_look(last)
        self.mark()

    def _renew(self, who: str, before: Maildir) -> None:
        changed = changes(before, self.world.maildir(who))
        for now, was in changed.renamed:
            self._move(before.address, now, was)
        had = {e.message_id for _, e in entries(before) if e.message_id}
        copies = [each for each in changed.extra if each[1].token or each[1].message_id in had]
        sent = [e for folder, e in changed.extra if (folder, e) not in copies]
        self._ignore(word for e in sent for word in (e.unique, e.message_id) if word)
        spoiled = [path_of(before.address, each) for each in copies]
        if spoiled:
            self.world.ask("dovecot", "rm", "-f", "--", *spoiled)
        if not changed.missing:
            return
        self.run = replace(self.run, replaced=True)
        known = {e.unique for _, e in entries(self.world.maildir(who))}
        self.doer.deliver(who, len(changed.missing), self.world.token, self._ours(who))
        fresh = [each for each in entries(self.world.maildir(who)) if each[1].unique not in known]
        for each, (place, old) in zip(fresh, changed.missing, strict=False):
            folder, e = each
            if (place, old.part, old.flags) == (folder, "new", ""):
                continue
            file = f"{e.unique}:2,{old.flags}" if old.part == "cur" else e.file
            self._move(before.address, each, (place, replace(old, file=file)))

    def _move(self, address: str, one: Placed, other: Placed) -> None:
        paths = path_of(address, one), path_of(address, other)
        self.world.ask("dovecot", "mv", "--", *paths)

    def _ours(self, who: str) -> int:
        return sum(e.token == self.world.token for _, e in entries(self.world.maildir(who)))

    def clean_up(self) -> None:
        """Servers run again, and this run's messages are gone; what the participant sent stays.

        Nobody needs the words on the wire any more.
        """
        for one in self.status.services:
            if one.state == "stopped":
                service.start(self.engine, self.world.lab, one.name)
        self.doer.switched = switches(self.exercise.logic)
        self.doer.put_back()
        self.doer.clean_up(self.people)
        drop(self.engine, self.world.lab)
