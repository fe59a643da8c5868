#!/bin/bash
# Installs the Debian packages of tools/packages.txt that are missing; nothing else, since the
# project uses no library that Debian 12 does not have. Says nothing where none is missing.
# `setup.sh run` leaves out what only tests use (TeX Live, a browser: half a gigabyte).
set -euo pipefail
cd "$(dirname "$0")"

installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes "$@"
  elif command -v sudo >/dev/null; then
    sudo DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes "$@"
  else
    echo "setup: run as root, or install these packages yourself: ${missing[*]}" >&2
    exit 1
  fi
}

command -v dpkg-query >/dev/null || {
  echo "setup: this is no Debian system; install what tools/packages.txt lists yourself" >&2
  exit 1
}

missing=()
while read -r package reason; do
  case $package in '' | '#'*) continue ;; esac
  case ${1:-}:$reason in run:tests:*) continue ;; esac
  installed "$package" && continue
  [ ${#missing[@]} -gt 0 ] || echo "setup: installing the Debian packages that are missing:"
  printf '  %-20s %s\n' "$package" "$reason"
  missing+=("$package")
done <packages.txt
[ ${#missing[@]} -gt 0 ] || exit 0

as_root apt-get update -qq
as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
