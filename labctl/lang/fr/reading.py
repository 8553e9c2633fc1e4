"""Ce que des fichiers contiennent d'illisible."""

TEXTS = {
    "too deep": "imbriqué trop profondément",
    "an escape that is no character": "une séquence d'échappement qui n'est pas un caractère",
    "{escape} is no character": "{escape} n'est pas un caractère",
}
