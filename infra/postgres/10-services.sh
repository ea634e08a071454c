#!/bin/sh
# Runs once, when the database is new: one role a service. Each makes and owns its schema; none can read another's.
set -eu

for service in directory staffing agency catalogue backoffice web; do
    SERVICE_PASSWORD_FILE=/run/secrets/postgres-$service
    export SERVICE_PASSWORD_FILE
    psql -v ON_ERROR_STOP=1 -v role="muster_$service" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\set password `cat "$SERVICE_PASSWORD_FILE"`
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE ROLE :"role" LOGIN PASSWORD :'password' CONNECTION LIMIT 40;
GRANT CONNECT, CREATE ON DATABASE :"DBNAME" TO :"role";
SQL
done
