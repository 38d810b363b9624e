#!/usr/bin/env bash
# Sets up, builds and runs every test. The last line is "N passed, M failed"; the exit status is 0 only when M is 0.
# check.sh --nightly runs the long versions too (test/Nightly, hours).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "== $*"; }
fail() { echo "check: $*" >&2; echo "0 passed, 1 failed"; exit 1; }

nightly=()
case "${1:-}" in
  "") ;;
  --nightly) nightly=(--param nightly=1) ;;
  *) fail "'$1' is no option; there is --nightly" ;;
esac

scripts/setup.sh || fail "the set-up failed: see above"
scripts/build.sh || fail "the build failed: see the first error above"

say "running all tests"
results=build/test/results.json
rm -f "$results"
/usr/lib/llvm-22/bin/lit -sv --no-progress-bar "${nightly[@]}" --output "$results" build/test build/test/Unit
[ -s "$results" ] || fail "the tests did not run to their end: see above"
exec python3 scripts/summarise_tests.py "$results"
