#ifndef CLINUX_PROCESS_H
#define CLINUX_PROCESS_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

/* Soft limits; UINT64_MAX = none. */
uint64_t clinux_limit_rtprio(void);
uint64_t clinux_limit_memlock(void);
uint64_t clinux_limit_descriptors(void);
/* Raises the soft limit of open descriptors to the hard one; returns the new soft limit or -errno. */
int64_t clinux_raise_limit_descriptors(void);
/* Bit set of the effective capabilities of the calling thread (CAP_NET_RAW 13, CAP_IPC_LOCK 14, CAP_SYS_NICE 23). */
uint64_t clinux_capabilities(void);
/* /proc/sys/kernel/sched_rt_runtime_us and _period_us; runtime -1 = no throttle. */
int32_t clinux_rt_throttle(int64_t *runtime_us, int64_t *period_us);
/* Octets of physical memory the process holds now, and held at most. */
uint64_t clinux_resident_octets(void);
uint64_t clinux_peak_resident_octets(void);
int32_t clinux_process_id(void);
int32_t clinux_thread_id(void) CLINUX_RT;
uint32_t clinux_processors_allowed(void);
/* Has the kernel send `signal` to this process when its parent ends; fails with -ESRCH if it already has. */
int32_t clinux_end_with_parent(int32_t signal, int32_t parent);
/* Starts `path` with posix_spawn: default signal handling, empty signal mask, SCHED_OTHER. `passed` descriptors
   arrive as 3, 4, 5 ...; all others are closed on exec by their own flag. Arguments and environment end with
   null; environment null = ours. Returns the process id. */
int32_t clinux_spawn(
    const char *path, const char *_Nullable const *_Nonnull arguments,
    const char *_Nullable const *_Nullable environment, const int32_t *_Nullable passed, uint32_t count);
/* Waits for a child, or only looks if `block` is 0. Returns 0 if it still runs, else its id; `status` is the
   exit code, or 128 + the signal that ended it. */
int32_t clinux_wait_child(int32_t process, int32_t block, int32_t *status);
int32_t clinux_send_signal(int32_t process, int32_t signal);
/* Fills `octets` from the kernel's random source. */
int32_t clinux_random(void *octets, uint64_t length);

#pragma clang assume_nonnull end

#endif
