"""Les exercices sur IMAP et POP3 : ce qu'ils font et observent de plus."""

TEXTS = {
    "{what} in {second} as in {first}": "{what} dans {second} comme dans {first}",
    "another {what} in {second} than in {first}": "un autre {what} dans {second} que dans {first}",
    "{first}: {ids}; {second}: {others}": "{first} : {ids} ; {second} : {others}",
    "{endpoint} takes connections": "{endpoint} accepte les connexions",
    "{endpoint} refuses connections": "{endpoint} refuse les connexions",
    "Dovecot's index was not removed: {why}": "L'index de Dovecot n'a pas été supprimé : {why}",
    "Dovecot lost its list of UIDs for the inbox of {address}": (
        "Dovecot a perdu sa liste d'UID pour la boîte de réception de {address}"
    ),
}
