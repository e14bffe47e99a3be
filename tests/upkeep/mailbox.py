"""The mail that was sent where no server is set: read from the maildir."""

import mailbox
import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from geo.settings import Settings

__all__ = ["links_in", "mail_in", "text_of"]


def mail_in(settings: Settings) -> list[EmailMessage]:
    """Return all mail, in the order of the addresses."""
    box = mailbox.Maildir(settings.home / "mail")
    parser = BytesParser(policy=policy.default)
    return sorted(
        (parser.parsebytes(box.get_bytes(key)) for key, _ in box.iteritems()), key=lambda one: one["To"]
    )


def text_of(mail: EmailMessage) -> str:
    """Return the words of a mail."""
    return mail.get_content()


def links_in(mail: EmailMessage, path: str) -> list[str]:
    """Return the paths in a mail that begin with one."""
    return re.findall(rf"https?://[^/\s]+({re.escape(path)}\S*)", text_of(mail))
