"""Le lot : tout labctl dans un fichier, pour les machines sans réseau."""

TEXTS = {
    "For laptops without a network: all that labctl needs, in one file.": (
        "Pour les portables sans réseau : tout ce qu'il faut à labctl, dans un seul fichier."
    ),
    "Such as labctl-bundle.pyz.": "Par exemple labctl-bundle.pyz.",
    "What machines the images must be for, such as linux/arm64.": (
        "Pour quelles machines doivent être les images, par exemple linux/arm64."
    ),
    "A Python that the laptops have, such as 3.12; by default all that can be served.": (
        "Un Python des portables, par exemple 3.12 ; par défaut tous ceux qui peuvent être servis."
    ),
    "Save the images, labctl and its libraries into one file; it needs the network itself.": (
        "Enregistrer les images, labctl et ses bibliothèques dans un seul fichier ; "
        "il faut une connexion au réseau."
    ),
    "Load a bundle's images into the engine; where labctl is not installed: python3 FILE.": (
        "Charger les images d'un lot dans le moteur ; là où labctl n'est pas installé : "
        "python3 FICHIER."
    ),
    "{file}: {size} MB, images for {platform}, for {system} {machine} with Python {pythons}": (
        "{file} : {size} Mo, images pour {platform}, pour {system} {machine} avec Python {pythons}"
    ),
    "not for Python {pythons}: a library has no wheel": (
        "sans Python {pythons} : une bibliothèque n'a pas de wheel pour lui"
    ),
    "on a machine without a network, beside Docker or Podman: python3 {file}": (
        "sur une machine sans réseau, qui a Docker ou Podman : python3 {file}"
    ),
    "{count} images are now in the engine": "{count} images sont maintenant dans le moteur",
    "the engine has all of the bundle's images already": (
        "le moteur a déjà toutes les images du lot"
    ),
    "usage: python3 {file} [FOLDER]": "usage : python3 {file} [DOSSIER]",
    "labctl {version} is ready. Type next:": "labctl {version} est prêt. Tapez ensuite :",
    "checking the bundle: {done} of {total} MB": "vérification du lot : {done} Mo sur {total}",
    "the bundle is whole: {total} MB": "le lot est complet : {total} Mo",
    "saving the images: {done} MB": "enregistrement des images : {done} Mo",
    "the images: {total} MB": "les images : {total} Mo",
    "loading the images: {done} of {total} MB": "chargement des images : {done} Mo sur {total}",
    "the images are loaded: {total} MB": "les images sont chargées : {total} Mo",
    "fetching the libraries for Python {python}": (
        "téléchargement des bibliothèques pour Python {python}"
    ),
    "the libraries for Python {python}": "les bibliothèques pour Python {python}",
    "installing labctl into {folder}": "installation de labctl dans {folder}",
    "labctl is installed in {folder}": "labctl est installé dans {folder}",
    "is there room on the disk? was the bundle saved on a machine like this one?": (
        "y a-t-il de la place sur le disque ? "
        "le lot a-t-il été enregistré sur une machine comme celle-ci ?"
    ),
    "the bundle lacks {name}": "il manque {name} au lot",
    "the bundle was saved by another labctl, whose bundles this one cannot read": (
        "le lot a été enregistré par un autre labctl, dont celui-ci ne sait pas lire les lots"
    ),
    "install the labctl that is in it: python3 FILE": (
        "installez le labctl qu'il contient : python3 FICHIER"
    ),
    "the file is no bundle of labctl, or it is damaged": (
        "le fichier n'est pas un lot de labctl, ou il est endommagé"
    ),
    "copy it again, or make one where there is a network: labctl bundle save FILE": (
        "recopiez-le, ou faites-en un là où il y a du réseau : labctl bundle save FICHIER"
    ),
    "{file} cannot be read: {why}": "{file} ne peut pas être lu : {why}",
    "{file} is no bundle of labctl, or a part of it is missing": (
        "{file} n'est pas un lot de labctl, ou il en manque une partie"
    ),
    "{file} is no bundle of labctl": "{file} n'est pas un lot de labctl",
    "{file} is damaged: {member} is not what was saved": (
        "{file} est endommagé : {member} n'est pas ce qui avait été enregistré"
    ),
    "copy it again from where it was saved": "recopiez-le de là où il a été enregistré",
    "choose another place, with some 200 MB free": (
        "choisissez un autre endroit, avec environ 200 Mo libres"
    ),
    "no temporary folder can be made: {why}": ("impossible de créer un dossier temporaire : {why}"),
    "name a folder with some 200 MB free in the variable TMPDIR": (
        "indiquez dans la variable TMPDIR un dossier avec environ 200 Mo libres"
    ),
    "{file} is no name of a new file in a folder that is there": (
        "{file} n'est pas le nom d'un nouveau fichier dans un dossier qui existe"
    ),
    "for example: labctl bundle save labctl-bundle.pyz": (
        "par exemple : labctl bundle save labctl-bundle.pyz"
    ),
    "{python} is no Python that labctl runs with": (
        "{python} n'est pas un Python avec lequel tourne labctl"
    ),
    "give versions such as 3.11 or 3.12": "donnez des versions comme 3.11 ou 3.12",
    "the images on this engine are for {ours}, not for {platform}": (
        "les images de ce moteur sont pour {ours}, et non pour {platform}"
    ),
    "save the bundle with an engine on such a machine": (
        "enregistrez le lot avec un moteur sur une telle machine"
    ),
    "the engine took the bundle's images but does not have {lacking}": (
        "le moteur a pris les images du lot mais n'a pas {lacking}"
    ),
    "look at the engine: labctl doctor": "examinez le moteur : labctl doctor",
    "the bundle is of labctl {theirs}, whose images are not those of this labctl {ours}": (
        "le lot est de labctl {theirs}, dont les images ne sont pas celles de ce labctl {ours}"
    ),
    "use the labctl that is in it: python3 {file}": (
        "prenez le labctl qu'il contient : python3 {file}"
    ),
    "the bundle's images are for {theirs}; this engine runs {ours}": (
        "les images du lot sont pour {theirs} ; ce moteur fait tourner {ours}"
    ),
    "save a bundle on such a machine: labctl bundle save FILE": (
        "enregistrez un lot sur une telle machine : labctl bundle save FICHIER"
    ),
    "the bundle is for {theirs}; this machine is {ours}": (
        "le lot est pour {theirs} ; cette machine est {ours}"
    ),
    "the bundle is for Python {theirs}; this is Python {ours}": (
        "le lot est pour Python {theirs} ; celui-ci est Python {ours}"
    ),
    "start it with another one, for example: python{one} FILE": (
        "lancez-le avec un autre, par exemple : python{one} FICHIER"
    ),
    "{folder} cannot be written: {why}": "{folder} ne peut pas être écrit : {why}",
    "choose another place: python3 FILE FOLDER": (
        "choisissez un autre endroit : python3 FICHIER DOSSIER"
    ),
    "{folder} is there already, and is no installation of labctl": (
        "{folder} est déjà là, et n'est pas une installation de labctl"
    ),
    "this labctl's Python has no pip, which fetches the libraries for a bundle": (
        "le Python de ce labctl n'a pas pip, qui télécharge les bibliothèques d'un lot"
    ),
    "install labctl with pipx, or with pip into a virtual environment": (
        "installez labctl avec pipx, ou avec pip dans un environnement virtuel"
    ),
    "the libraries for Python {python} could not be fetched: {why}": (
        "les bibliothèques pour Python {python} n'ont pas pu être téléchargées : {why}"
    ),
    "a bundle is saved where the Python package registry is in reach": (
        "un lot s'enregistre là où le registre des paquets Python est joignable"
    ),
    "a bundle needs an installed labctl {version}": ("un lot demande un labctl {version} installé"),
    "install it, in a clone by: make; elsewhere by: pipx install labctl": (
        "installez-le, dans un clone par : make ; ailleurs par : pipx install labctl"
    ),
}
