"""Un moteur sans root, ou Podman au lieu de Docker."""

TEXTS = {
    "a rootless engine may not publish ports under 1024: {engine}": (
        "un moteur sans root ne peut pas publier de port en dessous de 1024 : {engine}"
    ),
    "move the lab: labctl up --ports 20000": "déplacez le labo : labctl up --ports 20000",
}
