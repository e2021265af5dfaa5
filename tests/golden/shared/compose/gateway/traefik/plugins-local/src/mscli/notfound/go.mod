// Rendered by mscli from gateway/traefik - do not edit.
module mscli/notfound

go 1.22
