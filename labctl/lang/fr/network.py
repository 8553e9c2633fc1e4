"""Les exercices qui regardent le réseau : ce qu'on lit au passage."""

TEXTS = {
    "labctl listens beside {service}, as anybody on the way could": (
        "labctl écoute à côté de {service}, comme le pourrait n'importe qui sur le trajet"
    ),
    "TLS records on the wire of {endpoint} (port {port})": (
        "enregistrements TLS sur le réseau, pour {endpoint} (port {port})"
    ),
    "lines on the wire of {endpoint} (port {port}) in which the password of {address}"
    " can be read": (
        "lignes sur le réseau, pour {endpoint} (port {port}), où se lit le mot de passe de"
        " {address}"
    ),
    "lines in the clear on the wire of {endpoint} (port {port}) with {words}": (
        "lignes en clair sur le réseau, pour {endpoint} (port {port}), avec {words}"
    ),
    "lines in the clear on the wire of {endpoint} (port {port})": (
        "lignes en clair sur le réseau, pour {endpoint} (port {port})"
    ),
    "exactly one of password, says, clear and tls is needed here": (
        "il faut ici exactement l'un de password, says, clear et tls"
    ),
    "nobody listens on the wire: an action capture must go before": (
        "personne n'écoute le réseau : une action capture doit précéder"
    ),
    "tcpdump does not write what it hears": "tcpdump n'écrit pas ce qu'il entend",
    "the filter signs and checks for {domains}": "le filtre signe et vérifie pour {domains}",
    "the filter takes no connections: {why}": "le filtre n'accepte pas de connexion : {why}",
    "its log says more: labctl logs filter": "son journal en dit plus : labctl logs filter",
    "there is no message for {address} yet": "il n'y a pas encore de courriel pour {address}",
}
