/* Preloaded into a program: its calls that change files below $FAULT_FOLDER are counted; the n-th fails, or all are
 * written down for a simulation of power loss.
 *
 *   FAULT_AT=n       the n-th call (from 1) fails with FAULT_ERROR (ENOSPC, EIO, EMFILE; SHORT: a write of half)
 *   FAULT_STICKY=1   and so does every later one of its kind
 *   FAULT_COUNT=file writes the number of calls there at the end
 *   FAULT_LOG=file   appends each call: see log_call()
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char* folder;
static size_t folder_length;
static long fail_at = -1;
static int fail_with;
static int fail_short;
static int sticky;
static long calls;
static int log_fd = -1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char* value = getenv("FAULT_FOLDER");
  folder = value;
  folder_length = value ? strlen(value) : 0;
  if ((value = getenv("FAULT_AT"))) fail_at = atol(value);
  if ((value = getenv("FAULT_ERROR"))) {
    fail_with = !strcmp(value, "ENOSPC") ? ENOSPC : !strcmp(value, "EMFILE") ? EMFILE : EIO;
    fail_short = !strcmp(value, "SHORT");
  }
  sticky = getenv("FAULT_STICKY") != NULL;
  if ((value = getenv("FAULT_LOG"))) log_fd = REAL(open)(value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

__attribute__((destructor)) static void finish(void) {
  const char* path = getenv("FAULT_COUNT");
  if (!path) return;
  char text[32];
  int fd = REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (fd < 0) return;
  ssize_t ignored = REAL(write)(fd, text, (size_t)snprintf(text, sizeof text, "%ld\n", calls));
  (void)ignored;
  close(fd);
}

static int below(const char* path) {
  return folder && path && !strncmp(path, folder, folder_length);
}

/* Path of a descriptor, or NULL if it is none of the folder's. */
static const char* path_of(int fd, char* buffer) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, buffer, PATH_MAX - 1);
  if (n <= 0) return NULL;
  buffer[n] = 0;
  return below(buffer) ? buffer : NULL;
}

