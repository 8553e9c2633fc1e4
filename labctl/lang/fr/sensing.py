"""French for what the sensors tell."""

TEXTS: dict[str, str] = {
    "Only what concerns this account; by default everything.": (
        "Seulement ce qui concerne ce compte ; tout, par défaut."
    ),
    "the lab {lab} knows no message {given}": "le lab {lab} ne connaît pas de message {given}",
    "message {message_id}, queue id {ids}": "message {message_id}, numéro de file {ids}",
    "now: {account} {folder} {file}": "maintenant : {account} {folder} {file}",
    "no Maildir holds it now": "aucun Maildir ne le contient plus",
    "login": "connexion",
    "command": "commande",
    "refused": "refus",
    "in the queue": "dans la file",
    "delivery": "remise",
    "left the queue": "sorti de la file",
    "stored": "rangé",
    "mailbox": "boîte",
    "session ended": "fin de session",
    "dialogue": "dialogue",
    "file": "fichier",
}
