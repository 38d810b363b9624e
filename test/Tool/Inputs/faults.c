/* Loaded before libc: lets system calls on files below FAULT_FOLDER fail. FAULT is CALL:K:HOW, where CALL is open, write,
 * fsync, rename, close or any (the K-th of all these), HOW an error number, "once" being implied; or full:N: after N bytes
 * the disk is full, as a disk is: a last short write, then ENOSPC. FAULT_COUNT names a file that gets the number of calls. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long calls, written;

static int below(const char *path) {
  const char *folder = getenv("FAULT_FOLDER");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int belowFile(int file) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0)
    return 0;
  path[length] = 0;
  return below(path);
}

/* Whether this call fails; errno says how. */
static int fails(const char *call) {
  const char *fault = getenv("FAULT"), *count = getenv("FAULT_COUNT");
  char name[16] = "";
  long k = 0;
  int error = 0, hit = 0;
  if (fault && sscanf(fault, "%15[a-z]:%ld:%d", name, &k, &error) == 3 && (strcmp(name, "any") == 0 || strcmp(name, call) == 0))
    hit = calls++ == k;
  else if (!fault)
    calls++;
  if (count) {
    FILE *(*open_file)(const char *, const char *) = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "fopen");
    FILE *file = open_file(count, "w");
    fprintf(file, "%ld\n", calls);
    fclose(file);
  }
  if (hit)
    errno = error;
  return hit;
}

#define REAL(name) (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int openAs(const char *symbol, const char *path, int flags, mode_t mode) {
  int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, symbol);
  if ((flags & (O_WRONLY | O_RDWR | O_DIRECTORY)) && below(path) && fails("open"))
    return -1;
  return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  return openAs("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  return openAs("open64", path, flags, mode);
}

ssize_t write(int file, const void *bytes, size_t count) {
  ssize_t (*real)(int, const void *, size_t) = REAL(write);
  if (!belowFile(file))
    return real(file, bytes, count);
  if (fails("write"))
    return -1;
  const char *fault = getenv("FAULT");
  if (fault && strncmp(fault, "full:", 5) == 0) {
    long left = atol(fault + 5) - written;
    if (left <= 0) {
      errno = ENOSPC;
      return -1;
    }
    count = count < (size_t)left ? count : (size_t)left;
  }
  ssize_t done = real(file, bytes, count);
  written += done > 0 ? done : 0;
  return done;
}

int fsync(int file) {
  int (*real)(int) = REAL(fsync);
  return belowFile(file) && fails("fsync") ? -1 : real(file);
}

int close(int file) {
  int (*real)(int) = REAL(close);
  int failing = belowFile(file) && fails("close"), error = errno;
  int result = real(file); /* as on Linux, the descriptor is gone in any case */
  if (!failing)
    return result;
  errno = error;
  return -1;
}

int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) = REAL(rename);
  return below(to) && fails("rename") ? -1 : real(from, to);
}
