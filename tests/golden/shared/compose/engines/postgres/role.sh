# Rendered by mscli from engines/postgres - do not edit. The image runs it once, on a new volume.
# The service's role owns its database, and may do nothing else on this server.
role=$SERVICE_ROLE
password=$(cat "$SERVICE_PASSWORD_FILE")
export role password
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\getenv role role
\getenv password password
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE CONNECT, TEMPORARY ON DATABASE :"role", postgres, template1 FROM PUBLIC;
SQL
unset role password
