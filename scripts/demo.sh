#!/usr/bin/env bash
# From a bare Debian 12 to a trained model: sets up, builds, compiles the digits example, trains it on real data, and
# prints the accuracy on digits that it has not seen. Everything it makes lies in build/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "== $*"; }
example=examples/digits
demo=build/demo

scripts/setup.sh
scripts/build.sh mimoc mimo

say "compiling $example/model.mimo"
mkdir -p "$demo"
build/bin/mimoc "$example/model.mimo" -o "$demo/digits.so"

say "training on 1,437 handwritten digits (UCI, real data: $example/data/README.md)"
build/bin/mimo train "$demo/digits.so" --data "$example/data/train.npz" --epochs 30 --batch 32 \
  --out "$demo/run" --overwrite

say "testing on the 360 digits that were held out"
build/bin/mimo eval "$demo/digits.so" --data "$example/data/test.npz" --checkpoint "$demo/run/last.safetensors" \
  --json >"$demo/test.json"
python3 scripts/print_accuracy.py "$demo/test.json"

cat <<END
  library      $demo/digits.so
  header       $demo/digits.h       (begins with a complete program that uses it)
  checkpoint   $demo/run/last.safetensors
  loss picture $demo/run/losses.svg
Next: examples/digits/app.c does the same from C; docs/language.md tells how to write your own model.
END
