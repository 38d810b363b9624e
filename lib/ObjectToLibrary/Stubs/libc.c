// Stands in for glibc's libc.so.6 when mimoc links a model: names and versions, nothing that could run. See CMakeLists.txt.
#define STUB(name) void name(void) {}
STUB(getauxval) STUB(memcmp) STUB(memcpy) STUB(memmove) STUB(memset)
