"""Ce que le docteur constate, et ce qu'il conseille."""

TEXTS = {
    "fine": "bon",
    "look": "à voir",
    "fails": "échec",
    "Python {version}": "Python {version}",
    "Python {version}; labctl needs {oldest} or newer": (
        "Python {version} ; il faut à labctl au moins {oldest}"
    ),
    "install a newer Python, then labctl again with it": (
        "installez un Python plus récent, puis labctl avec lui"
    ),
    "engine {version}, API {api} ({oldest} is needed), at {url}: {origin}": (
        "moteur {version}, API {api} (il faut {oldest}), à l'adresse {url} : {origin}"
    ),
    "the variable {name} says so": "d'après la variable {name}",
    "the Docker context {name}": "le contexte Docker {name}",
    "the usual socket of {name}": "la socket habituelle de {name}",
    "this user may use the engine": "cet utilisateur a accès au moteur",
    "the engine is rootless and may not publish ports under {first}": (
        "le moteur tourne sans root et ne peut pas publier de port en dessous de {first}"
    ),
    "labctl up --ports 20000": "labctl up --ports 20000",
    "the engine's networks work": "les réseaux du moteur fonctionnent",
    "the engine has no default network: images cannot be built on it": (
        "le moteur n'a pas de réseau par défaut : on ne peut pas y construire d'images"
    ),
    "start the engine without --bridge=none": "démarrez le moteur sans --bridge=none",
    "the engine's machine forwards no packets: nobody would reach a lab": (
        "la machine du moteur ne relaie pas les paquets : personne n'atteindrait un labo"
    ),
    "sudo sysctl -w net.ipv4.ip_forward=1": "sudo sysctl -w net.ipv4.ip_forward=1",
    "{free} GiB of disk free under {root}": "{free} Gio libres sur le disque, sous {root}",
    "docker system prune": "docker system prune",
    "{free} GiB of memory free, {processors} processors": (
        "{free} Gio de mémoire libres, {processors} processeurs"
    ),
    "close other programs, or labs: labctl down --all": (
        "fermez d'autres programmes, ou des labos : labctl down --all"
    ),
    "not built yet: {images}": "pas encore construites : {images}",
    "labctl image build": "labctl image build",
    "the images are there: {images}": "les images sont là : {images}",
    "the documented ports are free: {ports}": "les ports documentés sont libres : {ports}",
    "the documented ports are those of the lab {labs}": (
        "les ports documentés sont ceux du labo {labs}"
    ),
    "port {port} ({service}) is held by {holder}": (
        "le port {port} ({service}) est pris par {holder}"
    ),
    "stop it, or move the lab: labctl up --ports 20000": (
        "arrêtez-le, ou déplacez le labo : labctl up --ports 20000"
    ),
    "the engine's clock is {seconds} s from this machine's": (
        "l'horloge du moteur est à {seconds} s de celle de cette machine"
    ),
    "start the engine's machine again, or set its clock: TLS and logs depend on it": (
        "redémarrez la machine du moteur, ou réglez son horloge : TLS et les journaux en dépendent"
    ),
    "the engine's clock agrees with this machine's": (
        "l'horloge du moteur est d'accord avec celle de cette machine"
    ),
    "subnets left for {count} labs": "il reste des sous-réseaux pour {count} labos",
    "remove labs that nobody uses (labctl down --all), or set LABCTL_SUBNET_POOL": (
        "supprimez les labos dont personne ne se sert (labctl down --all), "
        "ou posez LABCTL_SUBNET_POOL"
    ),
    "Install these packages of this system: {packages}?": (
        "Installer ces paquets du système : {packages} ?"
    ),
    "nothing was installed": "rien n'a été installé",
    "to do it by hand:\n{commands}": "pour le faire à la main :\n{commands}",
    "only root can put that right; type:\n{commands}": (
        "seul root peut y remédier ; tapez :\n{commands}"
    ),
    "all is well: labctl up": "tout va bien : labctl up",
    "a lab can run; the lines marked ! say what may surprise you": (
        "un labo peut tourner ; les lignes marquées ! disent ce qui peut surprendre"
    ),
    "a lab cannot run yet; labctl doctor --fix puts right what it can": (
        "un labo ne peut pas encore tourner ; labctl doctor --fix répare ce qu'il peut"
    ),
}
