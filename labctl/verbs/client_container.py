"""The lab's container of mail clients: started at first use, removed with the lab."""

from labctl.engine.protocol import Engine
from labctl.model.lab import LabSpec
from labctl.model.progress import OnProgress, Progress, silent
from labctl.verbs.labs import spec_of


def ensure_client(engine: Engine, lab: str, on_progress: OnProgress = silent) -> LabSpec:
    """Make sure that the client container runs, set up for the lab as it is now.

    Nothing happens when it does already. What the participant wrote in its home stays.

    Raises:
        NoSuchLab: there is no such lab.
        NoImage: the image could not be built.
    """
    from labctl.render.client import render_client

    spec = spec_of(engine, lab)
    image = engine.client_image(on_progress)
    with engine.locked(lab):
        engine.apply(
            render_client(spec, image),
            created=[],
            started=lambda _service, _cancelled: None,
            on_progress=_news(on_progress),
        )
    return spec


def _news(on_progress: OnProgress) -> OnProgress:
    """Nobody needs to hear that a step is done which never had to begin."""
    begun: set[str] = set()

    def tell(progress: Progress) -> None:
        if progress.state == "running":
            begun.add(progress.step)
        if progress.step in begun:
            on_progress(progress)

    return tell
