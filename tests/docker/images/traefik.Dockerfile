# The official one is made of Alpine, which has a wget as busybox has.
FROM busybox:1.35
COPY traefik /usr/local/bin/traefik
ENV PATH=/usr/local/bin:/bin
ENTRYPOINT ["traefik"]
