"""All core exercises in demo mode: how long labctl works, how long it waits for the servers."""

from tests.bench.measure import Figure, Seconds, labctl_json


def exercises(lab: str, runs: int) -> list[Figure]:
    """Each exercise, and all of them as one process."""
    whole: Seconds = []
    turns: list[list[dict[str, float | str]]] = []
    for _ in range(runs):
        seconds, said = labctl_json("exercise", "run", "--all", "--lab", lab)
        whole.append(seconds)
        turns.append(said["exercises"])

    def waited(row: dict[str, float | str]) -> float:
        return float(row["seconds_waiting"])

    def worked(row: dict[str, float | str]) -> float:
        return float(row["seconds"]) - waited(row)

    beside = "waiting for the servers"
    each = [
        Figure(
            "exercises",
            f"{first['id']}: in labctl",
            [worked(turn[number]) for turn in turns],
            beside=beside,
            reference=[waited(turn[number]) for turn in turns],
        )
        for number, first in enumerate(turns[0])
    ]
    all_waited = [sum(map(waited, turn)) for turn in turns]
    return [
        *each,
        Figure(
            "exercises",
            "labctl exercise run --all, but for waiting",
            [total - w for total, w in zip(whole, all_waited, strict=True)],
            beside=beside,
            reference=all_waited,
        ),
    ]
