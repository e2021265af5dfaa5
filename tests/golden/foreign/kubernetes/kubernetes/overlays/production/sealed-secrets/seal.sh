#!/bin/sh
# Rendered by mscli - do not edit. Seals secrets for one namespace of the cluster of this context.
# FOLDER holds a file for each secret, named as the secret. What is made here is yours to commit.
# usage: sh seal.sh NAMESPACE FOLDER
set -eu
: "${1:?usage: sh seal.sh NAMESPACE FOLDER}" "${2:?usage: sh seal.sh NAMESPACE FOLDER}"
namespace=$1
folder=$2
made=$(dirname "$0")/sealed
mkdir -p "$made"

seal() { # NAME
    kubectl create secret generic "$1" --namespace "$namespace" --from-file="$1=$folder/$1" \
        --dry-run=client --output yaml | kubeseal --format yaml >"$made/$1.new"
    mv -f "$made/$1.new" "$made/$1.yaml"
}

seal legacy-secret-stripe-key
seal orders-secret-mail-key
