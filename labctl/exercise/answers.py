"""Which answer belongs to which kind of probe. Pure; ``judge`` puts them together."""

from collections.abc import Callable

from labctl.exercise import probes as p
from labctl.exercise import spoken_answers as spoken
from labctl.exercise import stored_answers as stored
from labctl.exercise import wire_answers as wire
from labctl.exercise.finding import Finding

# mypy cannot tie each key to its function's argument; the schema does.
ANSWERS: dict[type, Callable[..., Finding]] = {
    p.MaildirProbe: stored.maildir,
    p.MessageProbe: stored.message,
    p.ReplyProbe: spoken.reply,
    p.CapabilityProbe: spoken.capability,
    p.LineProbe: spoken.line,
    p.OrderProbe: spoken.order,
    p.LogProbe: spoken.log,
    p.LoginsProbe: spoken.logins,
    p.QueueProbe: stored.queue,
    p.FilesProbe: stored.files,
    p.CopyProbe: stored.copy,
    p.WireProbe: wire.wire,
}
