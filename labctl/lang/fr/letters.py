"""Les messages tels qu'ils sont conservés, et ce que les exercices SMTP en disent."""

TEXTS = {
    "the body": "le corps",
    "messages in {folder} of {address}: {place} {words}": (
        "messages dans {folder} de {address} : {place} {words}"
    ),
    "messages in {folder} of {address}: {times} × {place} {words}": (
        "messages dans {folder} de {address} : {times} × {place} {words}"
    ),
    "Postfix did not give up on its queue: {why}": "Postfix n'a pas abandonné sa file : {why}",
    "Postfix has not written a report of the failure": (
        "Postfix n'a pas rédigé d'avis de non-remise"
    ),
    "Postfix was told that the message has waited long enough: postsuper -f": (
        "on a dit à Postfix que le message a assez attendu : postsuper -f"
    ),
}
