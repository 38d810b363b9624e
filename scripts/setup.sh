#!/usr/bin/env bash
# Installs the Debian packages of scripts/packages.txt that are missing. Needs nothing but bash and apt; asks nothing;
# returns at once when everything is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { echo "== $*"; }
refuse() { echo "setup: $*" >&2; exit 1; }

mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$here/packages.txt")
command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
  refuse "this is no Debian system; install the equivalents of these packages yourself, then build with
       cmake --preset release && cmake --build --preset release:
       ${wanted[*]}"

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  say "set-up: all ${#wanted[@]} packages are installed"
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || refuse "not root and no sudo; run this as root:  apt-get install ${missing[*]}"
  as_root=(sudo)
fi

# The lock timeout is for machines whose unattended upgrades hold apt just now.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

say "set-up: installing ${#missing[@]} of ${#wanted[@]} packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt update >"$log" 2>&1 || { sleep 3; apt update >"$log" 2>&1; } ||
  { cat "$log" >&2; echo "setup: apt-get update failed; going on with the lists that are here" >&2; }
if ! apt install --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  refuse "apt-get could not install the packages above. mimoc needs LLVM 22, which Debian 12 brings in its
       bookworm-security suite: see that the sources of apt name it."
fi
say "set-up: done"
