"""Sending mail: through the server of the settings, or, without one, into a maildir of the data folder."""

import mailbox
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.errors import HeaderParseError
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from geo.errors import SettingError, UnavailableError
from geo.settings import Settings

__all__ = ["compose", "one_line", "send_all"]

_TIMEOUT_S = 20
_LONGEST_LINE = 200
_PORTS = {"smtp": 25, "smtps": 465}
_LOCAL = ("localhost", "127.0.0.1", "::1")
_SENDER = "yizhan@localhost"


class _Policy(EmailPolicy):
    """Leaves addresses of the web whole: Python would encode a long one in a way that no program reads."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if name.startswith("List-") else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


def compose(
    settings: Settings, to: str, subject: str, text: str, headers: Mapping[str, str] | None = None
) -> EmailMessage:
    """Return a mail of plain text.

    Parameters
    ----------
    headers : mapping, optional
        More of them, as ``List-Unsubscribe``.
    """
    mail = EmailMessage(policy=_Policy(linesep="\r\n"))
    sender = settings.mail_from or _SENDER
    mail["From"], mail["To"], mail["Subject"] = sender, to, one_line(subject)
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    # Programs that answer for people who are away leave these alone.
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text, cte="base64")
    return mail


def one_line(text: str) -> str:
    """Return a text as a header or a heading can hold it: one line without controls, of bounded length.

    Examples
    --------
    >>> one_line("驿站\\r\\nBcc: all@example.cn")
    '驿站 Bcc: all@example.cn'
    >>> one_line("")
    ''
    """
    seen = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(seen.split())[:_LONGEST_LINE]


def send_all(settings: Settings, mails: Sequence[EmailMessage]) -> list[bool]:
    """Send mails; returns for each whether it was taken.

    Raises
    ------
    UnavailableError
        The server cannot be reached, or lets nobody in.
    SettingError
        The server would have the password sent as it is, for all to read.
    """
    if not mails:
        return []
    if not settings.smtp:
        return _keep(settings, mails)
    with _server(settings) as server:
        return [_take(server, mail) for mail in mails]


def _keep(settings: Settings, mails: Sequence[EmailMessage]) -> list[bool]:
    settings.home.mkdir(parents=True, exist_ok=True)
    box = mailbox.Maildir(settings.home / "mail")
    for mail in mails:
        # As bytes: given the mail itself, the maildir would fold its headers its own way.
        box.add(mail.as_bytes())
    return [True] * len(mails)


def _take(server: smtplib.SMTP, mail: EmailMessage) -> bool:
    try:
        server.send_message(mail)
    except (smtplib.SMTPException, OSError, HeaderParseError, ValueError):
        return False
    return True


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Give a mail server that is ready to take mails."""
    url = urlsplit(settings.smtp)
    try:
        server = _connect(url)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise UnavailableError(
            "邮件服务器 %(host)s 现在用不了(%(detail)s),请检查 YIZHAN_SMTP",
            host=url.hostname or "",
            detail=one_line(str(error)),
        ) from error
    try:
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _connect(url: SplitResult) -> smtplib.SMTP:
    context = ssl.create_default_context()
    place = (url.hostname or "", url.port or _PORTS[url.scheme])
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(*place, timeout=_TIMEOUT_S)
    try:
        _greet(server, url, context)
    except BaseException:
        server.close()
        raise
    return server


def _greet(server: smtplib.SMTP, url: SplitResult, context: ssl.SSLContext) -> None:
    server.ehlo()
    secret = url.scheme == "smtps"
    if not secret and server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
        secret = True
    if not url.username:
        return
    if not secret and url.hostname not in _LOCAL:
        raise SettingError(
            "邮件服务器 %(host)s 不加密,不能把密码发给它;请把 YIZHAN_SMTP 改成 smtps://", host=url.hostname
        )
    server.login(unquote(url.username), unquote(url.password or ""))
