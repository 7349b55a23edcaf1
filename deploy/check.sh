#!/bin/sh
# Django's deployment checks on production settings: no warning, and none silenced.  usage: check.sh PYTHON
set -eu
cd "$(dirname "$0")/.."
var=$(mktemp -d)
trap 'rm -rf "$var"' EXIT
FOYER_MODE=production \
FOYER_VAR_DIR="$var" \
FOYER_SECRET_KEY=$("$1" -c 'import secrets; print(secrets.token_urlsafe(50))') \
FOYER_ALLOWED_HOSTS=portal.example.com \
FOYER_TRUSTED_PROXIES=10.0.0.5 \
"$1" manage.py check --deploy --fail-level WARNING
