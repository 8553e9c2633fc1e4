"""Les exercices sur les ports, les dossiers et le trajet d'un message : ce qu'ils observent."""

TEXTS = {
    "{address}'s sessions at Dovecot in this step": (
        "sessions de {address} chez Dovecot à cette étape"
    ),
    "unique ids of {first} that {second} lacks": (
        "identifiants uniques de {first} qui manquent dans {second}"
    ),
    "there is no step {name}": "il n'y a pas d'étape {name}",
}
