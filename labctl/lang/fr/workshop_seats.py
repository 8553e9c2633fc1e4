"""Les places d'un atelier : les ouvrir, les voir, les changer, les retirer."""

TEXTS = {
    # les commandes
    "Which: 7, a range such as 1-5, or all.": (
        "Lesquelles : 7, un intervalle comme 1-5, ou all (toutes)."
    ),
    "Seats 1 to N, without names.": "Les places 1 à N, sans noms.",
    "A CSV file with a person a line, and a pseudonym beside if you wish:"
    " whoever has a seat keeps it.": (
        "Un fichier CSV, une personne par ligne, avec un pseudonyme si vous le voulez :"
        " qui a une place la garde."
    ),
    "What each seat gets: solo, duo, or a TOML or YAML file.": (
        "Ce que reçoit chaque place : solo, duo, ou un fichier TOML ou YAML."
    ),
    "Seat k is published at BASE + 100·k, a duo at BASE + 200·k; by default 20000.": (
        "La place k est publiée à BASE + 100·k, un duo à BASE + 200·k ; par défaut 20000."
    ),
    "Give each seat a lab; run again, it adds what is missing and leaves the rest alone.": (
        "Donner un labo à chaque place ; relancée, la commande ajoute ce qui manque et ne touche"
        " pas au reste."
    ),
    "Show each seat: who sits there, whether its lab is ready, where it is published.": (
        "Montrer chaque place : qui l'occupe, si son labo est prêt, où il est publié."
    ),
    "Remove all seats with their mail; if anything is left, list it and fail.": (
        "Retirer toutes les places avec leur courrier ; s'il en reste quelque chose, l'énumérer et"
        " échouer."
    ),
    "Back to fresh labs at these seats: no mail, an empty queue; accounts stay.": (
        "Remettre ces places à neuf : pas de courrier, file d'attente vide ; les comptes restent."
    ),
    "Stop and start the servers of these seats; mail and progress stay.": (
        "Arrêter et redémarrer les serveurs de ces places ; courrier et progression restent."
    ),
    "Which; default goes back.": "Quel dérèglement ; default remet en ordre.",
    "Break the servers of these seats in one known way, or mend them (default).": (
        "Dérégler les serveurs de ces places d'une façon connue, ou les remettre en ordre"
        " (default)."
    ),
    # ce qui ne va pas
    "--seats and --roster exclude each other": "--seats et --roster s'excluent",
    "a roster says how many there are": "la liste dit combien il y en a",
    "the workshop {workshop} has no seat {seat}": "l'atelier {workshop} n'a pas de place {seat}",
    "its seats are: {known}": "ses places sont : {known}",
    "a seat is a number, a range such as 1-5, or all, not {word}": (
        "une place est un nombre, un intervalle comme 1-5, ou all, et non {word}"
    ),
    "seat {seat} would need the port {port}, and the last there is is 65535:"
    " each seat takes {step} ports": (
        "la place {seat} aurait besoin du port {port}, or le dernier est 65535 : chaque place prend"
        " {step} ports"
    ),
    "choose a lower base (labctl workshop up --base 10000), or fewer seats": (
        "choisissez une base plus basse (labctl workshop up --base 10000), ou moins de places"
    ),
    "seat {seat} needs the port {port} ({service}), which is held by {holder};"
    " ports of the workshop that are taken: {count}": (
        "la place {seat} a besoin du port {port} ({service}), déjà occupé par {holder} ;"
        " ports de l'atelier déjà pris : {count}"
    ),
    "stop it, or move the room: labctl workshop up --workshop {workshop} --base 30000": (
        "arrêtez-le, ou déplacez la salle : labctl workshop up --workshop {workshop} --base 30000"
    ),
    "of the workshop {workshop} these are left: {left}{why}": (
        "de l'atelier {workshop}, il reste : {left}{why}"
    ),
    "again: labctl workshop down --workshop {workshop}": (
        "encore une fois : labctl workshop down --workshop {workshop}"
    ),
    # ce qui se montre
    "{ready} of {seats} seats of {workshop} are ready": (
        "places prêtes : {ready} sur {seats} ({workshop})"
    ),
    "{gone} of {seats} seats of {workshop} are removed": (
        "places retirées : {gone} sur {seats} ({workshop})"
    ),
    "done: {count} of {seats} seats of {workshop}": (
        "places traitées : {count} sur {seats} ({workshop})"
    ),
    "seat {seat}: {why}": "place {seat} : {why}",
    "what is in the way": "ce qui bloque",
    "again: the same command; what is right stays untouched": (
        "encore une fois : la même commande ; ce qui est en ordre reste tel quel"
    ),
    "again for these alone: {seats}": "encore une fois, pour ces places seules : {seats}",
    "seats that nobody asked for now stay as they are: {seats}": (
        "les places que personne n'a demandées cette fois restent telles quelles : {seats}"
    ),
    "ready in {seconds:.1f} s; next: labctl workshop status --workshop {workshop}": (
        "prêt en {seconds:.1f} s ; ensuite : labctl workshop status --workshop {workshop}"
    ),
    "workshop {workshop} removed in {seconds:.1f} s (seats: {seats})": (
        "atelier {workshop} retiré en {seconds:.1f} s (places : {seats})"
    ),
    "done in {seconds:.1f} s; seats: {seats}": "fait en {seconds:.1f} s ; places : {seats}",
    "smtp": "smtp",
    "node": "nœud",
    "the gateway needs the name {lab}, and a lab has it": (
        "la passerelle aurait besoin du nom {lab}, qu'un labo porte déjà"
    ),
    "a seat would be named {lab}, and so is a lab that is no seat": (
        "une place s'appellerait {lab}, comme un labo qui n'est pas une place"
    ),
    "remove that lab: labctl down --lab {lab}; or name the workshop otherwise: --workshop NAME": (
        "supprimez ce labo : labctl down --lab {lab} ; ou nommez"
        " l'atelier autrement : --workshop NOM"
    ),
}
