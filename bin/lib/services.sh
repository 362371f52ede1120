# A private PostgreSQL and Redis for one run of a script; sourced by bin/test and bin/bench.
#
# Needs $python and a private folder $work. Call start_services; `deployment` then holds the variables of
# a deployment on them. The caller traps its end: `stop_services` ends both and removes $work.

pg_bin="$(dirname "$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)")"
redis_pid=""

# Nothing of the caller's deployment reaches the run.
unset SECRET_KEY FIELD_KEY DATABASE_URL REDIS_URL ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS TRUST_PROXY PLAIN_HTTP PUBLIC_URL
unset STATIC_ROOT DJANGO_SETTINGS_MODULE

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

stop_services() {
  trap - EXIT INT TERM HUP
  [ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null
  [ ! -f "$work/pg/data/postmaster.pid" ] || as_postgres "$pg_bin/pg_ctl" -D "$work/pg/data" -m immediate -w stop >/dev/null 2>&1
  rm -rf "$work"
}

free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start_postgres() {
  mkdir "$work/pg"
  [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
  as_postgres "$pg_bin/initdb" -D "$work/pg/data" -A trust -U postgres --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log" >&2; return 1; }
  # Another program may take the port between asking and starting.
  local try
  for try in 1 2 3 4 5; do
    pg_port="$(free_port)"
    if as_postgres "$pg_bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -o "-c listen_addresses=127.0.0.1 \
      -p $pg_port -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
      -c jit=off -c max_connections=100" start >/dev/null 2>&1; then return 0; fi
  done
  cat "$work/pg/log" >&2
  return 1
}

start_redis() {
  local try
  for try in 1 2 3 4 5; do
    redis_port="$(free_port)"
    redis-server --bind 127.0.0.1 --port "$redis_port" --save '' --appendonly no --databases 32 --dir "$work" \
      >"$work/redis.log" 2>&1 &
    redis_pid=$!
    local wait
    for wait in 1 2 3 4 5 6 7 8 9 10; do
      redis-cli -h 127.0.0.1 -p "$redis_port" ping 2>/dev/null | grep -q PONG && return 0
      kill -0 "$redis_pid" 2>/dev/null || break
      sleep 0.1
    done
  done
  cat "$work/redis.log" >&2
  return 1
}

start_services() {
  start_postgres || { echo "PostgreSQL did not start" >&2; return 1; }
  start_redis || { echo "Redis did not start" >&2; return 1; }
  deployment=(
    "SECRET_KEY=check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ"
    "FIELD_KEY=check-only-field-0123456789-abcdefghijklmnop"
    "DATABASE_URL=postgres://postgres@127.0.0.1:$pg_port/postgres"
    "REDIS_URL=redis://127.0.0.1:$redis_port/0"
    "ALLOWED_HOSTS=localhost,127.0.0.1,testserver"
    "VAR_DIR=$work/var"
    "STATIC_ROOT=$work/static"
  )
}
