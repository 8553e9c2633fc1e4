"""Ce qui est reconnu d'un client : refus, sessions ouvertes, mots inconnus."""

TEXTS = {
    "refusal of {address} as recipient": "refus du destinataire {address}",
    "somebody outside": "quelqu'un d'ailleurs",
    "still connected": "toujours connecté",
    "unknown command": "commande inconnue",
}
