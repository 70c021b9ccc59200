/*
 * Fails the n-th write to a file below a folder, once, as a disk does that is full for a moment.
 *
 * Preloaded, so that it sees the writes of Python and of Rust alike. FAIL_FOLDER names the folder,
 * FAIL_AT the write (0: none), FAIL_LOG a file that gets the path of each write, a line each. All
 * are read at each write, for a process may set them after it began.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long seen;

static void note(const char *path) {
    const char *log = getenv("FAIL_LOG");
    char line[4200];
    int file = log && *log ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file < 0) return;
    int size = snprintf(line, sizeof line, "%s\n", path);
    syscall(SYS_write, file, line, (size_t)size);
    close(file);
}

static int fails(int file) {
    const char *folder = getenv("FAIL_FOLDER"), *at = getenv("FAIL_AT");
    char name[64], path[4096];
    int before = errno;
    if (!folder || !*folder) return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t size = readlink(name, path, sizeof path - 1);
    path[size < 0 ? 0 : size] = 0;
    errno = before;
    if (strncmp(path, folder, strlen(folder))) return 0;
    note(path);
    if (atomic_fetch_add(&seen, 1) + 1 != (at ? atol(at) : 0)) return 0;
    errno = ENOSPC;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *data, size_t size) {
    return fails(file) ? -1 : REAL(write)(file, data, size);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
    return fails(file) ? -1 : REAL(pwrite)(file, data, size, at);
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    return fails(file) ? -1 : REAL(pwrite64)(file, data, size, at);
}
ssize_t writev(int file, const struct iovec *parts, int n) {
    return fails(file) ? -1 : REAL(writev)(file, parts, n);
}
