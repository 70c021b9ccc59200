/*
 * Fails the n-th system call that changes something below a folder, or dies in it.
 *
 * Loaded into a process, it has the kernel hand over each such call, from Python, C and Rust alike
 * (seccomp, SIGSYS), and makes the call itself. FAIL_FOLDER names the folder, FAIL_AT the call (0:
 * none), FAIL_HOW what becomes of it: `enospc` and `eio` fail it, once, as a disk does that is full
 * or bad for a moment; `torn` writes half and kills the process, `kill` kills it before the call.
 * FAIL_LOG is a file that gets each call and the path that it is about, a line each. All are read
 * when it is loaded. Linux on x86-64 alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define PATH_SIZE 4096
/* In the sixth argument, which no call that is looked at has: the call is ours. */
#define OURS 0x5afec0de

enum { FILE_FIRST, NAME_FIRST, NAME_SECOND, IN_FOLDER, NEW_NAME_IN_FOLDER };

static const struct {
    int number, about;
    const char *name;
} calls[] = {
    {SYS_write, FILE_FIRST, "write"},
    {SYS_pwrite64, FILE_FIRST, "pwrite"},
    {SYS_writev, FILE_FIRST, "writev"},
    {SYS_pwritev, FILE_FIRST, "pwritev"},
    {SYS_sendfile, FILE_FIRST, "sendfile"},
    {SYS_fsync, FILE_FIRST, "fsync"},
    {SYS_fdatasync, FILE_FIRST, "fdatasync"},
    {SYS_ftruncate, FILE_FIRST, "ftruncate"},
    {SYS_fchmod, FILE_FIRST, "chmod"},
    {SYS_truncate, NAME_FIRST, "truncate"},
    {SYS_unlink, NAME_FIRST, "unlink"},
    {SYS_rmdir, NAME_FIRST, "rmdir"},
    {SYS_mkdir, NAME_FIRST, "mkdir"},
    {SYS_chmod, NAME_FIRST, "chmod"},
    {SYS_open, NAME_FIRST, "create"},
    {SYS_rename, NAME_SECOND, "rename"},
    {SYS_link, NAME_SECOND, "link"},
    {SYS_symlink, NAME_SECOND, "symlink"},
    {SYS_unlinkat, IN_FOLDER, "unlink"},
    {SYS_mkdirat, IN_FOLDER, "mkdir"},
    {SYS_openat, IN_FOLDER, "create"},
    {SYS_fchmodat, IN_FOLDER, "chmod"},
    {SYS_renameat, NEW_NAME_IN_FOLDER, "rename"},
    {SYS_renameat2, NEW_NAME_IN_FOLDER, "rename"},
    {SYS_linkat, NEW_NAME_IN_FOLDER, "link"},
};
#define N_CALLS (sizeof calls / sizeof *calls)

static const char *root, *how, *log_path;
static long at;
static atomic_long seen;

