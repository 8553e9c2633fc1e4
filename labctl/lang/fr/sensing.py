"""French for what the sensors tell."""

TEXTS: dict[str, str] = {
    "Only what concerns this account; by default everything.": (
        "Seulement ce qui concerne ce compte ; tout, par défaut."
    ),
    "Show one message's life on one timeline, and where its file is now.": (
        "Montrer la vie d'un message dans l'ordre du temps, et où est son fichier maintenant."
    ),
    "Which message; < and > may be left out.": "Quel message ; < et > sont facultatifs.",
    "the lab {lab} knows no message {given}": "le lab {lab} ne connaît pas de message {given}",
    "queue ids and Message-IDs are in: labctl logs postfix": (
        "numéros de file et Message-ID se lisent dans : labctl logs postfix"
    ),
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
