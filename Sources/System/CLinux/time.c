#include "clinux_internal.h"
#include <time.h>

static uint64_t read_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t clinux_now_ns(void) { return read_ns(CLOCK_MONOTONIC); }
int64_t clinux_wall_us(void) { return (int64_t)(read_ns(CLOCK_REALTIME) / 1000u); }
uint64_t clinux_thread_cpu_ns(void) { return read_ns(CLOCK_THREAD_CPUTIME_ID); }
uint64_t clinux_process_cpu_ns(void) { return read_ns(CLOCK_PROCESS_CPUTIME_ID); }

int32_t clinux_sleep_until_ns(uint64_t deadline) {
    struct timespec until = {(time_t)(deadline / 1000000000u), (long)(deadline % 1000000000u)};
    int problem;
    do {
        problem = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    } while (problem == EINTR);
    return -problem;
}
