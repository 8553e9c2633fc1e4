"""Les exercices : fichiers, observations, verdicts, écran."""

TEXTS = {
    # l'écran
    "{name}: {endpoint}, port {port}": "{name} : {endpoint}, port {port}",
    "Maildir of {address}": "Maildir de {address}",
    "(nothing changed)": "(rien n'a changé)",
    "no message of this run": "aucun message de cet essai",
    "expected: {it}": "attendu : {it}",
    "observed: {it}": "observé : {it}",
    "… {n} more lines …": "… encore {n} lignes …",
    "labctl looks for its own messages ({n} × TOP)": (
        "labctl cherche ses propres messages ({n} × TOP)"
    ),
    "Step {number} of {of}": "Étape {number} sur {of}",
    "in {seconds:.1f} s": "en {seconds:.1f} s",
    "exercise": "exercice",
    "shows": "montre",
    "verdict": "verdict",
    "minutes": "minutes",
    "pass": "prouvé",
    "fail": "non prouvé",
    "error": "erreur",
    "To read on: {sources}": "Pour aller plus loin : {sources}",
    "Better after: {ids}": "De préférence après : {ids}",
    "{passed} of {all} claims proved": "{passed} affirmations prouvées sur {all}",
    "run it: labctl exercise run {id}": "pour le lancer : labctl exercise run {id}",
    # ce qui est attendu et observé
    "nothing": "rien",
    "{what}: {n}": "{what} : {n}",
    "{what}: at least {n}": "{what} : au moins {n}",
    "{what}: {n} ({listed})": "{what} : {n} ({listed})",
    "messages in {where} of {address}{flags}{at}": "messages dans {where} de {address}{flags}{at}",
    " with flag {flags}": " avec le drapeau {flags}",
    " without flags": " sans drapeau",
    " at {look}": " à l'étape {look}",
    "{command}: {answer}": "{command} : {answer}",
    "the greeting": "l'accueil",
    "the message": "le message",
    "the connection is closed": "la connexion se ferme",
    "the connection was closed": "la connexion s'est fermée",
    "not said": "pas dit",
    "closed": "fermé",
    "under TLS": "sous TLS",
    "in the clear": "en clair",
    "{when}: {offers}": "{when} : {offers}",
    "{when}: {names}": "{when} : {names}",
    "{has}, not {lacks}": "{has}, mais pas {lacks}",
    "not {lacks}": "pas {lacks}",
    "the client's": "du client",
    "the server's": "du serveur",
    "{who} lines with {words}": "lignes {who} avec {words}",
    "in this order: {lines}": "dans cet ordre : {lines}",
    "lines of {service}'s log with {words}{about}": (
        "lignes du journal de {service} avec {words}{about}"
    ),
    " about {ids}": " à propos de {ids}",
    "client sessions at Dovecot in this step": "sessions de clients chez Dovecot à cette étape",
    "this run's messages in the queue": "messages de cet essai dans la file d'attente",
    "files with this run's message where {service} can write": (
        "fichiers avec le message de cet essai, là où {service} peut écrire"
    ),
    "messages in the local mbox {name}": "messages dans le mbox local {name}",
    "not: {it}": "non : {it}",
    "{left}; {right}": "{left} ; {right}",
    "{left}, or {right}": "{left}, ou {right}",
    # ce que fait la démonstration
    "{service} was stopped": "{service} a été arrêté",
    "{service} was started": "{service} a été démarré",
    "Postfix was asked to try its queue again: postqueue -f": (
        "on a demandé à Postfix de réessayer sa file d'attente : postqueue -f"
    ),
    "a later message for {address} has arrived: what came before it is done": (
        "un message postérieur pour {address} est arrivé : ce qui le précédait est terminé"
    ),
    "{service} did not answer within {seconds} s": "{service} n'a pas répondu en {seconds} s",
    "what it says: labctl logs {service}; then: labctl restart {service}": (
        "ce qu'il dit : labctl logs {service} ; puis : labctl restart {service}"
    ),
    "Postfix did not flush its queue: {why}": "Postfix n'a pas vidé sa file d'attente : {why}",
    "Postfix refused a message: {reply}": "Postfix a refusé un message : {reply}",
    "Postfix has not finished delivering": "Postfix n'a pas fini de distribuer le courriel",
    "a message for {address} did not arrive": "un message pour {address} n'est pas arrivé",
    "a client does not know how to {command}: by itself it can {known}": (
        "un client ne sait pas faire {command} ; de lui-même il sait {known}"
    ),
    "the lab {name} is {state}": "le labo {name} est dans l'état « {state} »",
    "there is no lab yet: these are the documented ports": (
        "il n'y a pas encore de labo : voici les ports documentés"
    ),
    "an exercise needs a lab, and none is running": (
        "un exercice a besoin d'un labo, et aucun ne tourne"
    ),
    "start one: labctl up": "en démarrer un : labctl up",
    "the lab {lab} has no endpoint {name}": "le labo {lab} n'a pas de point d'accès {name}",
    # les fichiers d'exercices
    "{file}:{line}: {reason}": "{file}:{line} : {reason}",
    "no such key": "cette clé n'existe pas",
    "this key is missing": "cette clé manque",
    "this must be a text": "il faut ici un texte",
    "this must be a whole number": "il faut ici un nombre entier",
    "this must be a list": "il faut ici une liste",
    "this must be true or false": "il faut ici true ou false",
    "this must be a table of keys and values": "il faut ici un tableau de clés et de valeurs",
    "this must be {expected}": "il faut ici {expected}",
    "this must not be empty": "ceci ne doit pas être vide",
    "this must be at least {ge}": "il faut au moins {ge}",
    "this must be at most {le}": "il faut au plus {le}",
    "a name is 1 to 64 of a-z, 0-9 and - in between": (
        "un nom se compose de 1 à 64 caractères a-z et 0-9, avec - à l'intérieur"
    ),
    "this must be one line of 1 to 500 printable characters": (
        "il faut ici une ligne de 1 à 500 caractères imprimables"
    ),
    "a duration is a number and s or ms, such as 15s": (
        "une durée est un nombre suivi de s ou ms, par exemple 15s"
    ),
    "there is no folder of exercises {folder}": "il n'y a pas de dossier d'exercices {folder}",
    "the folder {folder} holds no exercise": "le dossier {folder} ne contient aucun exercice",
    "each exercise is a folder in it, with an exercise.yaml": (
        "chaque exercice y est un dossier avec un exercise.yaml"
    ),
    "{folder} is one exercise, not a folder of them": (
        "{folder} est un exercice, pas un dossier d'exercices"
    ),
    "name the folder above it: --folder {above}": (
        "indiquer le dossier au-dessus : --folder {above}"
    ),
    "the folder is called {name}": "le dossier s'appelle {name}",
    "cannot be read: {why}": "illisible : {why}",
    "not UTF-8 text": "ce n'est pas du texte UTF-8",
    "Maildir flags are letters of D F P R S T": (
        "les drapeaux d'un Maildir sont des lettres parmi D F P R S T"
    ),
    "count and at_least exclude each other": "count et at_least s'excluent",
    "exactly one probe is needed here: {probes}": "il faut ici exactement une sonde : {probes}",
    "exactly one action is needed here: {actions}": (
        "il faut ici exactement une action : {actions}"
    ),
    "exactly one of stop and start is needed here": "il faut ici soit stop, soit start",
    "no action has opened a session {name}": "aucune action n'a ouvert de session {name}",
    "no action has made a copy {name}": "aucune action n'a fait de copie {name}",
    "the account {name} is not watched": "le compte {name} n'est pas observé (watch)",
    "there is no earlier step {name}": "aucune étape précédente ne s'appelle {name}",
    "this exercise has no table": "cet exercice n'a pas de tableau",
    "a text for {name} is missing": "il manque un texte pour {name}",
    "exercise.yaml has nothing called {name}": "exercise.yaml n'a rien qui s'appelle {name}",
    "the id {id} is used twice": "l'identifiant {id} sert deux fois",
    "nothing is called {{{name}}}: known are {known}": (
        "rien ne s'appelle {{{name}}} ; on connaît {known}"
    ),
    "a text must not be empty, nor longer than 10,000 characters": (
        "un texte ne doit être ni vide, ni plus long que 10 000 caractères"
    ),
    "a text must not hold control characters": (
        "un texte ne doit pas contenir de caractères de commande"
    ),
    "a brace is not closed: a name stands in {name}": (
        "une accolade n'est pas fermée : un nom s'écrit {name}"
    ),
    "only a name may stand in braces: {name}": "entre accolades, seulement un nom : {name}",
}
