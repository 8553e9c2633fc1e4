"""Le moteur de conteneurs : où il est, ses images, les ports et les sous-réseaux."""

TEXTS = {
    # locate, connect
    "{origin} says {url}, which is no engine's address": (
        "{origin} indique {url}, qui n'est pas l'adresse d'un moteur"
    ),
    "an address looks like unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host": (
        "une adresse ressemble à unix:///var/run/docker.sock, tcp://hôte:2376 ou ssh://user@hôte"
    ),
    "the Docker context {context} does not exist or cannot be read": (
        "le contexte Docker {context} n'existe pas ou n'est pas lisible"
    ),
    "see the contexts: docker context ls; choose one: docker context use default": (
        "pour voir les contextes : docker context ls ; "
        "pour en choisir un : docker context use default"
    ),
    "no container engine was found on this machine": (
        "aucun moteur de conteneurs n'a été trouvé sur cette machine"
    ),
    "install one: labctl doctor --fix, "
    "or Docker Desktop from https://docs.docker.com/get-docker/": (
        "installez-en un : labctl doctor --fix, ou Docker Desktop depuis "
        "https://docs.docker.com/get-docker/"
    ),
    "the engine's socket {socket} is there, but this user may not use it": (
        "la socket du moteur, {socket}, existe, mais cet utilisateur n'y a pas accès"
    ),
    "sudo usermod -aG docker $USER, then log out and in again": (
        "sudo usermod -aG docker $USER, puis fermez et rouvrez la session"
    ),
    "nothing answers on the engine's socket {socket}: the engine is not running": (
        "rien ne répond sur la socket du moteur, {socket} : le moteur n'est pas démarré"
    ),
    "start it: sudo systemctl start docker, or let labctl do it: labctl doctor --fix": (
        "démarrez-le : sudo systemctl start docker, ou laissez faire labctl : labctl doctor --fix"
    ),
    "start it: systemctl --user start docker": "démarrez-le : systemctl --user start docker",
    "start it: systemctl --user start podman.socket": (
        "démarrez-le : systemctl --user start podman.socket"
    ),
    "start it: colima start": "démarrez-le : colima start",
    "start Docker Desktop": "lancez Docker Desktop",
    "start OrbStack": "lancez OrbStack",
    "start Rancher Desktop": "lancez Rancher Desktop",
    "start it: podman machine start": "démarrez-le : podman machine start",
    "the engine at {url} cannot be reached: {reason}": "le moteur {url} est injoignable : {reason}",
    "check the address ({name}) and that the engine there runs": (
        "vérifiez l'adresse ({name}) et que le moteur y est démarré"
    ),
    "what listens at {url} does not answer like a container engine: {reason}": (
        "ce qui écoute sur {url} ne répond pas comme un moteur de conteneurs : {reason}"
    ),
    "check the address ({name}), or start the engine again": (
        "vérifiez l'adresse ({name}), ou redémarrez le moteur"
    ),
    "the engine at {url} speaks API {version}; labctl needs {oldest} (Docker 20.10)": (
        "le moteur {url} parle l'API {version} ; il faut à labctl au moins {oldest} (Docker 20.10)"
    ),
    "upgrade it: https://docs.docker.com/engine/install/": (
        "mettez-le à jour : https://docs.docker.com/engine/install/"
    ),
    # images
    "this labctl has no Dockerfile for {service} in {folder}": (
        "ce labctl n'a pas de Dockerfile pour {service} dans {folder}"
    ),
    "install labctl again": "réinstallez labctl",
    "building the image of {service}": "construction de l'image de {service}",
    "image {reference}": "image {reference}",
    "the image of {service} is not built": "l'image de {service} n'est pas construite",
    "the image of {service} could not be built\n{said}": (
        "l'image de {service} n'a pas pu être construite\n{said}"
    ),
    "if the Debian archive was out of reach, try again later: labctl image build; "
    "or load the images from a machine that has them: docker save … | docker load": (
        "si l'archive Debian était injoignable, réessayez plus tard : labctl image build ; "
        "ou chargez les images depuis une machine qui les a : docker save … | docker load"
    ),
    "the disk is full: the image of {service} does not fit\n{said}": (
        "le disque est plein : l'image de {service} n'y tient pas\n{said}"
    ),
    "free some space, e.g. docker system prune, then: labctl image build": (
        "libérez de la place, par exemple avec docker system prune, puis : labctl image build"
    ),
    "base image {reference}": "image de base {reference}",
    "pulling {reference}": "téléchargement de {reference}",
    "no image registry gave Debian ({reason}); "
    "the base is made from the Debian archive instead: {mirror}": (
        "aucun registre d'images n'a fourni Debian ({reason}) ; "
        "la base est fabriquée à partir de l'archive Debian : {mirror}"
    ),
    "making the base from {mirror}": "fabrication de la base à partir de {mirror}",
    "the base could not be made": "la base n'a pas pu être fabriquée",
    "no image registry gave Debian ({reason}), and what makes it "
    "from the Debian archive is not installed: {lacking}": (
        "aucun registre d'images n'a fourni Debian ({reason}), et il manque ce qui la fabrique "
        "à partir de l'archive Debian : {lacking}"
    ),
    "install it, then again: sudo apt-get install {lacking}": (
        "installez-le, puis relancez : sudo apt-get install {lacking}"
    ),
    "no image registry gave Debian ({reason}), and this machine ({ours}) "
    "cannot make one for the engine's processor ({theirs})": (
        "aucun registre d'images n'a fourni Debian ({reason}), et cette machine ({ours}) "
        "ne peut pas la fabriquer pour le processeur du moteur ({theirs})"
    ),
    "give the engine a registry mirror, or load the images from a machine that has them: "
    "docker save labctl/postfix labctl/dovecot | ssh THIS docker load": (
        "donnez au moteur un miroir de registre, ou chargez les images depuis une machine qui les "
        "a : docker save labctl/postfix labctl/dovecot | ssh CETTE_MACHINE docker load"
    ),
    # ports
    "the lab {name}": "le labo {name}",
    "the container {name}": "le conteneur {name}",
    "the container {name} (Compose project {project})": (
        "le conteneur {name} (projet Compose {project})"
    ),
    "{name} (pid {pid}, for a container of another engine, or for one that is gone:"
    " then restart the engine)": (
        "{name} (pid {pid}, pour un conteneur d'un autre moteur, ou pour un conteneur disparu :"
        " dans ce cas, redémarrez le moteur)"
    ),
    "the process {name} (pid {pid})": "le processus {name} (pid {pid})",
    "another process": "un autre processus",
    "no base from {first} to {last} has its seven ports free": (
        "aucune base de {first} à {last} n'a ses sept ports libres"
    ),
    "remove labs that nobody uses: labctl down --all": (
        "supprimez les labos dont personne ne se sert : labctl down --all"
    ),
    # subnets
    "no free /28 network is left in {pool}": "il ne reste aucun réseau /28 libre dans {pool}",
    "remove labs that nobody uses (labctl down --all), or set {variable}=…": (
        "supprimez les labos dont personne ne se sert (labctl down --all), ou posez {variable}=…"
    ),
    "{variable} is {value}, which is no IPv4 network of /28 or larger": (
        "{variable} vaut {value}, qui n'est pas un réseau IPv4 d'au moins un /28"
    ),
    "for example: {variable}=10.213.0.0/16": "par exemple : {variable}=10.213.0.0/16",
    # install
    "making {folder}": "création de {folder}",
    "a Python environment of its own: {folder}": "un environnement Python à part : {folder}",
    "installing labctl's Python libraries": "installation des bibliothèques Python de labctl",
    "labctl's libraries are installed": "les bibliothèques de labctl sont installées",
    "installing the development tools": "installation des outils de développement",
    "the development tools are installed": "les outils de développement sont installés",
    "this Python has no venv module, which labctl's libraries need": (
        "ce Python n'a pas le module venv, dont les bibliothèques de labctl ont besoin"
    ),
    "install it: sudo apt-get install python3-venv": (
        "installez-le : sudo apt-get install python3-venv"
    ),
    "install Python's venv and ensurepip modules": (
        "installez les modules venv et ensurepip de Python"
    ),
    "labctl's Python libraries could not be installed:\n{said}": (
        "les bibliothèques Python de labctl n'ont pas pu être installées :\n{said}"
    ),
    "is the Python package registry in reach? then again: make": (
        "le registre de paquets Python est-il joignable ? puis relancez : make"
    ),
    "installing {packages}": "installation de {packages}",
    "installed {packages}": "installé : {packages}",
    "not installed: {packages}": "pas installé : {packages}",
    "apt could not install {packages}:\n{said}": "apt n'a pas pu installer {packages} :\n{said}",
    "put right what it says, then again: labctl doctor --fix": (
        "corrigez ce qu'il dit, puis relancez : labctl doctor --fix"
    ),
    "starting the container engine": "démarrage du moteur de conteneurs",
    "the container engine runs": "le moteur de conteneurs est démarré",
    "the container engine does not start": "le moteur de conteneurs ne démarre pas",
    "the container engine does not start:\n{said}": (
        "le moteur de conteneurs ne démarre pas :\n{said}"
    ),
    "its log says more: {log}": "son journal en dit plus : {log}",
}
