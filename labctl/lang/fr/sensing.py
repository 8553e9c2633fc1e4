"""French for what the sensors tell."""

TEXTS: dict[str, str] = {
    "Show what any mail client does, as the servers see it, until Ctrl-C.": (
        "Montrer ce que fait tout logiciel de messagerie, vu des serveurs, jusqu'à Ctrl-C."
    ),
    "Only what concerns this account; by default everything.": (
        "Seulement ce qui concerne ce compte ; tout, par défaut."
    ),
    "login": "connexion",
    "command": "commande",
    "refused": "refus",
    "in the queue": "dans la file",
    "delivery": "remise",
    "left the queue": "sorti de la file",
    "stored": "rangé",
    "mailbox": "boîte",
    "session ended": "fin de session",
}
