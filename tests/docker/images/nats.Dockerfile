# The official one is made of Alpine, which has a wget as busybox has.
FROM busybox:1.35
COPY nats-server /usr/local/bin/nats-server
ENV PATH=/usr/local/bin:/bin
ENTRYPOINT ["nats-server"]