static long ours(long n, long a, long b, long c, long d, long e) {
    long result;
    register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = OURS;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static void note(const char *call, const char *path) {
    char line[PATH_SIZE + 32];
    long flags = O_WRONLY | O_CREAT | O_APPEND;
    long file = ours(SYS_openat, AT_FDCWD, (long)log_path, flags, 0600, 0);
    if (file < 0) return;
    int size = snprintf(line, sizeof line, "%s %s\n", call, path);
    ours(SYS_write, file, (long)line, size, 0, 0);
    close((int)file);
}

static void follow(const char *link, char *path) {
    ssize_t size = readlink(link, path, PATH_SIZE - 1);
    path[size < 0 ? 0 : size] = 0;
}

/* Writes the whole path of what a name means in a folder, or of an open file, to `path`. */
static void find(long folder, const char *name, char *path) {
    char link[64], top[PATH_SIZE];
    snprintf(link, sizeof link, "/proc/self/fd/%d", (int)folder);
    if (!name) {
        follow(link, path);
    } else if (name[0] == '/') {
        snprintf(path, PATH_SIZE, "%s", name);
    } else {
        follow((int)folder == AT_FDCWD ? "/proc/self/cwd" : link, top);
        snprintf(path, PATH_SIZE, "%.3000s/%.1000s", top, name);
    }
}

static void find_target(int about, const long *given, char *path) {
    switch (about) {
    case FILE_FIRST: find(given[0], NULL, path); break;
    case NAME_FIRST: find(AT_FDCWD, (const char *)given[0], path); break;
    case NAME_SECOND: find(AT_FDCWD, (const char *)given[1], path); break;
    case IN_FOLDER: find(given[0], (const char *)given[1], path); break;
    default: find(given[2], (const char *)given[3], path);
    }
}

static long answer(long number, long *given) {
    char path[PATH_SIZE];
    size_t which = 0;
    while (which < N_CALLS - 1 && calls[which].number != number) which++;
    find_target(calls[which].about, given, path);
    if (!strncmp(path, root, strlen(root))) {
        note(calls[which].name, path);
        if (atomic_fetch_add(&seen, 1) + 1 == at) {
            if (!strcmp(how, "eio")) return -EIO;
            if (!strcmp(how, "enospc")) return -ENOSPC;
            if (!strcmp(how, "torn") && (number == SYS_write || number == SYS_pwrite64))
                ours(number, given[0], given[1], given[2] / 2, given[3], given[4]);
            kill(getpid(), SIGKILL);
        }
    }
    return ours(number, given[0], given[1], given[2], given[3], given[4]);
}

static void on_call(int signal, siginfo_t *info, void *context) {
    greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    int before = errno;
    long given[] = {r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8]};
    (void)signal;
    r[REG_RAX] = answer(info->si_syscall, given);
    errno = before;
}

#define LOAD(field) \
    (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(what) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, what)
#define UNLESS(test, value, skipped) \
    (struct sock_filter) BPF_JUMP(BPF_JMP | test | BPF_K, value, 0, skipped)

/* The environment may change afterwards. */
static const char *copied(const char *name) {
    const char *value = getenv(name);
    return value ? strdup(value) : NULL;
}

__attribute__((constructor)) static void begin(void) {
    struct sock_filter filter[8 * N_CALLS + 8];
    unsigned short n = 0;
    root = copied("FAIL_FOLDER"), how = copied("FAIL_HOW"), log_path = copied("FAIL_LOG");
    at = getenv("FAIL_AT") ? atol(getenv("FAIL_AT")) : 0;
    if (!root || !*root) return;
    if (!how) how = "enospc";
    if (!log_path) log_path = "/dev/null";
    filter[n++] = LOAD(args[5]);
    filter[n++] = UNLESS(BPF_JEQ, OURS, 1);
    filter[n++] = RETURN(SECCOMP_RET_ALLOW);
    filter[n++] = LOAD(nr);
    for (size_t i = 0; i < N_CALLS; i++) {
        int flags = calls[i].number == SYS_openat ? 2 : calls[i].number == SYS_open ? 1 : 0;
        filter[n++] = UNLESS(BPF_JEQ, calls[i].number, flags ? 4 : 1);
        if (flags) {
            filter[n++] = flags == 2 ? LOAD(args[2]) : LOAD(args[1]);
            filter[n++] = UNLESS(BPF_JSET, O_CREAT, 1);
        }
        filter[n++] = RETURN(SECCOMP_RET_TRAP);
        if (flags) filter[n++] = RETURN(SECCOMP_RET_ALLOW);
    }
    /* Its six arguments leave no room for ours; who calls it goes on without it. */
    filter[n++] = UNLESS(BPF_JEQ, SYS_copy_file_range, 1);
    filter[n++] = RETURN(SECCOMP_RET_ERRNO | ENOSYS);
    filter[n++] = RETURN(SECCOMP_RET_ALLOW);
    struct sigaction action = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO | SA_NODEFER};
    struct sock_fprog program = {n, filter};
    sigaction(SIGSYS, &action, NULL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        perror("seccomp");
        _exit(99);
    }
}
