"""French for one message's life."""

TEXTS: dict[str, str] = {
    "Show one message's life on one timeline, where it stopped and why, and its file now.": (
        "Montrer la vie d'un message dans l'ordre du temps, où et pourquoi il s'est arrêté,"
        " et son fichier maintenant."
    ),
    "Which message; < and > may be left out. By default the newest one.": (
        "Quel message ; < et > sont facultatifs. Par défaut, le plus récent."
    ),
    "the lab {lab} has had no message yet": "le lab {lab} n'a encore vu aucun message",
    "send one: labctl send": "en envoyer un : labctl send",
    "the newest message, also a refused one: labctl trace; all: labctl logs postfix": (
        "le plus récent, même refusé : labctl trace ; tous : labctl logs postfix"
    ),
    "the newest message was refused before it had a queue id": (
        "le message le plus récent a été refusé avant d'avoir un numéro de file"
    ),
    "a mail program wants to hand it over": "un logiciel de messagerie veut le remettre",
    "handed over by a mail program": "remis par un logiciel de messagerie",
    "received from another server": "reçu d'un autre serveur",
    "refused in the dialogue": "refusé pendant le dialogue",
    "put off: Postfix tries again": "retardé : Postfix réessaiera",
    "failed for good": "échec définitif",
    "the sender is told": "l'expéditeur est prévenu",
    "handed to the other server": "remis à l'autre serveur",
    "Dovecot has confirmed it by LMTP": "Dovecot l'a confirmé par LMTP",
    "a file in new/": "un fichier dans new/",
    "fetched by a mail program": "relevé par un logiciel de messagerie",
    "flags changed: a file in cur/": "drapeaux changés : un fichier dans cur/",
    "a copy in another mailbox": "une copie dans une autre boîte",
    "the file is removed": "le fichier est supprimé",
    "the mail program was told at once: no server has the message": (
        "le logiciel de messagerie l'a su aussitôt : aucun serveur n'a le message"
    ),
    "nothing was tried yet; see: labctl queue": "rien n'a encore été tenté ; voir : labctl queue",
    "it waits in the queue, and nothing is lost; see: labctl queue": (
        "il attend dans la file, rien n'est perdu ; voir : labctl queue"
    ),
    "the sender gets a report, from <>; the message itself is nowhere any more": (
        "l'expéditeur reçoit un avis, de <> ; le message lui-même n'est plus nulle part"
    ),
    "in the clear": "en clair",
    "{count} attempts": "{count} tentatives",
    "nobody has opened this mailbox since": "personne n'a ouvert cette boîte depuis",
    "it stopped here, for {account}: {stage}": ("il s'est arrêté ici, pour {account} : {stage}"),
    "it stopped here: {stage}": "il s'est arrêté ici : {stage}",
}
