"""A recipe for mutt, tried with Mutt 2.2 and NeoMutt 20250510."""

from labctl.lang import Text
from labctl.mail.recipes.base import Part, Recipe, Situation, own_authority, passwords, url


def mutt(lab: Situation) -> Recipe:
    """A settings file for mutt; neomutt reads the same."""
    me = lab.writer.address
    settings = {
        "from": me,
        "ssl_ca_certificates_file": lab.ca_path,
        "imap_user": me,
        "folder": url("imaps", lab.endpoint("imaps")),
        "spoolfile": "+INBOX",
        "record": "+Sent",
        "postponed": "+Drafts",
        "trash": "+Trash",
        "smtp_url": url("smtps", lab.endpoint("submissions"), user=me),
        "smtp_authenticators": "plain",
    }
    rows = (f"set {name} = {_in_muttrc(value)}" for name, value in settings.items())
    starttls = {
        "folder": url("imap", lab.endpoint("imap")),
        "smtp_url": url("smtp", lab.endpoint("submission"), user=me),
    }
    return Recipe(
        "mutt",
        Text("mutt reads by IMAP and sends by SMTP; neomutt takes the same settings"),
        (
            Part(
                Text("Write the settings into a file of their own"),
                (
                    "cat > labctl.muttrc <<'EOF'",
                    "set use_from",
                    "set ssl_force_tls",
                    "set mail_check = 5",
                    *rows,
                    "EOF",
                ),
            ),
            Part(Text("Start mutt with it"), ("mutt -F labctl.muttrc",)),
            Part(
                Text("For STARTTLS instead, put these two lines in place of theirs"),
                tuple(f"set {name} = {_in_muttrc(value)}" for name, value in starttls.items()),
            ),
            passwords(lab.writer),
        ),
        (
            Text(
                "The copy in Sent comes from IMAP (APPEND), not from SMTP: watch it arrive with"
                " labctl maildir {account} --watch",
                {"account": me},
            ),
            Text("Your own mutt settings stay untouched: -F reads this file instead of them."),
            own_authority(lab),
        ),
    )


def _in_muttrc(value: str) -> str:
    """A value in double quotes, in which mutt would expand ``$`` and backquotes."""
    return '"' + "".join(f"\\{c}" if c in '"\\$`' else c for c in value) + '"'
