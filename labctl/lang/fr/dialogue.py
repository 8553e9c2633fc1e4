"""French for the words on the wire."""

TEXTS: dict[str, str] = {
    "{user} has logged in ({how})": "{user} s'est identifié ({how})",
}
