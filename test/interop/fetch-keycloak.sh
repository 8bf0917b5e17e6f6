#!/usr/bin/env bash
# Fetches Keycloak through Maven as this machine has it set up, compares it with the hash below, unpacks it and builds it for an
# in-memory database. For the tests: export STUDIO_GATE_KEYCLOAK=FOLDER.
# Usage: test/interop/fetch-keycloak.sh FOLDER      (needs maven and a Java runtime of version 17 or newer)
set -euo pipefail
folder=${1:?usage: $0 FOLDER}

plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1
version=26.7.3
sha256=77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47

download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
mvn --quiet --batch-mode "$plugin:copy" "-Dartifact=org.keycloak:keycloak-quarkus-dist:$version:tar.gz" "-DoutputDirectory=$download"
archive=$download/keycloak-quarkus-dist-$version.tar.gz
printf '%s  %s\n' "$sha256" "$archive" | sha256sum --check --quiet
mkdir -p "$folder"
tar --extract --gzip --strip-components=1 --directory "$folder" --file "$archive"
"$folder/bin/kc.sh" build --db=dev-mem
