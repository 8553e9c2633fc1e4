"""Les exercices faits soi-même : ce qui a été reconnu, l'écran d'attente, le compte rendu."""

TEXTS = {
    # ce qui a été reconnu
    "{farewell}": "{farewell}",
    "end of session without {farewell}": "fin de session sans {farewell}",
    "end of session": "fin de session",
    "{command} refused": "{command} refusé",
    "connection to {endpoint}": "connexion à {endpoint}",
    "TLS": "TLS",
    "no TLS": "pas de TLS",
    "{protocol} login of {address}": "connexion {protocol} de {address}",
    "{protocol} session": "session {protocol}",
    "a message for {address}": "un message pour {address}",
    "a message from {address}": "un message de {address}",
    # les fichiers d'exercices
    "nobody in this exercise is called {name}": "personne dans cet exercice ne s'appelle {name}",
    # les commandes
    "Only prepare the step; `check` then says how it stands.": (
        "Préparer seulement l'étape ; `check` dira ensuite où elle en est."
    ),
    "Ask for no prediction beforehand.": "Ne demander aucune prédiction avant de commencer.",
    "What you expect; without one, the questions.": (
        "Ce que vous prévoyez ; sans rien, les questions."
    ),
    "Say beforehand what will happen in the exercise under way; the end tells who was right.": (
        "Dire d'avance ce qui se passera dans l'exercice en cours ; la fin dira qui avait raison."
    ),
    "you said {answer}": "vous avez dit {answer}",
    "say it: labctl exercise predict {question}={answer}": (
        "pour le dire : labctl exercise predict {question}={answer}"
    ),
    "the exercise {id} asks no question {question}: it asks {known}": (
        "l'exercice {id} ne pose pas de question {question} : il pose {known}"
    ),
    "{question} has no answer {answer}: its answers are {known}": (
        "{question} n'a pas de réponse {answer} : ses réponses sont {known}"
    ),
    "what {question} asks has been measured already: a prediction comes before it": (
        "ce que demande {question} a déjà été mesuré : une prédiction vient avant"
    ),
    "Which; by default the one under way, else the next.": (
        "Lequel ; par défaut celui en cours, sinon le suivant."
    ),
    "Do an exercise yourself, with any mail client: labctl sees what it did, and judges.": (
        "Faire soi-même un exercice, avec n'importe quel client : labctl voit et juge."
    ),
    "Say at once how the step under way stands: what was seen, what is missing, what holds.": (
        "Dire où en est l'étape en cours : ce qui a été vu, ce qui manque, ce qui est vrai."
    ),
    "Give the next hint for the step under way; the last one shows the solution.": (
        "Donner l'indice suivant pour l'étape en cours ; le dernier montre la solution."
    ),
    "Show the solution of the step under way and go on; it counts as shown, not as done.": (
        "Montrer la solution de l'étape en cours et continuer ; elle compte comme montrée."
    ),
    "Also forget all progress and evidence.": "Oublier aussi la progression et les preuves.",
    "End the exercise under way; its messages are removed. `start` begins it anew.": (
        "Terminer l'exercice en cours et retirer ses messages. `start` le recommence."
    ),
    # l'écran
    "Your turn, with any mail client. For example:": (
        "À vous, avec le client de votre choix. Par exemple :"
    ),
    "then type:": "puis taper :",
    "and break the connection: Ctrl-C": "et casser la connexion : Ctrl-C",
    "the password of {address}: labctl status": "le mot de passe de {address} : labctl status",
    "{endpoint}, port {port}": "{endpoint}, port {port}",
    "Everything is as it was before: try again.": "Tout est comme avant : essayez de nouveau.",
    "This step is done.": "Cette étape est faite.",
    "something else": "autre chose",
    "no answer": "pas de réponse",
    "you said: {it}": "vous avez dit : {it}",
    "measured: {it}": "mesuré : {it}",
    "{it} seen": "{it} : vu",
    "{it}: waiting": "{it} : attendu",
    "Hint {number} of {of}": "Indice {number} sur {of}",
    "the solution": "la solution",
    "your guess (a number; Enter for none): ": "votre avis (un numéro ; Entrée pour passer) : ",
    "Ctrl-C pauses; labctl exercise start goes on; labctl exercise hint helps": (
        "Ctrl-C suspend ; labctl exercise start reprend ; labctl exercise hint aide"
    ),
    "waiting for your client": "en attente de votre client",
    "nothing new for a minute: labctl exercise hint, in another terminal, helps": (
        "rien de nouveau depuis une minute : labctl exercise hint, dans un autre terminal, aide"
    ),
    "Enter for the next step ": "Entrée pour l'étape suivante ",
    "{line}": "{line}",
    "the exercise is over; begin it anew: labctl exercise start": (
        "l'exercice est terminé ; le recommencer : labctl exercise start"
    ),
    "the exercise {id} is a demo only so far": (
        "l'exercice {id} n'est pour l'instant qu'une démonstration"
    ),
    "watch it: labctl exercise run {id}": "la regarder : labctl exercise run {id}",
    "no exercise is under way": "aucun exercice n'est en cours",
    "begin one: labctl exercise start": "en commencer un : labctl exercise start",
    "the exercise {id} is done": "l'exercice {id} est fait",
    "the others: labctl exercise list": "les autres : labctl exercise list",
    "the lab's record of your exercises cannot be read": (
        "la trace de vos exercices gardée par le labo est illisible"
    ),
    "begin anew: labctl exercise reset --all": "recommencer : labctl exercise reset --all",
    "begun": "commencé",
    "done": "fait",
    "shown": "montré",
    "progress": "progression",
    "List the exercises, what each one shows, and how far you have come.": (
        "Lister les exercices, ce que chacun montre, et où vous en êtes."
    ),
    # le compte rendu
    "Show what was done in the exercises, with its evidence: words, files, verdicts.": (
        "Montrer ce qui a été fait dans les exercices, avec les preuves : mots, fichiers, verdicts."
    ),
    "Exercises in the lab {lab}": "Exercices dans le labo {lab}",
    # vérifier un exercice
    "nothing to complain about": "rien à redire",
    "{file}: {key}: the port {port} is named literally: write {name}": (
        "{file} : {key} : le port {port} est écrit en dur ; écrire {name}"
    ),
    "{file}: {key}: the account {word} is named literally: write it in braces": (
        "{file} : {key} : le compte {word} est écrit en dur ; l'écrire entre accolades"
    ),
    "exercise.yaml: no step has `recognise`: nobody can do it hands-on": (
        "exercise.yaml : aucune étape n'a de `recognise` ; personne ne peut le faire soi-même"
    ),
}
