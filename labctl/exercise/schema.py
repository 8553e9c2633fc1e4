"""The logic of an exercise, as in ``exercise.yaml``; pydantic refuses everything else."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from labctl.exercise.actions import Action, Fixture
from labctl.exercise.base import Complaint, Many, OneLine, Part, Some, Word
from labctl.exercise.probes import Expectation, Probe
from labctl.model.lab import EndpointName
from labctl.model.profile import ProfileName


class SessionSeen(Part):
    """A session by which any client of a participant's is recognised, from the server's side.

    Every key that is given must be seen, in one session, or spread over ``several``. A command is
    its name and words that its arguments hold (``RETR``, ``FETCH BODY[``); ``UID FETCH`` counts as
    FETCH; a word after ``!`` must not be there (``FETCH BODY !PEEK``), and `` | `` separates
    alternatives (``LIST | UIDL``). Expectations know the session by ``session``; without it, by
    the name of the step's only session of this protocol in ``do``.
    """

    session: Word | None = None
    protocol: Literal["smtp", "imap", "pop3"]
    account: Word | None = None  # who logged in; not asked in SMTP on the port of servers
    endpoint: EndpointName | None = None
    tls: bool | None = None
    commands: Many[OneLine] = ()  # said, and answered well
    refused: Many[OneLine] = ()  # said, and refused by the server (RCPT, AUTH, LOGIN)
    without: Many[OneLine] = ()  # said at no time: with one of these, it is another session
    sender: Word | None = Field(default=None, alias="from")  # of an envelope (SMTP)
    to: Word | None = None  # a recipient of an accepted envelope (SMTP)
    rejected: Word | None = None  # a recipient whom the server refused (SMTP)
    end: Literal["quit", "logout", "dropped", "ended", "open"] | None = None  # "ended": either way
    apart: bool = False  # not the session by which one named before it is recognised
    several: bool = False  # of a client that opens a session for each thing it does


def _listed(value: object) -> object:
    return [value] if isinstance(value, dict) else value


# One session or a list of them, all of which must be seen, in whatever order.
Seen = Annotated[Some[SessionSeen], BeforeValidator(_listed)]


class NearMiss(Part):
    """A likely wrong turn, with words of its own in the text files.

    It is answered instead of the expectations when it was seen and the right thing was not seen
    after it; then the step begins anew, with what it had at its start. Some clients do the right
    thing and then more, as one that files a copy of what it has sent: with ``alone``, what was seen
    counts only where the right thing was not seen at all.
    """

    id: Word
    when: Seen
    alone: bool = False


class Prediction(Part):
    """A question asked before the exercise; what is measured decides which answer was right.

    The probes are asked when the step ``after`` has ended, or else at the end of all; a Maildir's
    may look back: ``at: start``, or a step's id.
    """

    id: Word
    after: Word | None = None
    truth: Annotated[dict[Word, Probe], Field(min_length=2)]


class Step(Part):
    """What is done, and what must then be true.

    Hands-on, the participant does what ``recognise`` names; of ``do``, labctl does what is no mail
    session: before the participant what comes before the first one, afterwards the rest (a
    sentinel). A step without ``recognise`` labctl does all by itself. Expectations that ask what
    only the demo's own client can know (``copy``, a session that is not recognised) are left out.
    """

    id: Word
    do: Some[Action]
    expect: Some[Expectation]
    rows: Many[Word] = ()  # lines of the table, measured when the step has ended
    recognise: Seen | None = None
    # Or, what the participant does to the servers: whatever it is, it is done once this holds, by
    # what labctl itself measures. ``profile: default`` in ``do`` is then the participant's part.
    mended: Probe | None = None
    near_misses: Many[NearMiss] = ()
    recipes: Many[Word] = ()  # texts beside the recipes that labctl makes from ``do`` by itself
    hints: Many[Word] = ()  # a ladder; its last rung, the solution, labctl makes from ``do``

    @property
    def is_theirs(self) -> bool:
        """Whether there is something for the participant to do, hands-on."""
        return self.recognise is not None or self.mended is not None


Topic = Literal["smtp", "imap", "pop3", "messages", "security", "servers", "break-fix"]


class Logic(Part):
    """The whole of ``exercise.yaml``."""

    format: Literal[1] = Field(alias="schema")
    id: Word
    tour: Annotated[int, Field(ge=1, le=99)] | None = None  # place in the short tour
    claims: Some[OneLine]
    topic: Topic | None = None  # its head in the list; else the first word of its first claim
    requires: Many[Word] = ()
    minutes: Annotated[int, Field(ge=1, le=120)] = 5
    lab: Word = "solo"
    profile: ProfileName = "default"  # in force from the fixture to the end
    conceal: bool = False  # which one it is: to find out is the exercise
    fixture: Fixture = Fixture()
    watch: Some[Word]  # accounts whose Maildir is shown before and after each step
    predict: Many[Prediction] = ()
    steps: Some[Step]
    # Of the table; session "row" is the row's own.
    columns: dict[Word, Probe] = Field(default_factory=dict)
    hints: Many[Word] = ()  # for every step, before the step's own

    @property
    def hands_on(self) -> bool:
        """Whether any step is the participant's; else it is a demo only."""
        return any(step.is_theirs for step in self.steps)

    @property
    def about(self) -> Topic:
        """Under which head a list shows it."""
        if self.topic:
            return self.topic
        first = self.claims[0].partition(".")[0]
        named: Topic = next((topic for topic in get_args(Topic) if topic == first), "servers")
        return named if self.profile == "default" else "break-fix"

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Logic":
        expectations = [e for step in self.steps for e in step.expect]
        misses = [miss for step in self.steps for miss in step.near_misses]
        for named in (self.steps, expectations, misses, self.predict):
            _unique(part.id for part in named)
        _unique([*self.hints, *(hint for step in self.steps for hint in step.hints)])
        _unique(row for step in self.steps for row in step.rows)
        return self


def _unique(names: Iterable[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise Complaint("the id {id} is used twice", id=twice[0])
