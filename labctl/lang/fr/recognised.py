"""Ce qui est reconnu d'un client : refus, sessions ouvertes, mots inconnus."""

TEXTS = {
    "refusal of {address} as recipient": "refus du destinataire {address}",
    "somebody outside": "quelqu'un d'ailleurs",
    "still connected": "toujours connecté",
    "unknown command": "commande inconnue",
    "paused where it is; go on: labctl exercise start": (
        "en pause, en l'état ; pour reprendre : labctl exercise start"
    ),
}
