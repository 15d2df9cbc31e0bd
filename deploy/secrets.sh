#!/bin/sh
# Makes the file of secrets that docker-compose.yml reads, once: fresh random passwords and keys, readable by its owner only.
#
#   deploy/secrets.sh [FILE]        FILE is .env in the checkout unless said otherwise
set -eu
cd "$(dirname "$0")/.."
file=${1:-.env}

if [ -e "$file" ]; then
    echo "$file is there already and stays as it is: PostgreSQL and RabbitMQ keep the passwords of their first start." >&2
    exit 0
fi

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

umask 077
draft=$file.draft.$$
trap 'rm -f "$draft"' EXIT
for name in POSTGRES_PASSWORD RABBITMQ_PASSWORD ZHUCE_IDENTITY_PASSWORD ZHUCE_FILING_PASSWORD ZHUCE_REVIEW_PASSWORD \
    ZHUCE_CERTIFICATE_PASSWORD ZHUCE_QUERY_PASSWORD ZHUCE_OPERATOR_PASSWORD ZHUCE_SESSION_KEY; do
    printf '%s=%s\n' "$name" "$(secret)"
done > "$draft"
# In one step, so that a run cut short leaves no half of it behind; and never over a file that came up meanwhile.
ln "$draft" "$file"
echo "wrote $file" >&2
