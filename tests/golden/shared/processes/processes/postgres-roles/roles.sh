#!/bin/sh
# Rendered by mscli from engines/postgres - do not edit. Running it again is harmless.
set -eu
PGPASSWORD=$(cat /srv/system/.mscli/local/secrets/postgres-password)
export PGPASSWORD PGUSER=postgres PGOPTIONS='-c client_min_messages=warning'
password_legacy_shop=$(cat /srv/system/.mscli/local/secrets/legacy-shop-database-password)
export password_legacy_shop
password_reports=$(cat /srv/system/.mscli/local/secrets/reports-database-password)
export password_reports
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
\getenv password password_legacy_shop
SELECT 'CREATE ROLE "legacy_shop"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'legacy_shop') \gexec
ALTER ROLE "legacy_shop" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
\getenv password password_reports
SELECT 'CREATE ROLE "reports"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reports') \gexec
ALTER ROLE "reports" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
\getenv password password_orders
SELECT 'CREATE ROLE "orders"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'orders') \gexec
ALTER ROLE "orders" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SELECT 'CREATE DATABASE "legacy_shop" OWNER "legacy_shop"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'legacy_shop') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE "legacy_shop" FROM PUBLIC;
SELECT 'CREATE DATABASE "reports" OWNER "reports"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'reports') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE "reports" FROM PUBLIC;
-- Who was let in before, and is no guest any more.
SELECT format('REVOKE CONNECT ON DATABASE %I FROM %I', datname, rolname) FROM pg_database, aclexplode(datacl) JOIN pg_roles ON pg_roles.oid = grantee WHERE grantee <> datdba AND rolname NOT LIKE 'mscli.%' \gexec
GRANT CONNECT ON DATABASE "legacy_shop" TO "orders";
GRANT pg_read_all_data, pg_write_all_data TO "orders";
GRANT CONNECT ON DATABASE "legacy_shop" TO "reports";
GRANT pg_read_all_data, pg_write_all_data TO "reports";
SQL
