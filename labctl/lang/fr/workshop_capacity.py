"""Ce qu'il faut à un atelier, et ce que la machine en a."""

TEXTS = {
    "New seats reach nothing but themselves, and cost less: one gateway leads to all.": (
        "Les nouvelles places n'atteignent qu'elles-mêmes et coûtent moins : une passerelle mène à"
        " toutes."
    ),
    "this engine cannot have a gateway: its containers have no ports of this machine": (
        "ce moteur ne peut pas avoir de passerelle : ses conteneurs n'ont aucun port de cette"
        " machine"
    ),
    "without --gateway each seat is published by itself": (
        "sans --gateway, chaque place est publiée elle-même"
    ),
    "As workshop up --gateway makes the seats.": (
        "Avec des places telles que workshop up --gateway les fait."
    ),
    "How many people come.": "Combien de personnes viennent.",
    "On how many machines like this one.": "Sur combien de machines comme celle-ci.",
    "What each seat is: solo, duo or a file.": "Ce qu'est chaque place : solo, duo ou un fichier.",
    "Say whether memory, CPU, ports, subnets and the kernel's limits suffice; a seat is tried.": (
        "Dire si la mémoire, le processeur, les ports, les sous-réseaux et les limites du noyau"
        " suffisent ; une place est essayée."
    ),
    "the engine is on another machine: what is free there cannot be seen from here": (
        "le moteur est sur une autre machine : d'ici, on ne voit pas ce qui y est libre"
    ),
    "run labctl workshop plan on that machine": "lancez labctl workshop plan sur cette machine-là",
    "a seat is started, so that another one can be measured beside it": (
        "une place démarre, pour qu'on puisse en mesurer une autre à côté"
    ),
    "the seat that is measured is started": "la place mesurée démarre",
    "it is measured while nobody uses it, and while somebody does": (
        "elle est mesurée au repos, puis pendant qu'on s'en sert"
    ),
    "memory (MiB)": "mémoire (Mio)",
    "processors (cores, everybody at work)": "processeurs (cœurs, tous au travail)",
    "ports": "ports",
    "ports of no outgoing connection": "ports hors connexions sortantes",
    "from seat {seat} on, an outgoing connection of this machine may hold a seat's port"
    " first: such connections are given {first} to {last}": (
        "à partir de la place {seat}, une connexion sortante de cette machine peut déjà occuper le"
        " port d'une place : ces connexions reçoivent les ports {first} à {last}"
    ),
    "have net.ipv4.ip_local_port_range (sysctl) begin above {port}": (
        "faites commencer net.ipv4.ip_local_port_range (sysctl) au-dessus de {port}"
    ),
    "subnets (/28)": "sous-réseaux (/28)",
    "processes and threads": "processus et fils d'exécution",
    "inotify instances (clients in IDLE)": "instances inotify (clients en IDLE)",
    "inotify watches": "surveillances inotify",
    "open file handles": "fichiers ouverts",
    "neighbours in the kernel's table (ARP)": "voisins dans la table du noyau (ARP)",
    "disk (MiB, for full logs)": "disque (Mio, journaux pleins)",
    "the disk may get full: while less than {left} MiB are free there, no seat takes mail": (
        "le disque peut se remplir : tant qu'il y reste moins de {left} Mio, aucune place"
        " n'accepte de courriel"
    ),
    "close other programs, or take another machine": (
        "fermez d'autres programmes, ou ajoutez une machine"
    ),
    "take another machine, or fewer people at a time": (
        "ajoutez une machine, ou faites venir moins de monde à la fois"
    ),
    "free the ports from 20000 on, or choose another base: labctl workshop up --base": (
        "libérez les ports à partir de 20000, ou choisissez une autre base :"
        " labctl workshop up --base"
    ),
    "raise kernel.pid_max and kernel.threads-max (sysctl)": (
        "augmentez kernel.pid_max et kernel.threads-max (sysctl)"
    ),
    "raise fs.file-max (sysctl)": "augmentez fs.file-max (sysctl)",
    "raise net.ipv4.neigh.default.gc_thresh3 (sysctl)": (
        "augmentez net.ipv4.neigh.default.gc_thresh3 (sysctl)"
    ),
    "what": "quoi",
    "one seat": "une place",
    "needed": "il faut",
    "there is": "il y a",
    "enough for": "suffit pour",
    "not known": "inconnu",
    "{seats} seats fit on this machine": "{seats} places tiennent sur cette machine",
    "{seats} seats fit on {nodes} machines like this one, {each} on each": (
        "{seats} places tiennent sur {nodes} machines comme celle-ci, {each} sur chacune"
    ),
    "{seats} seats do not fit: {each} would be on each of {nodes} machines": (
        "{seats} places ne tiennent pas : il y en aurait {each} sur"
        " chaque machine ({nodes} en tout)"
    ),
    "what ends first: {name}, after {most} seats": (
        "ce qui manque en premier : {name}, après {most} places"
    ),
    "→ {remedy}": "→ {remedy}",
    "it takes {machines} machines like this one": "il faut {machines} machines comme celle-ci",
    "beyond the inotify limit, Dovecot looks for new mail every 5 seconds instead of"
    " being told: raise fs.inotify.max_user_instances (sysctl) to {needed}": (
        "au-delà de la limite d'inotify, Dovecot cherche les nouveaux messages toutes les"
        " 5 secondes au lieu d'en être averti : portez fs.inotify.max_user_instances (sysctl)"
        " à {needed}"
    ),
    "until the last one greets it takes about {seconds} s": (
        "il faut environ {seconds} s jusqu'à ce que la dernière salue"
    ),
}
