"""La liste des personnes d'un atelier."""

TEXTS = {
    "{file}: nobody stands in it": "{file} : personne n'y figure",
    "{file}:{line}: {word} stands on line {other} already": (
        "{file}:{line} : {word} figure déjà à la ligne {other}"
    ),
    "two people of one name need something that tells them apart": (
        "deux homonymes ont besoin de quelque chose qui les distingue"
    ),
    "{file}:{line}: more than {most} people: a workshop has no seat for this one": (
        "{file}:{line} : plus de {most} personnes : l'atelier n'a pas de place pour celle-ci"
    ),
    "{file}:{line}: neither UTF-8, UTF-16 nor Windows-1252 text": (
        "{file}:{line} : ni du texte UTF-8, ni UTF-16, ni Windows-1252"
    ),
    "{file}:{line}: a NUL character: this is no text": (
        "{file}:{line} : un caractère nul : ce n'est pas du texte"
    ),
    "save it as CSV in UTF-8": "enregistrez-la au format CSV, en UTF-8",
    "{file}:{line}: a quotation mark too many, or one too few": (
        "{file}:{line} : un guillemet de trop, ou un qui manque"
    ),
    "{file}:{line}: the column {word} is none of a roster's": (
        "{file}:{line} : la colonne {word} n'a pas sa place dans la liste"
    ),
    "its columns are: person and, if you wish, pseudonym": (
        "ses colonnes sont : person (nom) et, si vous le voulez, pseudonym (pseudonyme)"
    ),
    "{file}:{line}: {count} columns are too many": ("{file}:{line} : {count} colonnes, c'est trop"),
    "{file}:{line}: no name stands here": "{file}:{line} : aucun nom ne figure ici",
    "{file}:{line}: {word} begins as a formula of a spreadsheet does: with = + - or @": (
        "{file}:{line} : {word} commence comme une formule de tableur : par = + - ou @"
    ),
    "write the name alone": "écrivez le nom seul",
    "{file}:{line}: {word} holds a character that cannot be printed": (
        "{file}:{line} : {word} contient un caractère qui ne s'imprime pas"
    ),
    "{file}:{line}: {word}… is longer than {longest} characters": (
        "{file}:{line} : {word}… dépasse {longest} caractères"
    ),
}
