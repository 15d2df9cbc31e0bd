/* Loaded into a PostgreSQL server, this makes every fsync and fdatasync take SLOW_FSYNC_US microseconds longer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_first(void)
{
    static long microseconds = -1;
    if (microseconds < 0) {
        const char *wanted = getenv("SLOW_FSYNC_US");
        microseconds = wanted ? atol(wanted) : 0;
    }
    struct timespec left = {microseconds / 1000000, microseconds % 1000000 * 1000};
    while (nanosleep(&left, &left) != 0) { } /* a signal may cut it short */
}

int fsync(int file)
{
    static int (*real)(int);
    if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    wait_first();
    return real(file);
}

int fdatasync(int file)
{
    static int (*real)(int);
    if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    wait_first();
    return real(file);
}
