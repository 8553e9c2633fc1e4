"""French texts of ``labctl.mail``: problems, notes in transcripts, flags, recipes."""

TEXTS: dict[str, str] = {
    # What breaks a conversation
    "{where} cannot be reached: {reason}": "{where} est injoignable : {reason}",
    "is the lab up? labctl status; what the server says: labctl logs {service}": (
        "le labo est-il démarré ? labctl status ; ce que dit le serveur : labctl logs {service}"
    ),
    "{where} did not answer within {seconds:g} s": "{where} n'a pas répondu en {seconds:g} s",
    "is it stopped or very busy? labctl status; what it says: labctl logs {service}": (
        "est-il arrêté ou surchargé ? labctl status ; son journal : labctl logs {service}"
    ),
    "the connection to {where} broke off: {reason}": (
        "la connexion avec {where} s'est interrompue : {reason}"
    ),
    "the server's log may say why: labctl logs {service}": (
        "le journal du serveur dit peut-être pourquoi : labctl logs {service}"
    ),
    "no TLS with {where}: {reason}": "pas de TLS avec {where} : {reason}",
    "is it this lab that answers there? labctl status, then labctl doctor": (
        "est-ce bien ce labo qui répond là ? labctl status, puis labctl doctor"
    ),
    "{where} answered something else than expected: {line!r}": (
        "{where} a répondu autre chose que prévu : {line!r}"
    ),
    "does another program hold that port? labctl doctor": (
        "un autre programme occupe-t-il ce port ? labctl doctor"
    ),
    "one command to a mail server is one line, without a line break in it": (
        "une commande envoyée à un serveur de courriel tient sur une ligne, sans retour à la ligne"
    ),
    "this message cannot be written: {reason}": "ce message ne peut pas être écrit : {reason}",
    "the header {name!r} cannot hold {value!r}": (
        "l'en-tête {name!r} ne peut pas contenir {value!r}"
    ),
    # Notes in a transcript
    "connected to {host}:{port}": "connexion établie avec {host}:{port}",
    "{version} begins": "{version} commence",
    "connection closed": "connexion fermée",
    "connection closed by the server": "connexion fermée par le serveur",
    "connection dropped by the client, without a farewell": (
        "connexion coupée par le client, sans au revoir"
    ),
    # Flags of a message
    "passed on": "transféré",
    "replied": "répondu",
    "seen": "lu",
    "trashed": "marqué pour suppression",
    "draft": "brouillon",
    "flagged": "important",
    # Recipes: common
    "Submit through port {port}: STARTTLS first, then AUTH": (
        "Soumettre un message par le port {port} : d'abord STARTTLS, puis AUTH"
    ),
    "Submit through port {port}: TLS from the first byte": (
        "Soumettre un message par le port {port} : TLS dès le premier octet"
    ),
    "When it asks for a password": "Quand le mot de passe est demandé",
    "No password stands in these commands: there it would stay in the shell's history, and others"
    " on this machine could see it in the list of processes.": (
        "Aucun mot de passe ne figure dans ces commandes : il resterait dans l'historique du shell,"
        " et les autres utilisateurs de la machine le verraient dans la liste des processus."
    ),
    "{ca} is the certificate of the lab's own authority. Without it these tools would rightly"
    " refuse the servers: nobody else vouches for them.": (
        "{ca} est le certificat de l'autorité de certification du labo. Sans lui, ces outils"
        " refuseraient les serveurs, et ils auraient raison : personne d'autre ne se porte garant."
    ),
    # swaks
    "swaks sends one message and shows every line of the dialogue": (
        "swaks envoie un courriel et montre chaque ligne du dialogue"
    ),
    "As another server would, to port {port}: no login, local people only": (
        "Comme le ferait un autre serveur, sur le port {port} : sans authentification, et seulement"
        " pour les boîtes d'ici"
    ),
    "Ask port {port} to relay: it refuses": "Demander un relais au port {port} : il refuse",
    "<- and -> are in the clear, <~ and ~> under TLS; a * (<**, <~*) marks a refusal.": (
        "<- et -> : en clair ; <~ et ~> : sous TLS ; une * (<**, <~*) signale un refus."
    ),
    "swaks ends with 24 when a recipient was refused, with 28 when the login was.": (
        "Le code de retour de swaks est 24 si un destinataire est refusé, 28 si c'est"
        " l'authentification."
    ),
    # curl
    "curl sends, reads and removes messages, one command at a time": (
        "curl envoie, lit et supprime des courriels, une commande à la fois"
    ),
    "IMAP: list the folders": "IMAP : lister les dossiers",
    "IMAP, port {port} and STARTTLS: count without opening": (
        "IMAP, port {port} et STARTTLS : compter sans ouvrir la boîte"
    ),
    "IMAP: read the first message, which marks it as seen": (
        "IMAP : lire le premier message, qui devient « lu »"
    ),
    "POP3: list the messages": "POP3 : lister les messages",
    "POP3, port {port} and STLS: fetch message 1; it stays on the server": (
        "POP3, port {port} et STLS : télécharger le message 1 ; il reste sur le serveur"
    ),
    "POP3: remove the first message; curl says QUIT, so it is gone": (
        "POP3 : supprimer le premier message ; curl dit QUIT, il disparaît donc vraiment"
    ),
    "Add --verbose to see the dialogue; it shows the login in base64, which hides nothing.": (
        "Ajoutez --verbose pour voir le dialogue : les identifiants y sont en base64, ce qui ne"
        " cache rien."
    ),
    # openssl
    "openssl s_client opens the connection; you type the protocol yourself": (
        "openssl s_client ouvre la connexion ; à vous de parler le protocole"
    ),
    "For SMTP: turn your password into what AUTH PLAIN wants; type it (nothing shows), then"
    " Enter": (
        "Pour SMTP : donner au mot de passe la forme qu'attend AUTH PLAIN ; tapez-le (rien ne"
        " s'affiche), puis Entrée"
    ),
    "SMTP, port {port}: STARTTLS": "SMTP, port {port} : STARTTLS",
    "SMTP, port {port}: TLS from the first byte": "SMTP, port {port} : TLS dès le premier octet",
    "Then type, line by line, with the base64 text instead of …": (
        "Puis tapez, ligne par ligne, avec le texte en base64 à la place de …"
    ),
    "IMAP, port {port}: TLS from the first byte": "IMAP, port {port} : TLS dès le premier octet",
    "IMAP, port {port}: STARTTLS": "IMAP, port {port} : STARTTLS",
    "Then type, line by line, with the password instead of …": (
        "Puis tapez, ligne par ligne, avec le mot de passe à la place de …"
    ),
    "POP3, port {port}: TLS from the first byte": "POP3, port {port} : TLS dès le premier octet",
    "POP3, port {port}: STLS": "POP3, port {port} : STLS",
    "-quiet matters: without it openssl takes a line that begins with R or Q as an order to itself,"
    " so RCPT would never reach the server.": (
        "-quiet est indispensable : sans lui, openssl prend pour lui toute ligne qui commence par R"
        " ou Q, et RCPT n'arriverait jamais au serveur."
    ),
    "After -starttls imap or pop3 the greeting may not show: the server is ready all the same.": (
        "Après -starttls imap ou pop3, l'accueil ne s'affiche pas toujours : le serveur attend bien"
        " vos commandes."
    ),
    "macOS brings LibreSSL, which lacks some of these options: brew install openssl": (
        "macOS fournit LibreSSL, à qui il manque certaines de ces options : brew install openssl"
    ),
    # mutt
    "mutt reads by IMAP and sends by SMTP; neomutt takes the same settings": (
        "mutt lit par IMAP et envoie par SMTP ; neomutt accepte les mêmes réglages"
    ),
    "Write the settings into a file of their own": "Écrire les réglages dans un fichier à part",
    "Start mutt with it": "Lancer mutt avec ce fichier",
    "For STARTTLS instead, put these two lines in place of theirs": (
        "Pour STARTTLS, remplacer les deux lignes correspondantes par celles-ci"
    ),
    "The copy in Sent comes from IMAP (APPEND), not from SMTP: watch it arrive with labctl maildir"
    " {account} --watch": (
        "La copie dans Sent est déposée par IMAP (APPEND), pas par SMTP : voyez-la arriver avec"
        " labctl maildir {account} --watch"
    ),
    "Your own mutt settings stay untouched: -F reads this file instead of them.": (
        "Vos propres réglages de mutt restent intacts : -F lit ce fichier à leur place."
    ),
    # Thunderbird and Outlook
    "Thunderbird, set up by hand": "Thunderbird, configuré à la main",
    "Let it trust the lab's authority: Settings → Privacy & Security → Certificates → Manage"
    " Certificates… → Authorities → Import…, tick “Trust this CA to identify websites”": (
        "Lui faire accepter l'autorité du labo : Paramètres → Vie privée et sécurité → Certificats"
        " → Gérer les certificats… → Autorités → Importer…, puis cocher « Confirmer cette AC pour"
        " identifier des sites web »"
    ),
    "File": "Fichier",
    "New account, then “Configure manually”: the Internet knows nothing about {domain}": (
        "Nouveau compte, puis « Configuration manuelle » : Internet ne sait rien de {domain}"
    ),
    "Email address": "Adresse électronique",
    "Password": "Mot de passe",
    "Incoming server: IMAP, the mail stays on the server": (
        "Serveur entrant : IMAP, le courrier reste sur le serveur"
    ),
    "Outgoing server": "Serveur sortant",
    "Or, in another account, POP3 instead of IMAP: the mail is downloaded": (
        "Ou bien, dans un autre compte, POP3 au lieu d'IMAP : le courrier est téléchargé"
    ),
    "The same with STARTTLS: other ports, and STARTTLS as connection security": (
        "La même chose avec STARTTLS : d'autres ports, et STARTTLS comme sécurité de la connexion"
    ),
    "With POP3, Thunderbird leaves messages on the server unless you untick “Leave messages on"
    " server” in the account's server settings: the client decides.": (
        "En POP3, Thunderbird laisse les messages sur le serveur tant que « Laisser les messages"
        " sur le serveur » est coché dans les paramètres du compte : c'est le client qui décide."
    ),
    "Such a program keeps several connections open and looks for mail by itself: a message may move"
    " from new/ to cur/ although nobody opened it.": (
        "Un tel logiciel garde plusieurs connexions ouvertes et relève le courrier de lui-même : un"
        " message peut passer de new/ à cur/ sans que personne l'ait ouvert."
    ),
    "When the lab is gone, remove the account and, under Authorities, the lab's certificate.": (
        "Quand le labo n'est plus là, supprimez le compte et, dans Autorités, le certificat du"
        " labo."
    ),
    "Classic Outlook for Windows, set up by hand": "Outlook classique pour Windows, à la main",
    "Let Windows trust the lab's authority, for your user only; Windows asks once more": (
        "Faire accepter l'autorité du labo par Windows, pour votre seul compte ; Windows demande"
        " confirmation"
    ),
    "File → Add Account → Advanced options → “Let me set up my account manually” → IMAP": (
        "Fichier → Ajouter un compte → Options avancées → « Me permettre de configurer mon compte"
        " manuellement » → IMAP"
    ),
    "Incoming mail": "Courrier entrant",
    "Outgoing mail": "Courrier sortant",
    "The new Outlook and the phone apps fetch your mail through Microsoft's servers, which cannot"
    " reach a lab on this machine: use the classic one.": (
        "Le nouvel Outlook et les applications mobiles relèvent le courrier depuis les serveurs de"
        " Microsoft, qui ne peuvent pas atteindre un labo sur cette machine : prenez l'Outlook"
        " classique."
    ),
    "Whoever holds the lab's authority could now vouch for any site to you. Remove it when you are"
    " done: certmgr.msc → Trusted Root Certification Authorities.": (
        "Qui détient la clé de cette autorité pourrait désormais se faire passer pour n'importe"
        " quel site auprès de vous. Retirez-la à la fin : certmgr.msc → Autorités de certification"
        " racines de confiance."
    ),
    "Protocol": "Protocole",
    "Host name": "Nom d'hôte",
    "Port": "Port",
    "Connection security": "Sécurité de la connexion",
    "Authentication method": "Méthode d'authentification",
    "Normal password": "Mot de passe normal",
    "User name": "Nom d'utilisateur",
}
