"""The mail server that the environment names, if any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"none": 25, "starttls": 587, "tls": 465}
SCHEMES = {
    "smtp": "none",
    "smtp+tls": "starttls",
    "submission": "starttls",
    "smtps": "tls",
    "smtp+ssl": "tls",
}
SECONDS = 10.0


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. ``security``: none, starttls, tls. ``timeout``: seconds for each step."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    security: str = "none"
    timeout: float = SECONDS


def mail_server(environ: Mapping[str, str]) -> MailServer | None:
    """Read EMAIL_URL, or SMTP_HOST with SMTP_PORT, SMTP_USER, SMTP_PASSWORD, SMTP_SECURITY; MAIL_FROM.

    EMAIL_URL is ``smtp://user:password@host:25``, with smtp+tls (STARTTLS) or smtps (TLS) as the case
    may be. None when neither is set. Raises ValueError naming the variable.
    """
    address = environ.get("EMAIL_URL", "").strip()
    sender = environ.get("MAIL_FROM", "").strip()
    if address:
        parts = urlsplit(address)
        security = SCHEMES.get(parts.scheme.lower())
        if security is None or not parts.hostname:
            raise ValueError("EMAIL_URL: 须写作 smtp://user:password@host:25 (smtp, smtp+tls or smtps)")
        try:
            port = parts.port or PORTS[security]
        except ValueError:
            raise ValueError("EMAIL_URL: 端口不是数字 (the port is no number)") from None
        sender = sender or parse_qs(parts.query).get("from", [""])[0]
        host, user, password = parts.hostname, unquote(parts.username or ""), unquote(parts.password or "")
    else:
        host = environ.get("SMTP_HOST", "").strip()
        if not host:
            return None
        security = environ.get("SMTP_SECURITY", "").strip().lower() or "none"
        if security not in PORTS:
            raise ValueError("SMTP_SECURITY: 只能是 none、starttls、tls (none, starttls or tls)")
        given = environ.get("SMTP_PORT", "").strip()
        if given and not given.isdigit():
            raise ValueError("SMTP_PORT: 须为数字 (must be a number)")
        port = int(given) if given else PORTS[security]
        user, password = environ.get("SMTP_USER", ""), environ.get("SMTP_PASSWORD", "")
    sender = sender or (user if "@" in user else "")
    if "@" not in sender:
        raise ValueError("MAIL_FROM: 未设置发件邮箱 (missing; the address that mail comes from)")
    return MailServer(host, port, sender, user, password, security)
