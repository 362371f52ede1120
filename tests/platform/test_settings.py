"""A deployment that is not safe does not start and says why; without one the demonstration runs."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from xianan import environment

ROOT = Path(__file__).resolve().parents[2]

DEPLOYMENT = {
    "SECRET_KEY": "q7Zk2-only-for-this-test-Wm8Xv4Tn6Bc1Rd9Lf3Gh5Jp0Sy-aeiou",
    "FIELD_KEY": "n5Vb7-field-key-of-this-test-Kq2Wz9Xc4",
    "DATABASE_URL": "postgres://portal:secret@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "portal.example.gov.cn",
}


def manage(*arguments: str, var_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these variables and nothing else of a deployment."""
    dropped = (*environment.DEPLOYMENT_VARIABLES, "STATIC_ROOT", "DJANGO_ALLOW_ASYNC_UNSAFE")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**kept, "VAR_DIR": str(var_dir), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_complete_and_safe_deployment_has_no_fault() -> None:
    assert environment.faults(DEPLOYMENT) == []


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_each_missing_variable_is_named(name: str) -> None:
    incomplete = {key: value for key, value in DEPLOYMENT.items() if key != name}
    assert [line.partition(":")[0] for line in environment.faults(incomplete)] == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short-but-0123456789-many"),
        ("SECRET_KEY", "abc" * 30),
        ("SECRET_KEY", "django-insecure-" + DEPLOYMENT["SECRET_KEY"]),
        ("FIELD_KEY", "too-short-0123456789"),
        ("FIELD_KEY", DEPLOYMENT["SECRET_KEY"]),
        ("DATABASE_URL", "sqlite:///portal.sqlite3"),
        ("DATABASE_URL", "postgres://portal@127.0.0.1"),
        ("REDIS_URL", "filesystem://"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "portal.example.gov.cn, *"),
        ("ALLOWED_HOSTS", " , "),
        ("CSRF_TRUSTED_ORIGINS", "portal.example.gov.cn"),
        ("PLAIN_HTTP", "yes"),
        ("TRUST_PROXY", "true"),
    ],
)
def test_each_unsafe_value_is_named_once(name: str, value: str) -> None:
    found = environment.faults({**DEPLOYMENT, name: value})
    assert [line.partition(":")[0] for line in found] == [name]


def test_all_faults_are_said_at_once_and_no_secret_is_repeated(tmp_path: Path) -> None:
    unsafe = {"SECRET_KEY": "hunter2", "FIELD_KEY": "hunter2", "ALLOWED_HOSTS": "*"}
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.read({"VAR_DIR": str(tmp_path), **unsafe}, ROOT)
    for name in ("SECRET_KEY", "FIELD_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"):
        assert f"  - {name}: " in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_what_a_deployment_leaves_out_is_closed_rather_than_open(tmp_path: Path) -> None:
    needed = {key: DEPLOYMENT[key] for key in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")}
    given = environment.read({"VAR_DIR": str(tmp_path), **needed}, ROOT)
    assert not given.demo
    assert given.allowed_hosts == environment.LOCAL_HOSTS
    assert len(given.field_key) >= 32
    assert given.field_key == (tmp_path / "keys" / "field_key").read_text()
    assert not given.plain_http


@pytest.mark.parametrize("name", environment.DEPLOYMENT_VARIABLES)
def test_any_deployment_variable_ends_the_demonstration_even_when_empty(name: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured):
        environment.read({"VAR_DIR": str(tmp_path), name: ""}, ROOT)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ImproperlyConfigured, match="VAR_DIR"):
        environment.read({"VAR_DIR": str(tmp_path / "file")}, ROOT)


def test_without_the_demonstration_as_in_the_image_the_portal_is_whole(tmp_path: Path) -> None:
    lines = (
        "import sys; sys.modules['demo'] = None",
        "import django; django.setup()",
        "from django.core.management import call_command, get_commands",
        "from xianan.portal import demonstration",
        "call_command('check')",
        "assert demonstration.offered() is None",
        "print(sorted({'serve', 'load_district', 'seed_demo'} & set(get_commands())))",
    )
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "xianan.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("['load_district', 'serve']\n")


def test_the_demonstration_keeps_its_keys_to_itself_and_over_restarts(tmp_path: Path) -> None:
    first = environment.read({"VAR_DIR": str(tmp_path)}, ROOT)
    second = environment.read({"VAR_DIR": str(tmp_path)}, ROOT)
    assert first.demo
    assert (first.secret_key, first.field_key) == (second.secret_key, second.field_key)
    assert first.secret_key != first.field_key
    assert len(first.secret_key) >= 50
    assert stat.S_IMODE((tmp_path / "keys" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: environment.stored_key(tmp_path / "key"), range(24)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_manage_refuses_in_words_and_without_a_traceback(tmp_path: Path) -> None:
    result = manage("check", var_dir=tmp_path, SECRET_KEY="x", DATABASE_URL="sqlite:///x")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "REDIS_URL" in result.stderr
    assert "DATABASE_URL" in result.stderr


def test_a_deployment_passes_the_deployment_check(tmp_path: Path) -> None:
    result = manage("check", "--deploy", "--fail-level", "WARNING", var_dir=tmp_path, **DEPLOYMENT)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout + result.stderr


def test_plain_http_is_possible_but_never_silent(tmp_path: Path) -> None:
    result = manage("check", "--deploy", var_dir=tmp_path, PLAIN_HTTP="1", **DEPLOYMENT)
    assert "PLAIN_HTTP=1" in result.stderr
    assert "SECURE_SSL_REDIRECT" in result.stderr


@pytest.mark.sqlite
def test_settings_say_which_mode_the_process_is_in(settings) -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    assert engine.endswith("sqlite3") == settings.DEMO
    assert settings.CELERY_BROKER_URL.startswith("files:" if settings.DEMO else "redis")
    assert not settings.DEBUG
