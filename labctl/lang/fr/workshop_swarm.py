"""Un atelier sur les nœuds d'un Swarm : l'option, les nœuds vidés, les places revenues."""

TEXTS = {
    "swarm: over the nodes of the Swarm that the engine manages; by default where the workshop is,"
    " else docker.": (
        "swarm : sur les nœuds du Swarm que gère le moteur ; par défaut là où se trouve l'atelier,"
        " sinon docker."
    ),
    "Where checkpoint save has put the files, for seats on a node that is down; by default"
    " checkpoint-WORKSHOP here.": (
        "Où checkpoint save a mis les fichiers, pour les places d'un nœud en panne ; par défaut"
        " ici, dans checkpoint-ATELIER."
    ),
    "Which, as docker node ls names it.": "Lequel, tel que docker node ls le nomme.",
    "Move all seats of a node of the Swarm to others, with their mail; then it takes no more.": (
        "Déplacer toutes les places d'un nœud du Swarm vers d'autres, avec leur courrier ; ensuite"
        " il n'en prend plus."
    ),
    "{gone} of {labs} labs have left {node}": "{gone} labos sur {labs} ont quitté {node}",
    "the node {node} takes nothing new, and keeps what it has": (
        "le nœud {node} ne prend plus rien de nouveau, et garde ce qu'il a"
    ),
    "the node {node} is empty ({seconds:.1f} s)": "le nœud {node} est vide ({seconds:.1f} s)",
    "back to work with it: docker node update --availability active {node}": (
        "pour le remettre au travail : docker node update --availability active {node}"
    ),
    "{node} does not answer; back on other nodes with the mail of their last checkpoint (the oldest"
    " is {age} old): {seats}": (
        "{node} ne répond pas ; revenues sur d'autres nœuds avec le courrier de leur dernière"
        " sauvegarde (la plus ancienne date de {age}) : {seats}"
    ),
    "{node} does not answer; back on other nodes without mail, for there is no checkpoint of them:"
    " {seats}": (
        "{node} ne répond pas ; revenues sur d'autres nœuds sans courrier, faute de sauvegarde :"
        " {seats}"
    ),
    "once more when it is back; if it never will be: docker node rm --force {node}, then once"
    " more": (
        "recommencez quand il sera revenu ; s'il ne revient jamais :"
        " docker node rm --force {node}, puis recommencez"
    ),
    "{node}: down": "{node} : en panne",
    "{age} old": "il y a {age}",
    "it does not answer": "il ne répond pas",
    "the Swarm does not stop {service} on {node}": ("le Swarm n'arrête pas {service} sur {node}"),
    "the Swarm has no node {node}": "le Swarm n'a pas de nœud {node}",
    "its nodes are: {known}": "ses nœuds sont : {known}",
    "have its seats come back on other nodes: labctl workshop up": (
        "faites revenir ses places sur d'autres nœuds : labctl workshop up"
    ),
    "What is on a node that does not answer begins anew elsewhere, empty, when there is no"
    " checkpoint of it.": (
        "Ce qui est sur un nœud qui ne répond pas recommence ailleurs, vide, quand il n'en existe"
        " pas de sauvegarde."
    ),
    "On a Swarm, when its node does not answer: anew on another, empty.": (
        "Sur un Swarm, quand son nœud ne répond pas : à neuf sur un autre, vide."
    ),
    "the node {node} does not answer, and there is no checkpoint of seat {seat} in {folder}": (
        "le nœud {node} ne répond pas, et {folder} n'a pas de sauvegarde de la place {seat}"
    ),
    "wait for the node; or name the folder: --checkpoints DIR; or give up the mail:"
    " --without-mail": (
        "attendez le nœud ; ou indiquez le dossier : --checkpoints DOSSIER ; ou renoncez au"
        " courrier : --without-mail"
    ),
    "the node {node} does not answer, and has the mail of the lab {lab}": (
        "le nœud {node} ne répond pas, et c'est lui qui a le courrier du labo {lab}"
    ),
    "wait for it; or bring all seats back from their checkpoints: labctl workshop up; or give up"
    " the mail: labctl up --lab {lab} --without-mail": (
        "attendez-le ; ou faites revenir toutes les places de leurs sauvegardes :"
        " labctl workshop up ; ou renoncez au courrier : labctl up --lab {lab} --without-mail"
    ),
    "damaged": "endommagée",
    "the mail of the lab {lab} is in memory (mailbox_megabytes), and would be lost on the way": (
        "le courrier du labo {lab} est en mémoire (mailbox_megabytes), et se perdrait en chemin"
    ),
    "of a seat, keep it: labctl workshop checkpoint save SEAT; then labctl down --lab {lab}; then"
    " labctl workshop checkpoint restore SEAT": (
        "si c'est une place, gardez-le : labctl workshop checkpoint save PLACE ; puis"
        " labctl down --lab {lab} ; puis labctl workshop checkpoint restore PLACE"
    ),
    "the lab {lab} has not got its mail back, which was lost with the node {node}": (
        "le labo {lab} n'a pas retrouvé son courrier, perdu avec le nœud {node}"
    ),
    "first: labctl workshop up": "d'abord : labctl workshop up",
    "checkpoint": "sauvegarde",
    "node": "nœud",
    "none": "aucune",
    "lab": "labo",
}
