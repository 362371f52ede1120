# One image for web, worker and beat; docker-compose.yml tells them apart by their command.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/portal \
    STATIC_ROOT=/opt/portal/.static

WORKDIR /opt/portal

# The same steps as on a bare machine: system packages, .venv, fonts. They change more rarely than the code.
COPY requirements.run.lock ./
COPY bin/setup bin/setup
COPY xianan/documents/fonts.conf.in xianan/documents/fonts.conf.in
RUN apt-get update \
    && bin/setup \
    && rm -rf /var/lib/apt/lists/* /root/.cache .cache

COPY . .
# Keys of this step only: they collect the static files and are kept nowhere.
RUN env SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        FIELD_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
        DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost/0 \
        ALLOWED_HOSTS=localhost VAR_DIR=/tmp/build \
        .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build \
    && useradd --system --uid 10001 --home-dir "$VAR_DIR" --create-home portal \
    && chmod 750 "$VAR_DIR"

USER 10001
VOLUME ["/var/lib/portal"]
EXPOSE 8000
ENV PATH=/opt/portal/.venv/bin:$PATH
CMD ["gunicorn", "xianan.wsgi:application", "--bind=0.0.0.0:8000", "--workers=3", "--worker-class=gthread", "--threads=2", "--no-control-socket"]
