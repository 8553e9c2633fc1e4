"""What the commands around exercises say: kept work, lint, new, replay, list, report."""

TEXTS = {
    "the evidence was not removed: {why}": "les preuves n’ont pas été supprimées : {why}",
    "a second document": "un second document",
}
