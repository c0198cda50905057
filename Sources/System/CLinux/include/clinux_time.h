#ifndef CLINUX_TIME_H
#define CLINUX_TIME_H

#include "clinux_base.h"

/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t clinux_now_ns(void) CLINUX_RT;
/* Microseconds since 1970 UTC. */
int64_t clinux_wall_us(void) CLINUX_RT;
/* CPU time that the calling thread, or the process, has used. */
uint64_t clinux_thread_cpu_ns(void) CLINUX_RT;
uint64_t clinux_process_cpu_ns(void) CLINUX_RT;
/* Waits until CLOCK_MONOTONIC reaches the instant. */
int32_t clinux_sleep_until_ns(uint64_t deadline) CLINUX_RT;

#endif
