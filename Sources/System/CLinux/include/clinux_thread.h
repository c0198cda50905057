#ifndef CLINUX_THREAD_H
#define CLINUX_THREAD_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

typedef struct clinux_thread_options {
    /* SCHED_FIFO priority 1...99; 0 = ordinary scheduling. */
    int32_t priority;
    /* Processor to stay on; -1 = any. */
    int32_t processor;
    /* Stack in octets, rounded up to pages; 0 = 512 KiB. */
    uint64_t stack_octets;
    /* Locks the stack into memory and touches it once. */
    int32_t lock_stack;
    /* Timer slack in nanoseconds; 0 = leave. */
    uint32_t timer_slack_ns;
    /* Name shown by the system, at most 15 characters. */
    char name[16];
} clinux_thread_options;

/* What the thread got; each problem is 0 or a positive errno. A thread runs in any case once it is started. */
typedef struct clinux_thread_report {
    uint64_t handle;
    int32_t thread_id;
    int32_t scheduling_problem;
    int32_t affinity_problem;
    int32_t stack_problem;
} clinux_thread_report;

/* Starts a thread with all signals blocked and SCHED_RESET_ON_FORK, and waits until its report is there. */
int32_t clinux_thread_start(
    const clinux_thread_options *options, void (*body)(void *_Nullable), void *_Nullable argument,
    clinux_thread_report *report);
/* Waits for the thread's end. */
int32_t clinux_thread_join(uint64_t handle);
/* Tries what the options ask for on a short-lived thread: 0, or the errno of the refusal. */
int32_t clinux_thread_probe_realtime(int32_t priority);
/* Gives the calling thread ordinary scheduling and a name (may be null). */
int32_t clinux_thread_make_ordinary(const char *_Nullable name);
/* Scheduling policy (0 other, 1 FIFO) and priority of the calling thread. */
int32_t clinux_thread_policy(int32_t *priority) CLINUX_RT;
/* Tells the processor that the thread spins. */
void clinux_relax(void) CLINUX_RT;
void clinux_yield(void) CLINUX_RT;

#pragma clang assume_nonnull end

#endif
