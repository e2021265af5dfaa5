// Rendered by mscli from gateway/traefik - do not edit.
module mscli/door

go 1.22
