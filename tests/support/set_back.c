/* Sets the clock back, as a machine does that learns the time: by CLOCK_BACK_S seconds. Preloaded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    const char *back = getenv("CLOCK_BACK_S");
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, now);
    if (back && !status && clock == CLOCK_REALTIME) now->tv_sec -= atol(back);
    return status;
}
