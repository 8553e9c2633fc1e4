"""French for the microscope."""

TEXTS: dict[str, str] = {
    "The microscope: dialogues, queue and Maildir side by side, live, as the servers see them.": (
        "Le microscope : dialogues, file et Maildir côte à côte, en direct, vus des serveurs."
    ),
    "A line an event, also on a terminal.": "Une ligne par événement, même sur un terminal.",
    "pause": "pause",
    "account": "compte",
    "zoom": "zoom",
    "in full": "en entier",
    "colours": "couleurs",
    "help": "aide",
    "quit": "quitter",
    "all accounts": "tous les comptes",
    "live": "en direct",
    "paused, {count} wait": "en pause, {count} en attente",
    "Nobody speaks SMTP yet.": "Personne ne parle encore SMTP.",
    "The queue is empty: nothing waits.": "La file est vide : rien n'attend.",
    "Nobody reads mail yet.": "Personne ne relève encore de courriel.",
    "No Maildir yet.": "Pas encore de Maildir.",
    "SMTP": "SMTP",
    "Queue": "File d'attente",
    "Help": "Aide",
    "Account in focus": "Compte observé",
    "Space": "Espace",
    "space": "espace",
    "pause the picture; what happens meanwhile waits": (
        "figer l'image ; ce qui arrive entre-temps attend"
    ),
    "choose the account in focus, or all": "choisir le compte observé, ou tous",
    "go to the next pane; arrows and PgUp scroll, End follows again": (
        "volet suivant ; flèches et Page préc. font défiler, Fin suit à nouveau"
    ),
    "the focused pane alone, or all panes": "le volet actif seul, ou tous les volets",
    "show or hide a pane": "montrer ou cacher un volet",
    "long answers in full, or their beginning": "les longues réponses en entier, ou leur début",
    "colours: the terminal's, light, dark": "couleurs : celles du terminal, claires, sombres",
    "what the client said, what the server said": "ce que dit le client, ce que dit le serveur",
    "has just changed": "vient de changer",
    "the file came from new/: a mail program has seen that it is there": (
        "le fichier vient de new/ : un logiciel de messagerie a vu qu'il est là"
    ),
    "a flag in the file's name; it stands out when it has just come": (
        "un drapeau dans le nom du fichier ; il ressort quand il vient d'apparaître"
    ),
    "Where the servers do not tell the dialogue, the pane shows what their logs tell.": (
        "Quand les serveurs ne livrent pas le dialogue, le volet montre ce que dit leur journal."
    ),
    "in the queue for {seconds} s": "dans la file depuis {seconds} s",
    "sent": "transmis",
    "deferred": "retardé",
    "bounced": "rejeté",
    "expired": "expiré",
    "on its way": "en chemin",
    "before the login": "avant l'identification",
    "logged in: {account}": "identifié : {account}",
    "login refused: {account}": "identification refusée : {account}",
    "in the queue as {queue_id}": "dans la file sous le numéro {queue_id}",
    "TLS begins: what follows is encrypted on the wire": (
        "TLS commence : la suite est chiffrée sur le réseau"
    ),
    "the connection broke off: {why}": "connexion rompue : {why}",
    "no mail": "pas de courriel",
    "removed": "supprimé",
    "new": "nouveau",
}
