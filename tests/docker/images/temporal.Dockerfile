# As the official one: the program, a user, and nothing else.
FROM scratch
COPY passwd /etc/passwd
COPY temporal /temporal
USER 1000:1000
ENTRYPOINT ["/temporal"]
