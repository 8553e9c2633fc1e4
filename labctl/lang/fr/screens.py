"""Ce que disent les écrans."""

TEXTS = {
    "interrupted": "interrompu",
    "this is a bug in labctl, not your mistake; please report it with the lines below": (
        "c'est un défaut de labctl, pas une erreur de votre part ; merci de le signaler avec les"
        " lignes ci-dessous"
    ),
    "start it without labctl: cd {folder} && docker compose up": (
        "pour le démarrer sans labctl : cd {folder} && docker compose up"
    ),
    "{count} files differ; labctl up makes them alike": (
        "fichiers différents : {count} ; labctl up les remet à l'identique"
    ),
    "what runs is what would be rendered": "ce qui tourne est bien ce qui serait produit",
    "file": "fichier",
    "lines": "lignes",
    "mode": "mode",
    "one of them: labctl config show postfix/main.cf": (
        "l'un d'eux : labctl config show postfix/main.cf"
    ),
    "fine ({lines} lines)": "rien à redire ({lines} lignes)",
    "complains": "se plaint",
    "differs, and is secret": "diffère, et reste secret",
    "not shown": "non montré",
    "error: ": "erreur : ",
    "service": "service",
    "image": "image",
    "state": "état",
    "size": "taille",
    "built on": "construite sur",
    "get or build what is missing: labctl image build": (
        "pour obtenir ou construire ce qui manque : labctl image build"
    ),
    "the lab's CA certificate, which these need: labctl ca {file}": (
        "le certificat de l'autorité du labo, qu'il leur faut : labctl ca {file}"
    ),
    "present": "présente",
    "missing": "absente",
    "site": "site",
    "container": "conteneur",
    "endpoint": "point d'accès",
    "documented": "documenté",
    "here": "ici",
    "TLS": "TLS",
    "implicit": "implicite",
    "for": "sert à",
    "all commands: labctl --help": "toutes les commandes : labctl --help",
    "where the time went": "où est passé le temps",
    "seconds": "secondes",
    "all of it": "en tout",
    "Python libraries": "bibliothèques Python",
    "container engine": "moteur de conteneurs",
    "images of Postfix and Dovecot": "images de Postfix et de Dovecot",
    "starting Postfix and Dovecot": "démarrage de Postfix et de Dovecot",
    "exercises": "exercices",
    "your turn: source {activate}; labctl exercise list": (
        "à vous : source {activate} ; labctl exercise list"
    ),
    "{id}: {verdict} ({seconds:.1f} s)": "{id} : {verdict} ({seconds:.1f} s)",
    "lab ": "labo ",
    "account": "compte",
    "password": "mot de passe",
    "no lab is running; start one: labctl up": (
        "aucun labo ne tourne ; pour en démarrer un : labctl up"
    ),
    "ready in {seconds:.1f} s; next: labctl exercise list": (
        "prêt en {seconds:.1f} s ; ensuite : labctl exercise list"
    ),
    "everything was right already ({seconds:.1f} s)": (
        "tout était déjà en ordre ({seconds:.1f} s)"
    ),
    "no lab was there; nothing to remove": "il n'y avait aucun labo ; rien à supprimer",
    "lab {name} is fresh again ({seconds:.1f} s): no mail, an empty queue": (
        "le labo {name} est remis à neuf ({seconds:.1f} s) : aucun courriel, file d'attente vide"
    ),
    "lab {name} removed in {seconds:.1f} s (containers: {container}, networks: {network},"
    " volumes: {volume})": (
        "labo {name} supprimé en {seconds:.1f} s (conteneurs : {container}, réseaux : {network},"
        " volumes : {volume})"
    ),
    "CA certificate for your mail client: {command}": (
        "certificat de l'autorité, pour votre client de messagerie : {command}"
    ),
    "kept: {left}": "gardé : {left}",
    "nothing is left": "il n'en reste rien",
    "A message from the mail lab.": "Un courriel venu du labo.",
    "Hello from labctl": "Bonjour de labctl",
    "queue id": "n° de file",
    "queue": "file",
    "from": "de",
    "to": "à",
    "why it waits": "pourquoi il attend",
    "accepted: {reply}": "accepté : {reply}",
    "refused: {reply}": "refusé : {reply}",
    "no mail in the INBOX of {address}": "aucun courriel dans la boîte de réception de {address}",
    "removed from the server; see: labctl maildir {address}": (
        "supprimés du serveur ; voir : labctl maildir {address}"
    ),
    "still on the server; see: labctl maildir {address}": (
        "toujours sur le serveur ; voir : labctl maildir {address}"
    ),
    "the queue is empty: nothing waits": "la file d'attente est vide : rien n'attend",
    "no Maildir yet: it comes with the first message or login": (
        "pas encore de Maildir : il apparaît au premier courriel ou à la première connexion"
    ),
    "{size} bytes": "{size} octets",
    "{busy}: this lab uses the ports from {base} on instead": (
        "{busy} : ce labo prend donc les ports à partir de {base}"
    ),
    "no container engine answers yet": "aucun moteur de conteneurs ne répond encore",
    "no lab is running": "aucun labo ne tourne",
    "a lab is not whole; this makes it right": "un labo est incomplet ; pour le remettre d'aplomb",
    "the lab is ready; see what it can show": "le labo est prêt ; voyez ce qu'il peut montrer",
    "between servers": "entre serveurs",
    "sending": "envoyer",
    "reading on the server": "lire sur le serveur",
    "fetching": "relever",
    "ready": "prêt",
    "running": "en marche",
    "starting": "démarre",
    "degraded": "incomplet",
    "stopped": "arrêté",
    "dead": "mort",
    "absent": "absent",
}