static const char* absolute(int at, const char* path, char* buffer) {
  if (path[0] == '/') return path;
  char base[PATH_MAX];
  if (at == AT_FDCWD) {
    if (!getcwd(base, sizeof base)) return path;
  } else {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    ssize_t n = readlink(link, base, sizeof base - 1);
    if (n <= 0) return path;
    base[n] = 0;
  }
  if (snprintf(buffer, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return path;
  return buffer;
}

/* 1: this call is to fail. */
static int due(void) {
  pthread_mutex_lock(&mutex);
  long n = ++calls;
  pthread_mutex_unlock(&mutex);
  return n == fail_at || (sticky && fail_at > 0 && n > fail_at);
}

/* "kind offset size path\0path2\n" then size bytes. */
static void log_call(const char* kind, long long offset, size_t size, const char* path, const char* path2, const void* data) {
  if (log_fd < 0) return;
  char head[2 * PATH_MAX + 100];
  int n = snprintf(head, sizeof head, "%s %lld %zu %s\t%s\n", kind, offset, size, path, path2 ? path2 : "");
  pthread_mutex_lock(&mutex);
  struct iovec parts[2] = {{head, (size_t)n}, {(void*)(uintptr_t)data, data ? size : 0}};
  ssize_t ignored = REAL(writev)(log_fd, parts, 2);
  (void)ignored;
  pthread_mutex_unlock(&mutex);
}

#define FAIL_IF_DUE \
  if (due()) {      \
    errno = fail_with ? fail_with : EIO; \
    return -1;      \
  }

/// Where a short write is what fails, other calls only count.
#define FAIL_UNLESS_SHORT \
  if (!fail_short) {      \
    FAIL_IF_DUE           \
  } else {                \
    due();                \
  }

ssize_t write(int fd, const void* data, size_t size) {
  char buffer[PATH_MAX];
  const char* path = path_of(fd, buffer);
  if (!path) return REAL(write)(fd, data, size);
  if (due()) {
    if (fail_short && size > 1) {
      size /= 2;
    } else if (!fail_short) {
      errno = fail_with;
      return -1;
    }
  }
  long long offset = lseek(fd, 0, SEEK_CUR);
  if (fcntl(fd, F_GETFL) & O_APPEND) offset = lseek(fd, 0, SEEK_END);
  ssize_t n = REAL(write)(fd, data, size);
  if (n > 0) log_call("write", offset, (size_t)n, path, NULL, data);
  return n;
}

static ssize_t write_at(int fd, const void* data, size_t size, off64_t offset) {
  char buffer[PATH_MAX];
  const char* path = path_of(fd, buffer);
  if (path && due()) {
    if (fail_short && size > 1) {
      size /= 2;
    } else if (!fail_short) {
      errno = fail_with;
      return -1;
    }
  }
  ssize_t n = REAL(pwrite64)(fd, data, size, offset);
  if (path && n > 0) log_call("write", offset, (size_t)n, path, NULL, data);
  return n;
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) { return write_at(fd, data, size, offset); }
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) { return write_at(fd, data, size, offset); }

static int sync_fd(int fd, int data_only) {
  char buffer[PATH_MAX];
  const char* path = path_of(fd, buffer);
  if (path) {
    FAIL_UNLESS_SHORT
    log_call("sync", 0, 0, path, NULL, NULL);
  }
  return data_only ? REAL(fdatasync)(fd) : REAL(fsync)(fd);
}
int fsync(int fd) { return sync_fd(fd, 0); }
int fdatasync(int fd) { return sync_fd(fd, 1); }

static int truncate_fd(int fd, off64_t size) {
  char buffer[PATH_MAX];
  const char* path = path_of(fd, buffer);
  if (path) {
    FAIL_UNLESS_SHORT
    log_call("truncate", size, 0, path, NULL, NULL);
  }
  return REAL(ftruncate64)(fd, size);
}
int ftruncate(int fd, off_t size) { return truncate_fd(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncate_fd(fd, size); }

static int open_at(int at, const char* given, int flags, mode_t mode) {
  char buffer[PATH_MAX];
  const char* path = absolute(at, given, buffer);
  if (below(path)) {
    FAIL_UNLESS_SHORT
    struct stat s;
    if (flags & O_CREAT && stat(path, &s) != 0) log_call("create", 0, 0, path, NULL, NULL);
    if (flags & O_TRUNC) log_call("truncate", 0, 0, path, NULL, NULL);
  }
  return REAL(openat)(at, given, flags, mode);
}
#define OPEN(name, at, ...)                               \
  {                                                       \
    mode_t mode = 0;                                      \
    if (flags & (O_CREAT | O_TMPFILE)) {                  \
      va_list list;                                       \
      va_start(list, flags);                              \
      mode = va_arg(list, mode_t);                        \
      va_end(list);                                       \
    }                                                     \
    return open_at(at, path, flags, mode);                \
  }
int open(const char* path, int flags, ...) OPEN(open, AT_FDCWD)
int open64(const char* path, int flags, ...) OPEN(open64, AT_FDCWD)
int openat(int at, const char* path, int flags, ...) OPEN(openat, at)
int openat64(int at, const char* path, int flags, ...) OPEN(openat64, at)

#define CALL_WITH_TWO_NAMES(name)                        \
  int name(const char* from, const char* to) {           \
    char a[PATH_MAX], b[PATH_MAX];                       \
    const char* source = absolute(AT_FDCWD, from, a);    \
    const char* target = absolute(AT_FDCWD, to, b);      \
    if (below(source)) {                                 \
      FAIL_UNLESS_SHORT                                  \
      log_call(#name, 0, 0, source, target, NULL);       \
    }                                                    \
    return REAL(name)(from, to);                         \
  }
CALL_WITH_TWO_NAMES(rename)
CALL_WITH_TWO_NAMES(link)

int mkdir(const char* given, mode_t mode) {
  char buffer[PATH_MAX];
  const char* path = absolute(AT_FDCWD, given, buffer);
  struct stat s;
  if (below(path) && stat(path, &s) != 0) {
    FAIL_UNLESS_SHORT
    log_call("mkdir", 0, 0, path, NULL, NULL);
  }
  return REAL(mkdir)(given, mode);
}

int unlink(const char* given) {
  char buffer[PATH_MAX];
  const char* path = absolute(AT_FDCWD, given, buffer);
  if (below(path)) log_call("unlink", 0, 0, path, NULL, NULL);
  return REAL(unlink)(given);
}

int remove(const char* given) {
  char buffer[PATH_MAX];
  const char* path = absolute(AT_FDCWD, given, buffer);
  if (below(path)) log_call("unlink", 0, 0, path, NULL, NULL);
  return REAL(remove)(given);
}

int unlinkat(int at, const char* given, int flags) {
  char buffer[PATH_MAX];
  const char* path = absolute(at, given, buffer);
  if (below(path)) log_call("unlink", 0, 0, path, NULL, NULL);
  return REAL(unlinkat)(at, given, flags);
}
