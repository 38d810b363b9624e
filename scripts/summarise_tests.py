"""Reads lit's results (--output) and prints `N passed, M failed` as the last line; exits 1 when a test failed.

An expected failure counts as passed, an unexpected pass and a test that never finished as failed. Tests that cannot
run on this machine are listed and counted as neither.
"""
import json
import sys

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
NOT_RUN = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def main(path):
    with open(path) as file:
        tests = json.load(file)["tests"]
    passed = [test["name"] for test in tests if test["code"] in PASSED]
    not_run = [test["name"] for test in tests if test["code"] in NOT_RUN]
    failed = [test for test in tests if test["code"] not in PASSED | NOT_RUN]
    for name in sorted(not_run):
        print(f"not run on this machine: {name}")
    for test in sorted(failed, key=lambda test: test["name"]):
        print(f"failed: {test['name']} ({test['code']})")
    if not passed and not failed:
        print("failed: lit found no tests")
        failed = [None]
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed else 0


sys.exit(main(sys.argv[1]))
