"""Rattraper la salle, et garder ce qui se trouve aux places."""

TEXTS = {
    "Save seats to files, and restore them.": (
        "Enregistrer les places dans des fichiers, et les rétablir."
    ),
    "Which exercise.": "Quel exercice.",
    "Which: 7, a range such as 1-5; by default all.": (
        "Lesquelles : 7, un intervalle comme 1-5 ; par défaut toutes."
    ),
    "Where the files are, one a seat; by default checkpoint-WORKSHOP here. They hold passwords.": (
        "Où sont les fichiers, un par place ; par défaut ici, dans checkpoint-ATELIER. Ils"
        " contiennent des mots de passe."
    ),
    "Begin an exercise at these seats; what comes before it is marked as shown.": (
        "Commencer un exercice à ces places ; ce qui le précède est marqué comme montré."
    ),
    "Write a file for each seat: its mail, its accounts and ports, its participant's progress.": (
        "Écrire un fichier par place : son courrier, ses comptes et ports, la progression de qui"
        " l'occupe."
    ),
    "Make each seat what its file says; a seat that is there loses what it has now.": (
        "Faire de chaque place ce que dit son fichier ; une place qui existe perd ce qu'elle a."
    ),
    "{file} is no checkpoint, or a part of it is damaged": (
        "{file} n'est pas une sauvegarde de place, ou une partie en est endommagée"
    ),
    "{file}: {reason}": "{file} : {reason}",
    "{file} was written by another version of labctl: it has schema {found}, not {known}": (
        "{file} a été écrit par une autre version de labctl : son schéma est {found}, et non"
        " {known}"
    ),
    "there is no checkpoint {file}": "il n'y a pas de sauvegarde {file}",
    "make one: labctl workshop checkpoint save": (
        "faites-en une : labctl workshop checkpoint save"
    ),
    "{count} files in {folder}; they hold passwords": (
        "fichiers dans {folder} : {count} ; ils contiennent des mots de passe"
    ),
    "{file} is the checkpoint of another lab: {name}": (
        "{file} est la sauvegarde d'un autre labo : {name}"
    ),
}
