"""Le conteneur des clients de messagerie, et la capture du réseau du labo."""

TEXTS = {
    "swaks, openssl, telnet, curl, mutt, msmtp, mbsync, fetchmail, dig: set up for {people}.": (
        "swaks, openssl, telnet, curl, mutt, msmtp, mbsync, fetchmail, dig : réglés pour {people}."
    ),
    "Recipes work here as printed: labctl client, in another terminal. Try: mutt": (
        "Les recettes s'y tapent telles quelles : labctl client, dans un autre terminal."
        " Pour commencer : mutt"
    ),
    "Out again: exit": "Pour en sortir : exit",
    "A shell in a service's container, or in that of mail clients, all set up for this lab.": (
        "Un shell dans le conteneur d'un service, ou dans celui des clients de messagerie, déjà"
        " réglés pour ce labo."
    ),
    "postfix, dovecot, or client: the mail clients.": (
        "postfix, dovecot, ou client : les clients de messagerie."
    ),
    "What to run there; by default a shell.": "Ce qu'il faut y lancer ; par défaut, un shell.",
    "postfix, dovecot, client; by default what a lab runs on.": (
        "postfix, dovecot, client ; par défaut, celles qu'il faut à un labo."
    ),
    "Also what is otherwise built at first use.": (
        "Aussi ce qui ne se construit sinon qu'au premier usage."
    ),
    "built at first use": "construite au premier usage",
    "labctl has no image {name}": "labctl n'a pas d'image {name}",
    "its images are: {known}": "ses images : {known}",
}
