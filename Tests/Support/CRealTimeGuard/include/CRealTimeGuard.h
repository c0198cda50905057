/* Counts what a real-time thread must not do: it defines malloc and its family, the pthread locks and Swift's
   reference counting in the test executable, ahead of the libraries' own, and counts calls on marked threads. */
#ifndef CREALTIMEGUARD_H
#define CREALTIMEGUARD_H

#include <stdint.h>

/* Callable from real-time Swift functions. */
#define RTGUARD_RT __attribute__((swift_attr("@_noAllocation"))) __attribute__((swift_attr("@_noLocks")))

typedef struct rtguard_counts {
    uint64_t allocations;
    uint64_t frees;
    uint64_t locks;
    uint64_t reference_counts;
} rtguard_counts;

/* Whether this build can count at all: a sanitizer brings its own malloc, and then it cannot. */
int32_t rtguard_is_built(void) RTGUARD_RT;
/* Whether a malloc, free and lock made here and now are counted: the calls do reach the guard. */
int32_t rtguard_is_active(void);

/* Marks the calling thread and starts its counts at zero; `exit` unmarks it and returns them. */
void rtguard_enter(void) RTGUARD_RT;
rtguard_counts rtguard_exit(void) RTGUARD_RT;
/* Unmarks the calling thread for a moment, counts kept; calls do not nest. */
void rtguard_pause(void) RTGUARD_RT;
void rtguard_resume(void) RTGUARD_RT;

/* With 1, the first forbidden call on a marked thread raises SIGTRAP, so that a debugger shows it. */
void rtguard_set_trap(int32_t on);

#endif
