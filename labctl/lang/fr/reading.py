"""Ce que des fichiers contiennent d'illisible."""

TEXTS = {
    "{escape} is no character": "{escape} n'est pas un caractère",
}
