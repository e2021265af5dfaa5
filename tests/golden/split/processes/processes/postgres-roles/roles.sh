#!/bin/sh
# Rendered by mscli from engines/postgres - do not edit. Running it again is harmless.
set -eu
PGPASSWORD=$(cat /srv/system/.mscli/local/secrets/postgres-password)
export PGPASSWORD PGUSER=postgres PGOPTIONS='-c client_min_messages=warning'
password_monolith=$(cat /srv/system/.mscli/local/secrets/monolith-database-password)
export password_monolith
password_orders=$(cat /srv/system/.mscli/local/secrets/orders-database-password)
export password_orders
# After a crash it listens before it has recovered.
tries=0
until pg_isready --quiet --dbname postgresql://127.0.0.1:20004/postgres || [ "$tries" -ge 600 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 postgresql://127.0.0.1:20004/postgres <<'SQL'
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;
\getenv password password_monolith
SELECT 'CREATE ROLE "monolith"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'monolith') \gexec
ALTER ROLE "monolith" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
\getenv password password_orders
SELECT 'CREATE ROLE "orders"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'orders') \gexec
ALTER ROLE "orders" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SELECT 'CREATE DATABASE "monolith" OWNER "monolith"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'monolith') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE "monolith" FROM PUBLIC;
SELECT 'CREATE DATABASE "orders" OWNER "orders"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'orders') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE "orders" FROM PUBLIC;
-- Who was let in before, and is no guest any more.
SELECT format('REVOKE CONNECT ON DATABASE %I FROM %I', datname, rolname) FROM pg_database, aclexplode(datacl) JOIN pg_roles ON pg_roles.oid = grantee WHERE grantee <> datdba AND rolname NOT LIKE 'mscli.%' \gexec
SQL
