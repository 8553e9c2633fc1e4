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
    "postfix, dovecot, dns, client; by default what every lab runs on.": (
        "postfix, dovecot, dns, client ; par défaut, celles qu'il faut à tout labo."
    ),
    "Also what is otherwise built at first use.": (
        "Aussi ce qui ne se construit sinon qu'au premier usage."
    ),
    "built at first use": "construite au premier usage",
    # la capture
    "Keep the packets too: a pcap file.": "Garder aussi les paquets : un fichier pcap.",
    "Stop after N seconds.": "S'arrêter après N secondes.",
    "Only this port; may be given again.": "Seulement ce port ; peut être répété.",
    "Listen on the lab's network until Ctrl-C: who says what to whom, in clear or under TLS.": (
        "Écouter le réseau du labo jusqu'à Ctrl-C : qui dit quoi à qui, en clair ou sous TLS."
    ),
    "listening on the lab {name}; Ctrl-C ends it": (
        "à l'écoute du labo {name} ; Ctrl-C pour finir"
    ),
    "packets: {count}": "paquets : {count}",
    "in {file}, for Wireshark or tcpdump -r": "dans {file}, pour Wireshark ou tcpdump -r",
    "outside": "extérieur",
    "… and {count} more lines": "… et {count} autres lignes",
    "more of the record before": "suite de l'enregistrement précédent",
    "TLS record: {said}, {size} bytes": "enregistrement TLS : {said}, {size} octets",
    "{size} bytes that cannot be read": "{size} octets illisibles",
    "connects": "se connecte",
    "closes": "ferme",
    "nothing of the lab {name} runs": "rien du labo {name} ne tourne",
    "tcpdump did not start: {why}": "tcpdump n'a pas démarré : {why}",
    "what tcpdump wrote is unreadable: {why}": "ce que tcpdump a écrit est illisible : {why}",
    "labctl has no image {name}": "labctl n'a pas d'image {name}",
    "its images are: {known}": "ses images : {known}",
}
