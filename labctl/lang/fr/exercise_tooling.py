"""What the commands around exercises say: kept work, lint, new, replay, list, report."""

TEXTS = {
    "the evidence was not removed: {why}": "les preuves n'ont pas été supprimées : {why}",
    "a second document": "un second document",
    # écrire un exercice
    "Write the files of a new exercise, small and whole, to start from.": (
        "Écrire les fichiers d'un nouvel exercice, petit et complet, pour commencer."
    ),
    "Its name, and its folder's.": "Son nom, qui est aussi celui de son dossier.",
    "Where; by default the current folder.": "Où ; par défaut dans le dossier courant.",
    "rehearse it: labctl exercise lint {folder}": "le répéter : labctl exercise lint {folder}",
    "do it: labctl exercise start {id} --folder {folder}": (
        "le faire : labctl exercise start {id} --folder {folder}"
    ),
    "{folder} is there already": "{folder} existe déjà",
    "choose another name, or remove it": "choisir un autre nom, ou le supprimer",
    "{name}: {why}": "{name} : {why}",
    # vérifier un exercice
    "The folder of one exercise, or of several.": "Le dossier d'un exercice, ou de plusieurs.",
    "Only read the files: no lab, no rehearsal.": (
        "Lire seulement les fichiers : ni labo, ni répétition."
    ),
    "Check an exercise: its files, then in a lab that its demo passes and no claim is idle."
    "\n\nWithout --lab, a lab of its own is started on free ports and removed afterwards.": (
        "Vérifier un exercice : ses fichiers, puis dans un labo que sa démonstration réussit et"
        " qu'aucune affirmation n'est vraie d'avance."
        "\n\nSans --lab, un labo à part démarre sur des ports libres, puis il est supprimé."
    ),
    "Of exercise.yaml, or of the texts.": "Celui d'exercise.yaml, ou celui des textes.",
    "Print the JSON Schema of exercise.yaml, or of en.yaml and fr.yaml, for editors.": (
        "Afficher le JSON Schema d'exercise.yaml, ou d'en.yaml et fr.yaml, pour les éditeurs."
    ),
    "{id}: {words}": "{id} : {words}",
    "{key}: only one language names {names}": "{key} : une seule langue nomme {names}",
    "{file}: {key}: before : ; ? ! and » stands a no-break space": (
        "{file} : {key} : devant : ; ? ! et » se met une espace insécable"
    ),
    "{file}: expect.{key}: holds and fails say the same": (
        "{file} : expect.{key} : holds et fails disent la même chose"
    ),
    "exercise.yaml: {step}: {id} only measures: say a count, a code, a capability": (
        "exercise.yaml : {step} : {id} ne fait que mesurer ; dire un nombre, un code, une capacité"
    ),
    "exercise.yaml: {step}: all expectations say `stays` and nothing is recognised: "
    "the step passes without being done": (
        "exercise.yaml : {step} : toutes les attentes disent `stays` et rien n'est reconnu ;"
        " l'étape réussit sans être faite"
    ),
    "exercise.yaml: {step}: {id} holds before the step, so it proves nothing; "
    "if the step must not change it, write `stays: true`": (
        "exercise.yaml : {step} : {id} est vrai avant l'étape et ne prouve donc rien ;"
        " si l'étape ne doit pas le changer, écrire `stays: true`"
    ),
    "exercise.yaml: {step}: {id} says `stays`, but does not hold before the step": (
        "exercise.yaml : {step} : {id} dit `stays`, mais n'est pas vrai avant l'étape"
    ),
    "the demo did not come to its end: {problem}": (
        "la démonstration n'est pas allée à son terme : {problem}"
    ),
    "the demo fails: {step}: {id}: expected {expected}; observed {observed}": (
        "la démonstration échoue : {step} : {id} : attendu {expected} ; observé {observed}"
    ),
    "this exercise counts all mail, and the mailbox of {address} holds {n} already": (
        "cet exercice compte tout le courrier, et la boîte de {address} en contient déjà {n}"
    ),
    "remove it first; of the whole lab: labctl reset": (
        "le retirer d'abord ; pour tout le labo : labctl reset"
    ),
    # la liste
    "With what each claims, and what to do before it.": (
        "Avec ce que chacun affirme, et ce qu'il vaut mieux faire avant."
    ),
    "The short tour": "Le tour rapide",
    "SMTP: from the client to the mailbox": "SMTP : du client à la boîte aux lettres",
    "IMAP: reading on the server": "IMAP : lire sur le serveur",
    "POP3: fetching": "POP3 : relever son courrier",
    "Messages: what is in them": "Les messages : ce qu'ils contiennent",
    "Security: what others can read and forge": (
        "La sécurité : ce que d'autres peuvent lire et falsifier"
    ),
    "Servers: what happens when one of them fails": (
        "Les serveurs : ce qui se passe quand l'un d'eux tombe"
    ),
    "Break and fix: find out what is wrong": "Pannes : trouver ce qui ne va pas",
    "{n} min": "{n} min",
    "needs: {wanted}": "demande : {wanted}",
    "profile {name}": "profil {name}",
    "do one yourself: labctl exercise start {id}": (
        "en faire un soi-même : labctl exercise start {id}"
    ),
    "or watch it done: labctl exercise run {id}": (
        "ou le regarder se faire : labctl exercise run {id}"
    ),
    # le compte rendu
    "What kind of file; by default what --output ends in.": (
        "La sorte de fichier ; par défaut selon la fin du nom donné à --output."
    ),
    "Where; by default stdout.": "Où ; par défaut la sortie standard.",
    "written: {file}": "écrit : {file}",
    "This report was written on the participant's own computer. It is a record to learn from, "
    "no certificate: whoever owns the computer could forge it.": (
        "Ce compte rendu a été écrit sur l'ordinateur du participant. C'est une trace pour"
        " apprendre, pas un certificat : le propriétaire de l'ordinateur pourrait le falsifier."
    ),
    "No exercise was begun yet.": "Aucun exercice n'a encore été commencé.",
    "passed": "réussi",
    "the claim did not hold": "l'affirmation n'était pas vraie",
    "a wrong turn": "une fausse route",
    "a hint was given": "un indice a été donné",
    "the solution was shown, and labctl did the step": (
        "la solution a été montrée, et labctl a fait l'étape"
    ),
    "labctl did this step": "labctl a fait cette étape",
    "The message's way: what this run has shown of it": (
        "Le chemin du message : ce que cet exercice en a montré"
    ),
    "steps": "étapes",
    "Step {number}": "Étape {number}",
    "seen: {it}": "vu : {it}",
    "(nothing changed)": "(rien n'a changé)",
    "What the client and the server said": "Ce que le client et le serveur ont dit",
    "in the clear": "en clair",
    "Predictions": "Prédictions",
    "question": "question",
    "said": "réponse",
    "measured": "mesuré",
    "run": "tentative",
    "token in its messages": "jeton dans ses messages",
    "configuration (SHA-256)": "configuration (SHA-256)",
    "{what}:": "{what} :",
    "before": "avant",
    "after": "après",
    "empty": "vide",
    "… and {n} more": "… et {n} de plus",
    "client": "client",
    "sends": "envoie",
    "takes in": "reçoit",
    "queue": "file",
    "waits": "attend",
    "hands over": "remet",
    "serves": "dessert",
    "stores": "conserve",
    "gives out": "donne",
    "reads": "lit",
    "not seen": "pas vu",
    # rejouer
    "Run an exercise, then step through it a line at a time: for a presenter.": (
        "Lancer un exercice, puis le parcourir ligne à ligne : pour qui présente."
    ),
    "a replay needs a terminal: it waits for a key after each line": (
        "rejouer demande un terminal : une touche est attendue après chaque ligne"
    ),
    "without one: labctl exercise run {id}": "sans terminal : labctl exercise run {id}",
    "space: next line   enter, n: next step   b: back   q: end": (
        "espace : ligne suivante   entrée, n : étape suivante   b : retour   q : fin"
    ),
}
