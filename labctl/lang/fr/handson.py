"""Les exercices faits soi-même : ce qui a été reconnu, l'écran d'attente, le compte rendu."""

TEXTS = {
    # ce qui a été reconnu
    "farewell (QUIT or LOGOUT)": "au revoir (QUIT ou LOGOUT)",
    "end of session without a farewell": "fin de session sans au revoir",
    "end of session": "fin de session",
    "{command} refused": "{command} refusé",
    "connection to {endpoint}": "connexion à {endpoint}",
    "TLS": "TLS",
    "no TLS": "pas de TLS",
    "{protocol} login of {address}": "connexion {protocol} de {address}",
    "{protocol} session": "session {protocol}",
    "a message for {address}": "un message pour {address}",
    "a message from {address}": "un message de {address}",
    # les fichiers d'exercices
    "nobody in this exercise is called {name}": "personne dans cet exercice ne s'appelle {name}",
}
