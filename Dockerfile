FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/foyer
COPY requirements.txt /
RUN /opt/foyer/bin/pip install --requirement /requirements.txt
WORKDIR /srv/foyer
COPY . .
# Strict: a plugin that can't be loaded must fail the build, not the day.
RUN FOYER_STRICT_PLUGINS=1 FOYER_VAR_DIR=/tmp/build FOYER_STATIC_ROOT=/srv/foyer/static-collected \
    /opt/foyer/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /opt/foyer/bin/python -m compileall -q config portal plugins

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin foyer \
    && install -d -o foyer -g foyer -m 700 /var/lib/foyer
COPY --from=build /opt/foyer /opt/foyer
COPY --from=build /srv/foyer /srv/foyer
WORKDIR /srv/foyer
ENV PATH=/opt/foyer/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FOYER_MODE=production \
    FOYER_STATIC_ROOT=/srv/foyer/static-collected \
    FOYER_VAR_DIR=/var/lib/foyer \
    HOST=0.0.0.0 \
    PORT=8000
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["python", "deploy/healthcheck.py"]
CMD ["python", "-m", "config.serve"]
