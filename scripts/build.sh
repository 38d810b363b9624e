#!/usr/bin/env bash
# Configures and builds the release preset in build/: everything, or the targets that are named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "== $*"; }

# A file that includes MLIR takes about 1.5 GB to compile: as many jobs as processors, or as memory allows.
memory_kib=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
jobs=$(nproc)
by_memory=$((memory_kib / 1572864))
[ "$by_memory" -ge 1 ] || by_memory=1
[ "$jobs" -le "$by_memory" ] || jobs=$by_memory

mkdir -p build
say "configuring (log: build/configure.log)"
cmake --preset release >build/configure.log 2>&1 || { tail -n 40 build/configure.log >&2; exit 1; }
say "building in build/ with $jobs jobs; the first time takes some minutes"
targets=()
[ $# -eq 0 ] || targets=(--target "$@")
cmake --build --preset release --parallel "$jobs" "${targets[@]}"
