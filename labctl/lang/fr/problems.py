"""Ce que disent les erreurs, et comment en sortir."""

_ATTENDRE = "laissez-le finir, puis recommencez : labctl up"
_PORTS = "voir qui le tient : labctl doctor ; ou déplacer le labo : labctl up --ports 20000"
_REMETTRE = "remettez-le d'abord d'aplomb : labctl up --lab {name}"

TEXTS = {
    # ligne de commande
    "no file {file} to show": "aucun fichier {file} à montrer",
    "see the list: labctl config show": "voir la liste : labctl config show",
    "say which exercise, or --all": "dites quel exercice, ou --all",
    "labctl exercise list": "labctl exercise list",
    "there is no exercise {id}": "il n'y a pas d'exercice {id}",
    "the exercises are: {known}": "les exercices sont : {known}",
    "--lang is en or fr, not {given}": "--lang vaut en ou fr, pas {given}",
    "{file} cannot be written: {why}": "{file} ne peut pas être écrit : {why}",
    "--ports is documented, free or a base from 1024 to 65435, not {text}": (
        "--ports vaut documented, free ou une base de 1024 à 65435, pas {text}"
    ),
    "a lab's name is 1 to 40 of a-z 0-9 _ - and begins with a letter or digit, not {name}": (
        "le nom d'un labo : 1 à 40 caractères parmi a-z 0-9 _ -, une lettre ou un chiffre d'abord ;"
        " pas {name}"
    ),
    "--bind is an IP address of this machine, such as 127.0.0.1, not {bind}": (
        "--bind est une adresse IP de cette machine, comme 127.0.0.1, pas {bind}"
    ),
    "no such command: {what}": "commande inconnue : {what}",
    "no such option: {what}": "option inconnue : {what}",
    "this is missing: {what}": "il manque : {what}",
    "this option is missing: {what}": "il manque l'option : {what}",
    "a command is missing; see labctl --help": "il manque une commande ; voir labctl --help",
    "{what} needs a value": "{what} demande une valeur",
    "this is too much: {what}": "ceci est de trop : {what}",
    "{what}: {why}": "{what} : {why}",
    # définitions de labo
    "there is no definition {name}: built in are {built_in}; a file ends in .toml, .yaml or .yml": (
        "il n'y a pas de définition {name} : sont fournies {built_in} ; un fichier se termine par"
        " .toml, .yaml ou .yml"
    ),
    "{file}: larger than 1 MB": "{file} : plus d'un Mo",
    "{file}: cannot be read: {problem}": "{file} : illisible : {problem}",
    "no file has such a name": "aucun fichier ne peut porter ce nom",
    "{file}: not UTF-8 text": "{file} : ce n'est pas du texte en UTF-8",
    "{file}:{line}: {key}: {reason}": "{file}:{line} : {key} : {reason}",
    "{file}:{line}: not TOML: {problem}": "{file}:{line} : ce n'est pas du TOML : {problem}",
    "a domain is lower-case ASCII labels with dots, such as alpha.test": (
        "un domaine est fait de mots ASCII en minuscules séparés par des points, comme alpha.test"
    ),
    "an account is 1 to 64 of a-z 0-9 . _ - and begins and ends with a letter or digit": (
        "un compte : 1 à 64 caractères parmi a-z 0-9 . _ -, une lettre ou un chiffre au début et à"
        " la fin"
    ),
    "a password is 1 to 128 printable ASCII characters": (
        "un mot de passe : 1 à 128 caractères ASCII imprimables"
    ),
    "a lab's name is 1 to 40 of a-z 0-9 _ - and begins with a letter or digit": (
        "le nom d'un labo : 1 à 40 caractères parmi a-z 0-9 _ -, une lettre ou un chiffre d'abord"
    ),
    "ports names no port for {endpoint}": "ports ne donne aucun port pour {endpoint}",
    "ports names more than the seven endpoints": "ports nomme plus que les sept points d'accès",
    "the port of {endpoint} is not one of 1 to 65535": (
        "le port de {endpoint} n'est pas compris entre 1 et 65535"
    ),
    "two endpoints have the same port": "deux points d'accès ont le même port",
    "ports is documented, free, a base from 1024 to 65435, or a table with a port for each"
    " endpoint": (
        "ports vaut documented, free, une base de 1024 à 65435, ou un tableau donnant un port à"
        " chaque point d'accès"
    ),
    "bind is an IP address of this machine, such as 127.0.0.1": (
        "bind est une adresse IP de cette machine, comme 127.0.0.1"
    ),
    "{value} could belong to somebody: use a name under .test or .example, or say"
    " --i-own-this-domain": (
        "{value} pourrait appartenir à quelqu'un : prenez un nom sous .test ou .example, ou dites"
        " --i-own-this-domain"
    ),
    "the account {name} stands twice": "le compte {name} figure deux fois",
    "the password of {account} has under {least} characters and the lab would be published on"
    " {bind}: give a longer one, or none": (
        "le mot de passe de {account} a moins de {least} caractères et le labo serait publié sur"
        " {bind} : donnez-en un plus long, ou aucun"
    ),
    "this must be a table": "il faut un tableau de clés et de valeurs",
    "this is too long": "c'est trop long",
    "the file is too long": "le fichier est trop long",
    "not YAML: {words}": "ce n'est pas du YAML : {words}",
    # moteur
    "{service} started": "{service} démarré",
    "starting {service}": "démarrage de {service}",
    "{endpoint} greets on {host}:{port}": "{endpoint} salue sur {host}:{port}",
    "removed the container {name}": "conteneur {name} supprimé",
    "removed the network {name}": "réseau {name} supprimé",
    "removed the volume {name}": "volume {name} supprimé",
    "taking back what was begun of {name}": "retrait de ce qui était commencé de {name}",
    "the engine already has a container {name} that is not a lab's": (
        "le moteur a déjà un conteneur {name} qui n'est pas celui d'un labo"
    ),
    "the engine already has a network {name} that is not a lab's": (
        "le moteur a déjà un réseau {name} qui n'est pas celui d'un labo"
    ),
    "the engine already has a volume {name} that is not a lab's": (
        "le moteur a déjà un volume {name} qui n'est pas celui d'un labo"
    ),
    "choose another name: labctl up --name NAME; or, if nobody needs it: docker {kind} rm {name}": (
        "choisissez un autre nom : labctl up --name NOM ; ou, si personne n'en a besoin :"
        " docker {kind} rm {name}"
    ),
    "{service} was removed while it started": "{service} a été supprimé pendant son démarrage",
    "let the other labctl finish, then again: labctl up": (
        "laissez l'autre labctl finir, puis à nouveau : labctl up"
    ),
    "{service} died with exit code {code}{memory}; the end of its log:\n{log}": (
        "{service} est mort avec le code {code}{memory} ; la fin de son journal :\n{log}"
    ),
    "labctl config check names a faulty setting; labctl up tries again": (
        "labctl config check nomme un réglage fautif ; labctl up réessaie"
    ),
    "the lab {lab} has no service {service}": "le labo {lab} n'a pas de service {service}",
    "see its services: labctl status": "voir ses services : labctl status",
    "its services are: {known}": "ses services sont : {known}",
    "the engine refused: {engine}": "le moteur a refusé : {engine}",
    "the container engine does not answer any more: {engine}": (
        "le moteur de conteneurs ne répond plus : {engine}"
    ),
    "look at it and start it: labctl doctor --fix": (
        "l'examiner et le démarrer : labctl doctor --fix"
    ),
    "a port of the lab was taken while it started: {engine}": (
        "un port du labo a été pris pendant qu'il démarrait : {engine}"
    ),
    "see who holds it: labctl doctor; or move the lab: labctl up --ports 20000": _PORTS,
    "this machine does not have the address to publish on: {engine}": (
        "cette machine n'a pas l'adresse où publier : {engine}"
    ),
    "choose one that it has: labctl up --bind 127.0.0.1": (
        "prenez une adresse qu'elle a : labctl up --bind 127.0.0.1"
    ),
    "the engine may not do that: {engine}": "le moteur n'en a pas le droit : {engine}",
    "a rootless engine cannot publish ports under 1024: labctl up --ports 20000": (
        "un moteur sans droits root ne peut publier de port sous 1024 : labctl up --ports 20000"
    ),
    "the lab's subnet was taken meanwhile: {engine}": (
        "le sous-réseau du labo a été pris entre-temps : {engine}"
    ),
    "again: labctl up": "recommencez : labctl up",
    "an image of the lab is missing: {engine}": "il manque une image du labo : {engine}",
    "labctl image build": "labctl image build",
    "the engine's disk is full: {engine}": "le disque du moteur est plein : {engine}",
    "make room, e.g. docker system df, docker image prune; then again: labctl up": (
        "faites de la place, p. ex. docker system df, docker image prune ; puis : labctl up"
    ),
    "another labctl is at work on this lab: {engine}": (
        "un autre labctl travaille sur ce labo : {engine}"
    ),
    "let it finish, then again: labctl up": _ATTENDRE,
    "another labctl is at work on the lab {name} (lock {lock})": (
        "un autre labctl travaille sur le labo {name} (verrou {lock})"
    ),
    "let it finish or end it, then try again": "laissez-le finir ou arrêtez-le, puis recommencez",
    "{endpoint} on {host}:{port} is not ready after {waited:.0f} s: {why}": (
        "{endpoint} sur {host}:{port} n'est pas prêt après {waited:.0f} s : {why}"
    ),
    "its log says more: labctl logs {service}": "son journal en dit plus : labctl logs {service}",
    "labctl cannot lend this terminal on Windows": (
        "labctl ne peut pas prêter ce terminal sous Windows"
    ),
    "use: docker exec -it {container} {command}": "faites : docker exec -it {container} {command}",
    # labos
    "there is no lab {name!r} on this engine": "il n'y a pas de labo {name!r} sur ce moteur",
    "see the labs: labctl status; start one: labctl up": (
        "voir les labos : labctl status ; en démarrer un : labctl up"
    ),
    "there is no account {name!r} in this lab": "il n'y a pas de compte {name!r} dans ce labo",
    "its accounts are: {known}": "ses comptes sont : {known}",
    "the lab was made by another version of labctl: its state has schema {found}, not {known}": (
        "le labo a été créé par une autre version de labctl : son état a le schéma {found}, pas"
        " {known}"
    ),
    "use that version, or begin anew: labctl down, then labctl up": (
        "prenez cette version, ou repartez de zéro : labctl down, puis labctl up"
    ),
    "the lab's own state cannot be read: {reason}": "l'état du labo est illisible : {reason}",
    "begin anew: labctl down, then labctl up": "repartez de zéro : labctl down, puis labctl up",
    "{folder} holds something that labctl did not write there": (
        "{folder} contient autre chose que ce que labctl y a écrit"
    ),
    "name an empty or a new folder": "nommez un dossier vide ou nouveau",
    "there is no lab {name} to compare with": "il n'y a pas de labo {name} à comparer",
    "labctl up": "labctl up",
    "of the lab {name} these are left: {left}": "du labo {name} il reste : {left}",
    "again: labctl down --lab {name}": "recommencez : labctl down --lab {name}",
    "Postfix did not show its queue: {why}": "Postfix n'a pas montré sa file d'attente : {why}",
    "Postfix did not empty its queue: {why}": "Postfix n'a pas vidé sa file d'attente : {why}",
    "{command} was refused: {answer}": "{command} a été refusé : {answer}",
    "labctl logs dovecot": "labctl logs dovecot",
    "{service} of the lab {name} does not run": "{service} du labo {name} ne tourne pas",
    "make it right first: labctl up --lab {name}": _REMETTRE,
    "the mail could not be removed: {why}": "le courrier n'a pas pu être supprimé : {why}",
    "the lab must be running: labctl up": "le labo doit tourner : labctl up",
}
