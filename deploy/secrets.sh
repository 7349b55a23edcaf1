#!/bin/sh
# Makes the files that docker-compose.yml mounts as secrets, unless they are there.  usage: secrets.sh HOST [FOLDER]
# The certificate is self-signed, for trying out: replace tls_certificate and tls_key by your own.
set -eu
host=${1:?usage: secrets.sh HOST [FOLDER]}
folder=${2:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

random() { head -c 48 /dev/urandom | base64 | tr -d '\n/+='; }

# Readable inside the containers, whose users are not yours; the folder keeps everybody else out.
umask 022
[ -e secret_key ] || { random; random; } > secret_key
[ -e database_password ] || random > database_password
[ -e database_url ] || printf 'postgres://foyer:%s@database:5432/foyer' "$(cat database_password)" > database_url
[ -e oidc_client_secret ] || : > oidc_client_secret
[ -e tls_key ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
    -keyout tls_key -out tls_certificate -subj "/CN=$host" -addext "subjectAltName=DNS:$host" 2>/dev/null
chmod 644 secret_key database_password database_url oidc_client_secret tls_key tls_certificate
