"""What the process environment asks for: the demonstration on this machine, or a deployment.

Without a single deployment variable the portal runs as a demonstration on SQLite. As soon as one of
them is present, even empty, all that a deployment needs must be there and be safe.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from xianan.core.mail import MailServer, mail_server

DEPLOYMENT_VARIABLES = (
    "SECRET_KEY",
    "FIELD_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "TRUST_PROXY",
    "PLAIN_HTTP",
    "PUBLIC_URL",
)
SWITCHES = ("TRUST_PROXY", "PLAIN_HTTP")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Environment:
    """The settings that come from outside, already judged."""

    demo: bool
    var_dir: Path
    secret_key: str
    field_key: str
    database_url: str
    redis_url: str
    allowed_hosts: tuple[str, ...]
    csrf_trusted_origins: tuple[str, ...]
    trust_proxy: bool
    plain_http: bool
    public_url: str
    mail_server: MailServer | None = None


def faults(environ: Mapping[str, str]) -> list[str]:
    """Return one line for every deployment variable that is missing or unsafe; empty when all is well."""
    found: list[str] = []
    found += _key_faults("SECRET_KEY", environ.get("SECRET_KEY", ""), minimum=50)
    if "FIELD_KEY" in environ:
        found += _key_faults("FIELD_KEY", environ["FIELD_KEY"], minimum=32)
    if environ.get("FIELD_KEY") and environ.get("FIELD_KEY") == environ.get("SECRET_KEY"):
        found.append("FIELD_KEY: 不得与 SECRET_KEY 相同 (must differ from SECRET_KEY)")

    database = environ.get("DATABASE_URL", "")
    if not database:
        found.append("DATABASE_URL: 未设置 (missing; postgres://user:password@host/name)")
    elif _scheme(database) not in ("postgres", "postgresql"):
        found.append("DATABASE_URL: 须为 PostgreSQL 地址 (must begin with postgres://)")
    elif not urlsplit(database).path.strip("/"):
        found.append("DATABASE_URL: 缺少数据库名 (names no database)")

    redis = environ.get("REDIS_URL", "")
    if not redis:
        found.append("REDIS_URL: 未设置 (missing; redis://host:6379/0)")
    elif _scheme(redis) not in ("redis", "rediss"):
        found.append("REDIS_URL: 须为 Redis 地址 (must begin with redis:// or rediss://)")

    hosts = _items(environ.get("ALLOWED_HOSTS", ",".join(LOCAL_HOSTS)))
    if not hosts:
        found.append("ALLOWED_HOSTS: 未设置 (empty; host names separated by commas)")
    elif any(host in ("*", ".") for host in hosts):
        found.append("ALLOWED_HOSTS: 不得为 * (must name the hosts, not *)")

    for origin in _items(environ.get("CSRF_TRUSTED_ORIGINS", "")):
        if _scheme(origin) not in ("http", "https") or "*" in origin:
            found.append(f"CSRF_TRUSTED_ORIGINS: {origin} 不是来源地址 (not an origin like https://host)")
    public = environ.get("PUBLIC_URL", "")
    if public and _scheme(public) not in ("http", "https"):
        found.append("PUBLIC_URL: 须为网址 (must be an address like https://host)")
    for name in SWITCHES:
        if environ.get(name, "0") not in ("", "0", "1"):
            found.append(f"{name}: 只能是 0 或 1 (must be 0 or 1)")
    return found


def read(environ: Mapping[str, str], base_dir: Path) -> Environment:
    """Read the environment; raise ImproperlyConfigured naming every fault at once."""
    var_dir = Path(environ.get("VAR_DIR") or base_dir / "var").expanduser().resolve()
    demo = not any(name in environ for name in DEPLOYMENT_VARIABLES)
    found = [] if demo else faults(environ)
    try:
        for folder in ("keys", "log"):
            (var_dir / folder).mkdir(parents=True, exist_ok=True)
        (var_dir / "keys").chmod(0o700)
    except OSError as error:
        found.append(f"VAR_DIR: {var_dir} 不可写 (not writable: {error.strerror})")
    mail: MailServer | None = None
    try:
        mail = mail_server(environ)
    except ValueError as error:
        found.append(str(error))
    if found:
        lines = "\n".join(f"  - {line}" for line in found)
        raise ImproperlyConfigured(f"配置有误，未启动 (refusing to start, fix these variables):\n{lines}")
    if demo:
        return Environment(
            demo=True,
            var_dir=var_dir,
            secret_key=stored_key(var_dir / "keys" / "secret_key"),
            field_key=stored_key(var_dir / "keys" / "field_key"),
            database_url="",
            redis_url="",
            allowed_hosts=LOCAL_HOSTS,
            csrf_trusted_origins=(),
            trust_proxy=False,
            plain_http=True,
            public_url=f"http://127.0.0.1:{environ.get('PORT') or 8000}",
            mail_server=mail,
        )
    return Environment(
        demo=False,
        var_dir=var_dir,
        secret_key=environ["SECRET_KEY"],
        # It must lie apart from the database that it protects, which a file in VAR_DIR does.
        field_key=environ.get("FIELD_KEY") or stored_key(var_dir / "keys" / "field_key"),
        database_url=environ["DATABASE_URL"],
        redis_url=environ["REDIS_URL"],
        allowed_hosts=tuple(_items(environ.get("ALLOWED_HOSTS", ",".join(LOCAL_HOSTS)))),
        csrf_trusted_origins=tuple(_items(environ.get("CSRF_TRUSTED_ORIGINS", ""))),
        trust_proxy=environ.get("TRUST_PROXY") == "1",
        plain_http=environ.get("PLAIN_HTTP") == "1",
        public_url=environ.get("PUBLIC_URL", "").rstrip("/"),
        mail_server=mail,
    )


def stored_key(path: Path) -> str:
    """Return the key in this file, writing a new one (mode 0600) the first time.

    Web, worker and beat start together: the hard link lets exactly one of them win, and the file is
    never seen half written.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _key_faults(name: str, value: str, *, minimum: int) -> list[str]:
    if not value:
        return [f"{name}: 未设置 (missing; at least {minimum} random characters)"]
    found = []
    if len(value) < minimum:
        found.append(f"{name}: 少于 {minimum} 个字符 (shorter than {minimum} characters)")
    if len(set(value)) < 10:
        found.append(f"{name}: 字符过于单一 (fewer than 10 different characters)")
    if value.startswith("django-insecure"):
        found.append(f"{name}: 是示例密钥 (begins with django-insecure)")
    return found


def _scheme(address: str) -> str:
    return address.partition("://")[0].lower() if "://" in address else ""


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]
