"""Un Docker Swarm : ses nœuds, ce qu'il refuse."""

TEXTS = {
    "the engine is docker or swarm, not {engine}": "le moteur est docker ou swarm, pas {engine}",
    "leave --engine and {variable} out, or name one of them": (
        "omettez --engine et {variable}, ou nommez l'un des deux"
    ),
    "the engine at {url} manages no Swarm": "le moteur à l'adresse {url} ne gère aucun Swarm",
    "make it one: docker swarm init; or name a manager's engine in DOCKER_HOST": (
        "faites-en un : docker swarm init ; ou indiquez dans DOCKER_HOST"
        " le moteur d'un gestionnaire"
    ),
    "no node of the Swarm takes new seats": ("aucun nœud du Swarm n'accepte de nouvelles places"),
    "look at them: docker node ls; let one work again:"
    " docker node update --availability active NODE": (
        "voyez-les : docker node ls ; remettez-en un au travail :"
        " docker node update --availability active NŒUD"
    ),
    "the node {node} does not answer": "le nœud {node} ne répond pas",
    "look at the nodes: docker node ls": "voyez les nœuds : docker node ls",
    "nobody said how the engine of the node {node} is reached": (
        "rien n'indique comment joindre le moteur du nœud {node}"
    ),
    "say it: docker node update --label-add {label}=ssh://USER@{address} {node};"
    " or leave that node out: docker node update --label-add {use}=no {node}": (
        "indiquez-le : docker node update --label-add {label}=ssh://UTILISATEUR@{address} {node} ;"
        " ou laissez ce nœud de côté : docker node update --label-add {use}=no {node}"
    ),
    "an image could not be brought to {url}: {engine}": (
        "une image n'a pas pu être copiée vers {url} : {engine}"
    ),
    "the Swarm does not start {service} on {node}: {why}": (
        "le Swarm ne démarre pas {service} sur {node} : {why}"
    ),
    "see more: docker service ps --no-trunc {service}; then again: labctl up": (
        "pour en savoir plus : docker service ps --no-trunc {service} ; puis de nouveau : labctl up"
    ),
    "a Swarm publishes on all addresses of a node, not on {bind} alone": (
        "un Swarm publie sur toutes les adresses d'un nœud, pas seulement sur {bind}"
    ),
    "leave --bind out": "omettez --bind",
    "on the node {node}": "sur le nœud {node}",
    "removed the service {name}": "service {name} supprimé",
    "removed the config {name}": "config {name} supprimée",
    "moving {service} from {old} to {new}": "déplacement de {service} de {old} vers {new}",
    "the node {node} does not answer: what it has stays there": (
        "le nœud {node} ne répond pas : ce qu'il contient y reste"
    ),
    "the Swarm does not know whether the node {node} answers": (
        "le Swarm ne sait pas si le nœud {node} répond"
    ),
    "look at the nodes: docker node ls; one that is not coming back:"
    " docker node rm --force {node}": (
        "voyez les nœuds : docker node ls ; si l'un ne doit pas revenir :"
        " docker node rm --force {node}"
    ),
    "the node {node} already has a volume {name} that is not of this lab": (
        "le nœud {node} a déjà un volume {name} qui n'appartient pas à ce labo"
    ),
    "choose another name: labctl up --name NAME; or, if nobody needs it,"
    " on that node: docker volume rm {name}": (
        "choisissez un autre nom : labctl up --name NOM ; ou, si personne n'en a besoin,"
        " sur ce nœud : docker volume rm {name}"
    ),
    "the lab {name} is on a Swarm, and this machine is its node": (
        "le labo {name} est sur un Swarm, et cette machine est son nœud"
    ),
    "choose another name: labctl up --name NAME; or go on with that one:"
    " LABCTL_ENGINE=swarm labctl up --name {name}": (
        "choisissez un autre nom : labctl up --name NOM ; ou continuez avec celui-ci :"
        " LABCTL_ENGINE=swarm labctl up --name {name}"
    ),
}
