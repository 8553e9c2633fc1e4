"""Ce que dit l'aide des commandes."""

TEXTS = {
    "A real Postfix and a real Dovecot on your laptop, and exercises that show what they do.": (
        "Un vrai Postfix et un vrai Dovecot sur votre ordinateur, et des exercices qui montrent ce"
        " qu'ils font."
    ),
    "The rendered configuration: write, show, check, compare.": (
        "La configuration produite : l'écrire, la montrer, la vérifier, la comparer."
    ),
    "An empty or a new folder.": "Un dossier vide ou à créer.",
    "One file, such as postfix/main.cf; else their list.": (
        "Un fichier, par exemple postfix/main.cf ; sinon, la liste."
    ),
    "Where to; by default stdout.": "Où l'écrire ; par défaut, la sortie standard.",
    "Install and start an engine, build the images.": (
        "Installer et démarrer un moteur de conteneurs, construire les images."
    ),
    "Install without asking.": "Installer sans demander.",
    "Exercises: what the course claims, proved in your own lab.": (
        "Les exercices : ce qu'affirme le cours, prouvé dans votre propre labo."
    ),
    "A folder of exercises; by default labctl's own.": (
        "Un dossier d'exercices ; par défaut, ceux de labctl."
    ),
    "Which; see the list.": "Lesquels ; voir la liste.",
    "Which.": "Lequel.",
    "All of them.": "Tous.",
    "The lab's images: build them, list them.": "Les images du labo : les construire, les lister.",
    "Build what is there, too, without the build cache.": (
        "Reconstruire aussi ce qui existe, sans le cache de construction."
    ),
    "A built-in definition (solo, duo) or a TOML or YAML file.": (
        "Une définition fournie (solo, duo) ou un fichier TOML ou YAML."
    ),
    "The lab's name.": "Le nom du labo.",
    "Where the endpoints are published: the documented ports, any free base, or a base such as"
    " 20000 (20025 20087 20065 20043 20093 20010 20095).": (
        "Où publier les points d'accès : les ports documentés, une base libre, ou une base comme"
        " 20000 (20025 20087 20065 20043 20093 20010 20095)."
    ),
    "The address of this machine to publish on.": "L'adresse de cette machine où publier.",
    "Allow a domain outside the reserved ones (.test, .example…).": (
        "Accepter un domaine hors des domaines réservés (.test, .example…)."
    ),
    "Keep the mail and the passwords for the next up.": (
        "Garder les courriels et les mots de passe pour le prochain up."
    ),
    "Every lab on this engine.": "Tous les labos de ce moteur.",
    "Follow it until Ctrl-C.": "Suivre jusqu'à Ctrl-C.",
    "Show the transcript.": "Montrer le dialogue.",
    "Who sends.": "Qui envoie.",
    "Who gets it; may be given again.": "Qui reçoit ; peut être répété.",
    "Over which endpoint.": "Par quel point d'accès.",
    "The Subject header.": "L'en-tête Subject.",
    "The text; - reads it from stdin.": "Le texte ; - le lit sur l'entrée standard.",
    "Remove what was fetched from the server.": "Supprimer du serveur ce qui a été relevé.",
    "Which client; by default all.": "Quel client ; par défaut, tous.",
    "For whom; by default the first account.": "Pour qui ; par défaut, le premier compte.",
    "Which lab; by default the only one running, else mail.": (
        "Quel labo ; par défaut le seul qui tourne, sinon mail."
    ),
    "Print JSON, and nothing else, on stdout.": (
        "Écrire du JSON, et rien d'autre, sur la sortie standard."
    ),
    "The language of every text.": "La langue de tous les textes.",
    "postfix or dovecot.": "postfix ou dovecot.",
    "An account of the lab: alice, or alice@alpha.test.": (
        "Un compte du labo : alice, ou alice@alpha.test."
    ),
    "Go on until Ctrl-C.": "Continuer jusqu'à Ctrl-C.",
    "Only the last N lines of each.": "Seulement les N dernières lignes de chacun.",
    "Install completion for the current shell.": "Installer la complétion pour ce shell.",
    "Show completion for the current shell, to copy it or customize the installation.": (
        "Montrer la complétion de ce shell, pour la copier ou l'adapter."
    ),
    "Show this message and exit.": "Montrer ce message et s'arrêter.",
    "Bring a lab up, or make one that is there right again; mail is kept.": (
        "Démarrer un labo, ou remettre d'aplomb celui qui existe ; les courriels sont gardés."
    ),
    "Remove the lab: containers, networks and, unless kept, the mail.": (
        "Supprimer le labo : conteneurs, réseaux et, sauf demande contraire, les courriels."
    ),
    "Show services, endpoints with their real ports, accounts with passwords, and the CA.": (
        "Montrer les services, les points d'accès et leurs vrais ports, les comptes et leurs mots"
        " de passe, l'autorité de certification."
    ),
    "Back to the fresh lab: no mail, an empty queue, logs from now on; accounts stay.": (
        "Revenir au labo neuf : aucun courriel, file d'attente vide, journaux à partir de"
        " maintenant ; les comptes restent."
    ),
    "Write the lab's CA certificate (PEM), for clients that should trust it.": (
        "Écrire le certificat de l'autorité du labo (PEM), pour les clients qui doivent lui faire"
        " confiance."
    ),
    "Send a message as a mail client would: alice to bob unless you say otherwise.": (
        "Envoyer un courriel comme le ferait un client : d'alice à bob, sauf indication contraire."
    ),
    "Fetch an account's mail as a mail client would, by IMAP or by POP3.": (
        "Relever les courriels d'un compte comme le ferait un client, par IMAP ou par POP3."
    ),
    "Show an account's Maildir as files: new/, cur/, and what the flags say.": (
        "Montrer les fichiers du Maildir d'un compte : new/, cur/, et ce que disent les drapeaux."
    ),
    "Show what waits in Postfix's queue, and why.": (
        "Montrer ce qui attend dans la file d'attente de Postfix, et pourquoi."
    ),
    "Settings and commands for your own mail client, to paste, with this lab's real ports.": (
        "Réglages et commandes pour votre propre client, prêts à coller, avec les vrais ports de ce"
        " labo."
    ),
    "Show the servers' own logs, since the lab's last reset.": (
        "Montrer les journaux des serveurs depuis la dernière remise à zéro du labo."
    ),
    "Start one stopped service and wait until it greets.": (
        "Démarrer un service arrêté et attendre qu'il salue."
    ),
    "Stop one service; its mail and its queue stay.": (
        "Arrêter un service ; ses courriels et sa file d'attente restent."
    ),
    "Stop and start one service.": "Arrêter puis démarrer un service.",
    "Look at the engine, the disk, memory, images, ports, clock and subnets; say what to do.": (
        "Examiner le moteur, le disque, la mémoire, les images, les ports, l'horloge et les"
        " sous-réseaux ; dire quoi faire."
    ),
    "Show one exercise: its task, its steps, and what it expects.": (
        "Montrer un exercice : la consigne, les étapes et ce qui est attendu."
    ),
    "Run exercises as a demo: labctl acts, shows what was said and filed, and judges the claim.": (
        "Dérouler des exercices en démonstration : labctl agit, montre ce qui est dit et rangé, et"
        " juge l'affirmation."
    ),
    "Write the Compose document and its files: `docker compose up` in DIR starts the same lab.": (
        "Écrire le document Compose et ses fichiers : `docker compose up` dans DIR démarre le même"
        " labo."
    ),
    "Show what is rendered for the lab; keys and password hashes are not shown.": (
        "Montrer ce qui est produit pour le labo ; ni clés ni empreintes de mots de passe."
    ),
    "Let Postfix and Dovecot check the configuration: postfix check, postconf -n, doveconf -n.": (
        "Faire vérifier la configuration par Postfix et Dovecot : postfix check, postconf -n,"
        " doveconf -n."
    ),
    "Compare what runs with what would be rendered now; exit 1 when they differ.": (
        "Comparer ce qui tourne avec ce qui serait produit maintenant ; code 1 s'ils diffèrent."
    ),
    "Write the JSON Schema of a lab definition, for your editor.": (
        "Écrire le schéma JSON d'une définition de labo, pour votre éditeur."
    ),
    "Get or build the lab's images; without a registry in reach, from the Debian archive.": (
        "Obtenir ou construire les images du labo ; sans registre joignable, depuis l'archive"
        " Debian."
    ),
    "List the lab's images: present or missing, size, age.": (
        "Lister les images du labo : présentes ou absentes, taille, âge."
    ),
}
