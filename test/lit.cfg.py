# The lit suite: every *.mimo, *.mlir and *.test below test/ with a RUN line is one test.
#
# Programs of the build (mimoc, mimo-opt, mimo) and of LLVM (FileCheck, not, count, split-file) are called by name.
# Substitutions beside lit's own (%s the test file, %S its folder, %t a temporary name):
#   %clang %clangxx   the C and C++ compilers that built mimoc
#   %cmake            the cmake that configured it
#   %python           python3 with numpy
#   %root             the source tree        %examples   its examples
#   %build            the build tree
#   %include          include/, for mimoc/Runtime.h
# Features for REQUIRES and UNSUPPORTED: x86_64, aarch64, gcc, asan, and cpu-<flag> for every flag of /proc/cpuinfo
# (cpu-avx2, cpu-avx512f, ...).
import glob
import os
import platform
import shutil
import subprocess
import sys

import lit.formats

config.name = "mimoc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mimo", ".mlir", ".test"]
config.excludes = ["Inputs", "Unit", "CMakeLists.txt"]
# The long versions of tests, run by scripts/check.sh --nightly.
if not lit_config.params.get("nightly"):
    config.excludes.append("Nightly")
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.mimoc_binary_dir, "test")

# A test that hangs is a failure with a name.
if lit_config.maxIndividualTestTimeIsSupported[0]:
    lit_config.maxIndividualTestTime = 4 * 3600 if lit_config.params.get("nightly") else 900

config.environment["PATH"] = os.pathsep.join(
    [config.mimoc_tools_dir, config.llvm_tools_dir, config.environment["PATH"]]
)
config.environment["LC_ALL"] = "C.UTF-8"
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

config.substitutions += [
    ("%clangxx", config.cxx_compiler),
    ("%clang", config.c_compiler),
    ("%cmake", config.cmake_command),
    ("%python", sys.executable),
    ("%root", config.mimoc_source_dir),
    ("%examples", os.path.join(config.mimoc_source_dir, "examples")),
    ("%build", config.mimoc_binary_dir),
    ("%include", os.path.join(config.mimoc_source_dir, "include")),
]


def processor_flags():
    """The flags line of /proc/cpuinfo ("Features" on aarch64); empty where there is none."""
    try:
        with open("/proc/cpuinfo") as info:
            for line in info:
                key, _, value = line.partition(":")
                if key.strip() in ("flags", "Features"):
                    return value.split()
    except OSError:
        pass
    return []


config.available_features.add(platform.machine())
config.available_features.update("cpu-" + flag for flag in processor_flags())
if shutil.which("gcc"):
    config.available_features.add("gcc")
if "address" in config.sanitizers:
    config.available_features.add("asan")

# Programs with sanitizers need clang's run-time library, which is a package of its own.
runtimes = subprocess.run([config.c_compiler, "--print-runtime-dir"], capture_output=True, text=True).stdout.strip()
if glob.glob(os.path.join(runtimes, "libclang_rt.asan*.a")):
    config.available_features.add("compiler-rt")
