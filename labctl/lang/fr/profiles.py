"""Les profils : leurs noms restent ceux de la commande, leurs phrases sont en français."""

TEXTS = {
    # La commande
    "Make a running lab wrong in one known way, and show which settings do it; or right again.": (
        "Dérègle un labo en marche d'une façon connue, et montre par quels réglages ; ou le remet"
        " en état."
    ),
    "Which; default goes back; without one, the list.": (
        "Lequel ; default remet en état ; sans rien, la liste."
    ),
    "Only at that site; by default at all.": "Seulement sur ce site ; par défaut, sur tous.",
    "what is so": "ce qui s'y passe",
    "profile": "profil",
    "in force: {profile}": "en vigueur : {profile}",
    "profile: {profile}": "profil : {profile}",
    "an exercise's own": "celui d'un exercice",
    "switch: labctl profile NAME; back: labctl profile default": (
        "changer : labctl profile NOM ; remettre en état : labctl profile default"
    ),
    "in force after {seconds:.1f} s: {profile}": "en vigueur après {seconds:.1f} s : {profile}",
    "nothing to change: {profile} is in force": "rien à changer : {profile} est en vigueur",
    "it was not as labctl had written it; now it is": (
        "n'était plus tel que labctl l'avait écrit ; il l'est de nouveau"
    ),
    "say which profile the site is to have": "dites quel profil ce site doit avoir",
    "labctl profile": "labctl profile",
    "labctl profile {name}": "labctl profile {name}",
    "{service} reads its configuration again": "{service} relit sa configuration",
    "there is no profile {name}": "il n'y a pas de profil {name}",
    "the profiles are: {known}": "les profils sont : {known}",
    "the lab {lab} has no site {site}": "le labo {lab} n'a pas de site {site}",
    "its sites are: {known}": "ses sites sont : {known}",
    "the profile {name} needs a lab of two sites: this one asks no DNS": (
        "le profil {name} demande un labo à deux sites : celui-ci n'interroge aucun DNS"
    ),
    "make it one: labctl up duo --lab {lab}": ("pour le compléter : labctl up duo --lab {lab}"),
    "the servers of {domain} do not behave as they should yet: {what}": (
        "les serveurs de {domain} ne font pas encore ce qu'ils doivent : {what}"
    ),
    "their logs say more: labctl logs; then again: labctl up": (
        "leurs journaux en disent plus : labctl logs ; puis de nouveau : labctl up"
    ),
    # Une phrase pour chacun
    "Everything as it should be.": "Tout est comme il faut.",
    "Postfix carries anybody's mail to anywhere; what would leave the lab ends in a sink.": (
        "Postfix porte le courrier de n'importe qui n'importe où ; ce qui sortirait du labo finit"
        " dans un puits."
    ),
    "No server offers TLS: passwords go in the clear, 465, 993 and 995 are closed.": (
        "Aucun serveur ne propose TLS : les mots de passe passent en clair, 465, 993 et 995 sont"
        " fermés."
    ),
    "On the way to 25, 587, 143 and 110 somebody takes the offer of TLS away.": (
        "En chemin vers 25, 587, 143 et 110, quelqu'un efface la proposition de TLS."
    ),
    "The servers show a certificate whose time is over.": (
        "Les serveurs présentent un certificat périmé."
    ),
    "A mailbox holds five messages; what comes after them is returned to its sender.": (
        "Une boîte aux lettres contient cinq messages ; les suivants sont renvoyés à l'expéditeur."
    ),
    "Who writes to somebody for the first time is told to try again later (450).": (
        "Qui écrit à quelqu'un pour la première fois est prié de réessayer plus tard (450)."
    ),
    "The DNS names a host that takes no mail as the domain's MX (labs of two sites).": (
        "Le DNS désigne comme MX du domaine un hôte qui ne reçoit pas de courrier (labos à deux"
        " sites)."
    ),
    "Dovecot does not take mail from Postfix: it waits in the queue.": (
        "Dovecot n'accepte plus le courrier de Postfix : il attend dans la file."
    ),
    "Postfix looks for the site's users in the wrong place and knows none of them.": (
        "Postfix cherche les utilisateurs du site au mauvais endroit et n'en connaît aucun."
    ),
    # Ce que fait chaque réglage
    "which clients are trusted by their address: all of the world": (
        "à quels clients on se fie d'après leur adresse : au monde entier"
    ),
    "which clients are trusted by their address: this machine alone": (
        "à quels clients on se fie d'après leur adresse : à cette machine seule"
    ),
    "who may send to other domains through this server: whoever is trusted": (
        "qui peut, par ce serveur, écrire à d'autres domaines : tous ceux à qui l'on se fie"
    ),
    "who may send to other domains through this server: no stranger may": (
        "qui peut, par ce serveur, écrire à d'autres domaines : aucun inconnu"
    ),
    "where mail for other domains goes: into a sink, for still nothing leaves the lab": (
        "où va le courrier des autres domaines : dans un puits, car rien ne sort du labo"
    ),
    "where mail for other domains goes: nowhere, for nothing leaves the lab": (
        "où va le courrier des autres domaines : nulle part, car rien ne sort du labo"
    ),
    "whether IMAP and POP3 take a password without TLS: yes": (
        "si IMAP et POP3 acceptent un mot de passe sans TLS : oui"
    ),
    "whether IMAP and POP3 take a password without TLS: no": (
        "si IMAP et POP3 acceptent un mot de passe sans TLS : non"
    ),
    "whether AUTH waits for TLS: no, a password is taken in the clear": (
        "si AUTH attend TLS : non, un mot de passe est accepté en clair"
    ),
    "whether AUTH waits for TLS: yes, no password in the clear": (
        "si AUTH attend TLS : oui, pas de mot de passe en clair"
    ),
    "whether port 587 insists on TLS: it cannot even offer it": (
        "si le port 587 exige TLS : il ne peut pas même le proposer"
    ),
    "whether port 587 insists on TLS: yes, STARTTLS comes first": (
        "si le port 587 exige TLS : oui, STARTTLS d'abord"
    ),
    "port 465: closed, there is no TLS for it": "port 465 : fermé, faute de TLS",
    "port 465: submission under TLS from the first byte": (
        "port 465 : soumission sous TLS dès le premier octet"
    ),
    "port 993: closed, there is no TLS for it": "port 993 : fermé, faute de TLS",
    "port 995: closed, there is no TLS for it": "port 995 : fermé, faute de TLS",
    "TLS from the first byte, on a port of its own": "TLS dès le premier octet, sur un port à lui",
    "whether Postfix offers TLS: never": "si Postfix propose TLS : jamais",
    "whether Postfix offers TLS: to everybody who wants it": (
        "si Postfix propose TLS : à qui le veut"
    ),
    "whether Dovecot offers TLS: never": "si Dovecot propose TLS : jamais",
    "whether Dovecot offers TLS: yes, and it is required": (
        "si Dovecot propose TLS : oui, et il l'exige"
    ),
    "port 25: a proxy stands before the server and takes STARTTLS out of its words": (
        "port 25 : un mandataire placé devant le serveur efface STARTTLS de ses paroles"
    ),
    "port 587: so does it here; the server behind takes a password without TLS, or the"
    " proxy would have to begin TLS with it itself": (
        "port 587 : de même ; le serveur, derrière, accepte un mot de passe sans TLS, sinon le"
        " mandataire devrait ouvrir TLS lui-même avec lui"
    ),
    "the server itself takes what comes from outside": (
        "le serveur prend lui-même ce qui vient du dehors"
    ),
    "whether TLS is required: it is only offered, and the offer gets lost on the way": (
        "si TLS est exigé : il n'est que proposé, et la proposition se perd en chemin"
    ),
    "who may say in a client's name where it comes from: the proxy": (
        "qui peut dire, au nom d'un client, d'où il vient : le mandataire"
    ),
    "who may say in a client's name where it comes from: nobody": (
        "qui peut dire, au nom d'un client, d'où il vient : personne"
    ),
    "port {port}: the server hears the proxy alone": (
        "port {port} : le serveur n'écoute que le mandataire"
    ),
    "port {port}: the proxy takes STARTTLS or STLS out of the server's words": (
        "port {port} : le mandataire efface STARTTLS ou STLS des paroles du serveur"
    ),
    "no proxy": "pas de mandataire",
    "the certificate that clients are shown: it was good until that day": (
        "le certificat montré aux clients : il valait jusqu'à ce jour-là"
    ),
    "the certificate that clients are shown: it is good until that day": (
        "le certificat montré aux clients : il vaut jusqu'à ce jour-là"
    ),
    "no quota is kept": "aucun quota n'est tenu",
    "what LMTP says when a mailbox is full: 552 5.2.2, for good; the sender is told": (
        "ce que répond LMTP quand la boîte est pleine : 552 5.2.2, sans appel ; l'expéditeur est"
        " prévenu"
    ),
    "what LMTP says when there is no room: 452 4.2.2, try again later": (
        "ce que répond LMTP quand la place manque : 452 4.2.2, réessayer plus tard"
    ),
    "Dovecot counts what lies in each mailbox": "Dovecot compte ce que contient chaque boîte",
    "IMAP clients may ask how full the mailbox is (GETQUOTAROOT, RFC 9208)": (
        "les clients IMAP peuvent demander où en est la boîte (GETQUOTAROOT, RFC 9208)"
    ),
    "how much a mailbox holds: {messages} messages, {size} together": (
        "ce que contient une boîte : {messages} messages, {size} en tout"
    ),
    "who is asked about each recipient: for strangers a policy server, the greylist": (
        "qui est consulté sur chaque destinataire : pour les inconnus, la liste grise"
    ),
    "who is asked about each recipient: only the list of mailboxes": (
        "qui est consulté sur chaque destinataire : la seule liste des boîtes"
    ),
    "the greylist: 450 for who writes for the first time, and later a yes": (
        "la liste grise : 450 à qui écrit pour la première fois, oui plus tard"
    ),
    "there is no greylist": "il n'y a pas de liste grise",
    "who receives the domain's mail: a host on which nobody listens on port 25": (
        "qui reçoit le courrier du domaine : un hôte où personne n'écoute sur le port 25"
    ),
    "who receives the domain's mail: its Postfix": (
        "qui reçoit le courrier du domaine : son Postfix"
    ),
    "what Dovecot speaks: LMTP is missing, by which Postfix hands it the mail": (
        "ce que parle Dovecot : il manque LMTP, par quoi Postfix lui remet le courrier"
    ),
    "what Dovecot speaks: IMAP and POP3 to clients, LMTP to Postfix": (
        "ce que parle Dovecot : IMAP et POP3 avec les clients, LMTP avec Postfix"
    ),
    "domains whose users are the machine's own: now this one, before all else": (
        "domaines dont les utilisateurs sont ceux de la machine : désormais celui-ci, avant tout"
        " autre réglage"
    ),
    "domains whose users are the machine's own: none": (
        "domaines dont les utilisateurs sont ceux de la machine : aucun"
    ),
    "where such users stand: in the machine's passwd, in which nobody of them is": (
        "où figurent ces utilisateurs : dans le passwd de la machine, où il n'y a aucun d'eux"
    ),
    "where such users stand: nowhere, as there is no such domain": (
        "où figurent ces utilisateurs : nulle part, puisqu'il n'y a pas de tel domaine"
    ),
    # Dans les exercices
    "As root, who may edit what stands in /etc/labctl.": (
        "En root, qui peut modifier ce que contient /etc/labctl."
    ),
    "Your turn: find out what is wrong (labctl queue, labctl logs, labctl shell client) and put it"
    " right: inside (labctl shell postfix, labctl shell --root dovecot), or by labctl profile"
    " default.": (
        "À vous : trouvez ce qui ne va pas (labctl queue, labctl logs, labctl shell client) et"
        " remédiez-y : à l'intérieur (labctl shell postfix, labctl shell --root dovecot), ou par"
        " labctl profile default."
    ),
    "labctl writes its own configuration again, and shows what was other than it": (
        "labctl récrit sa propre configuration, et montre ce qui en différait"
    ),
    "the servers do as they should": "les serveurs font ce qu'ils doivent",
    "port 25 to a stranger who writes to somebody outside: {value}": (
        "port 25, à un inconnu qui écrit à quelqu'un du dehors : {value}"
    ),
    "port 25 to a stranger who writes to a user: {value}": (
        "port 25, à un inconnu qui écrit à un utilisateur : {value}"
    ),
    "STARTTLS: {value}": "STARTTLS : {value}",
    "ports under TLS from the first byte: {value}": "ports sous TLS dès le premier octet : {value}",
    "certificate: {value}": "certificat : {value}",
    "quota: {value}": "quota : {value}",
    "Dovecot's LMTP port: {value}": "port LMTP de Dovecot : {value}",
    "the domain's MX: {value}": "MX du domaine : {value}",
    "offered": "proposé",
    "missing": "absent",
    "mixed": "ici oui, là non",
    "open": "ouvert",
    "closed": "fermé",
    "valid": "valable",
    "expired": "périmé",
    "none": "aucun",
    "tight": "étroit",
    "ample": "large",
    "right": "juste",
    "wrong": "faux",
}
