"""Le labo à deux sites : son DNS, et le courrier entre serveurs."""

TEXTS = {
    "the same of {domain}": "les mêmes pour {domain}",
    "the domain {domain} stands twice": "le domaine {domain} figure deux fois",
    "the DNS answers for {domains}": "le DNS répond pour {domains}",
    "the DNS does not know the MX of {domain}: {why}": (
        "le DNS ne connaît pas le MX de {domain} : {why}"
    ),
    "its log says more: labctl logs dns": "son journal en dit plus : labctl logs dns",
    "the exercise {id} needs the lab {wanted}: this one has too few sites": (
        "l'exercice {id} demande le labo {wanted} : celui-ci n'a pas assez de sites"
    ),
    "{id} is left out: it needs labctl up {wanted}": (
        "{id} est laissé de côté : il lui faut labctl up {wanted}"
    ),
    "make it one: labctl up {wanted} --lab {name}": (
        "pour le compléter : labctl up {wanted} --lab {name}"
    ),
}
