"""La salle : les feuilles à imprimer, la grille, les résultats."""

TEXTS = {
    # les commandes
    "A room of people: a lab for each seat, and what becomes of them.": (
        "Une salle de participants : un labo par place, et ce qu'il en advient."
    ),
    "Which workshop; by default workshop.": "Quel atelier ; par défaut workshop.",
    "Where to; what is not labctl's own there stays.": (
        "Où ; ce qui n'y vient pas de labctl reste en place."
    ),
    "How participants reach this machine; by default the address it publishes on.": (
        "Comment les participants joignent cette machine ; par défaut l'adresse où elle publie."
    ),
    "Write what the host prints: a page for each seat, with its passwords, and a host's sheet.": (
        "Écrire ce que l'animateur imprime : une page par place, mots de passe compris, et sa "
        "feuille."
    ),
    "Follow it until Ctrl-C; on a terminal only.": (
        "Suivre jusqu'à Ctrl-C ; dans un terminal seulement."
    ),
    "Name the persons; by default seats and pseudonyms only.": (
        "Nommer les personnes ; par défaut, places et pseudonymes seulement."
    ),
    "Show who has done what: exercises by seats, the median time, and who waits longest.": (
        "Montrer qui a fait quoi : exercices et places, durée médiane, qui attend le plus."
    ),
    "A table for a spreadsheet; so it is by default.": (
        "Un tableau pour un tableur ; c'est le cas par défaut."
    ),
    "Write each seat's verdicts and times by exercise, as CSV or JSON.": (
        "Écrire les verdicts et durées de chaque place par exercice, en CSV ou JSON."
    ),
    "--csv and --json exclude each other": "--csv et --json s'excluent",
    "{name} is no workshop's name: up to 32 of a-z, 0-9, - and _, no - or _ first": (
        "{name} n'est pas un nom d'atelier : jusqu'à 32 caractères parmi a-z, 0-9, - et _, sans "
        "- ni _ au début"
    ),
    "there is no workshop {name!r} on this engine": "il n'y a pas d'atelier {name!r} sur ce moteur",
    "start one: labctl workshop up --seats 10": "démarrez-en un : labctl workshop up --seats 10",
    "labctl workshop up once more": "encore une fois : labctl workshop up",
    "{folder} holds a {file} that labctl did not write": (
        "{folder} contient un {file} que labctl n'a pas écrit"
    ),
    "{count} files written to {folder}": "{count} fichiers écrits dans {folder}",
    "print all-seats.html, a page for each seat, and host.html for yourself": (
        "à imprimer : all-seats.html, une page par place, et host.html pour vous"
    ),
    "they hold passwords: only you can read them, until they are printed": (
        "ils contiennent des mots de passe : vous seul pouvez les lire, jusqu'à l'impression"
    ),
    "they say {host}: only programs on this machine reach that; for others publish the seats "
    "with --bind, or name an address: --host": (
        "ils indiquent {host} : seuls les programmes de cette machine l'atteignent ; pour les "
        "autres, publiez les places avec --bind, ou nommez une adresse : --host"
    ),
    "the certificates do not hold for {host}: mail clients will warn of the name, too": (
        "les certificats ne valent pas pour {host} : les clients avertiront aussi au sujet du nom"
    ),
    "With --watch: judge what mail clients do at each seat, where nobody has labctl.": (
        "Avec --watch : juger ce que font les clients à chaque place, là où personne n'a labctl."
    ),
    "--judge goes with --watch, on a terminal": "--judge s'emploie avec --watch, dans un terminal",
    "Begin an exercise at these seats; `grid --watch --judge` then sees who does it.": (
        "Commencer un exercice à ces places ; `grid --watch --judge` montre ensuite qui le fait."
    ),
    "and {count} more seats": "places non montrées : {count}",
    "the lab {lab} is not finished: nothing can be said of it yet": (
        "le labo {lab} n'est pas terminé : on ne peut encore rien en dire"
    ),
    # la grille
    "workshop {name}: {count} seats": "atelier {name} : {count} places",
    "at work now: {count}": "au travail maintenant : {count}",
    "Nobody has begun an exercise yet.": "Personne n'a encore commencé d'exercice.",
    "{done} done": "{done} finis",
    "done before: {count} more exercises": "faits avant : encore {count} exercices",
    "seat": "place",
    "2 in step 2 now": "2 à l'étape 2 en ce moment",
    "⌀ median time": "⌀ durée médiane",
    "seat {number}": "place {number}",
    "waiting longest": "qui attend le plus",
    "step": "étape",
    "since": "depuis",
    "wrong turns": "erreurs",
    "hints": "indices",
    "labs that are not ready: {seats}": "labos qui ne sont pas prêts : {seats}",
    "unreadable": "illisible",
    # les feuilles à imprimer
    "Seat {number}": "Place {number}",
    "on the screen for all to see:": "à l'écran, visible de tous :",
    "Your mail servers": "Vos serveurs de courrier",
    "(only for programs on the computer that the labs run on)": (
        "(seulement pour les programmes de l'ordinateur qui héberge les labos)"
    ),
    "port here": "port ici",
    "port of {domain}": "port de {domain}",
    "usual port": "port usuel",
    "from the first byte": "dès le premier octet",
    "Your accounts": "Vos comptes",
    "email address, and user name": "adresse électronique et nom d'utilisateur",
    "Thunderbird: new account, “Configure manually”": (
        "Thunderbird : nouveau compte, « Configurer manuellement »"
    ),
    "Incoming: IMAP": "Serveur entrant : IMAP",
    "or POP3": "ou POP3",
    "Outgoing: SMTP": "Serveur sortant : SMTP",
    "Certificates: is this the right server?": "Certificats : est-ce le bon serveur ?",
    "Nobody but this lab's own authority vouches for its servers: a mail client warns, and "
    "rightly. Compare what it shows with these SHA-256 fingerprints; only if they are the "
    "same, go on.": (
        "Seule l'autorité propre à ce labo se porte garante de ses serveurs : un client de "
        "courrier avertit, et il a raison. Comparez ce qu'il montre avec ces empreintes "
        "SHA-256 ; ne continuez que si elles sont identiques."
    ),
    "the servers' certificate": "le certificat des serveurs",
    "the authority's certificate (CA), file {file}": (
        "le certificat de l'autorité (AC), fichier {file}"
    ),
    "With the CA imported, no client warns: Settings → Privacy & Security → Manage "
    "Certificates… → Authorities → Import…": (
        "Une fois l'AC importée, aucun client n'avertit plus : Paramètres → Vie privée et "
        "sécurité → Gérer les certificats… → Autorités → Importer…"
    ),
    "Exercises, where labctl is at hand:": "Exercices, là où labctl est disponible :",
    "The first {count} accounts for Thunderbird on Android: “Import settings”, then scan this "
    "code.": (
        "Les {count} premiers comptes pour Thunderbird sur Android : « Importer les "
        "paramètres », puis scanner ce code."
    ),
    "All these accounts for Thunderbird on Android: “Import settings”, then scan this code.": (
        "Tous ces comptes pour Thunderbird sur Android : « Importer les paramètres », puis "
        "scanner ce code."
    ),
    "It holds the passwords.": "Il contient les mots de passe.",
    "A phone reaches the servers only when the host has published them with --bind.": (
        "Un téléphone n'atteint les serveurs que si l'animateur les a publiés avec --bind."
    ),
    "These addresses exist in this lab only: no message leaves it, and none comes in.": (
        "Ces adresses n'existent que dans ce labo : aucun message n'en sort, aucun n'y entre."
    ),
    "the host's sheet": "la feuille de l'animateur",
    "seats: {count}": "places : {count}",
    "Who sits where": "Qui est assis où",
    "person": "personne",
    "host": "hôte",
    "Where things are": "Où se trouvent les choses",
    "A seat's lab is an ordinary lab: every command takes it with --lab, such as --lab {lab}.": (
        "Le labo d'une place est un labo ordinaire : toute commande le prend avec --lab, par "
        "exemple --lab {lab}."
    ),
    "Its authority's certificate (CA) lies beside this sheet: {file} for seat {number}. "
    "Clients that import it do not warn. Its key never leaves the lab.": (
        "Le certificat de son autorité (AC) se trouve à côté de cette feuille : {file} pour la "
        "place {number}. Les clients qui l'importent n'avertissent pas. Sa clé ne quitte jamais "
        "le labo."
    ),
    "The pages of the seats hold passwords: give each to its own seat, and destroy what is "
    "left over.": (
        "Les pages des places contiennent des mots de passe : remettez chacune à la personne "
        "de cette place, et détruisez celles qui restent."
    ),
    "Commands to know": "Commandes à connaître",
    "which labs stand, and where; live": "quels labos sont en place, et où ; en direct",
    "begin an exercise at all seats; 7 or 1-5 instead of all: at some": (
        "commencer un exercice à toutes les places ; 7 ou 1-5 au lieu de all : à quelques-unes"
    ),
    "the same, and judge what is done where nobody has labctl": (
        "de même, en jugeant ce qui se fait là où personne n'a labctl"
    ),
    "bring a seat to the exercise that the room is at": (
        "amener une place à l'exercice où en est la salle"
    ),
    "break all servers in one known way; default mends them": (
        "dérégler tous les serveurs d'une façon connue ; default les répare"
    ),
    "a fresh lab at a seat: no mail, an empty queue": (
        "un labo neuf à une place : aucun courriel, une file d'attente vide"
    ),
    "who has done what as a table, when it is over": "qui a fait quoi, en tableau, à la fin",
    "remove all labs of the workshop, with their mail": (
        "supprimer tous les labos de l'atelier, avec leur courrier"
    ),
    "who has done what, and who waits longest; live": (
        "qui a fait quoi, et qui attend le plus ; en direct"
    ),
}
