#ifndef CLINUX_WAIT_H
#define CLINUX_WAIT_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

/* Event counters: `signal` adds one; `drain` takes all and returns the sum, 0 if there is none. */
int32_t clinux_eventfd_create(void);
int32_t clinux_eventfd_signal(int32_t descriptor) CLINUX_RT;
uint64_t clinux_eventfd_drain(int32_t descriptor) CLINUX_RT;

/* Timers on CLOCK_MONOTONIC: first at `first_ns` (absolute), then every `interval_ns` (0 = once); 0, 0 = off.
   `drain` returns how often it fired since, 0 if not. */
int32_t clinux_timerfd_create(void);
int32_t clinux_timerfd_set(int32_t descriptor, uint64_t first_ns, uint64_t interval_ns) CLINUX_RT;
uint64_t clinux_timerfd_drain(int32_t descriptor) CLINUX_RT;

/* Bits of what a descriptor is ready for. */
static const uint32_t CLINUX_READABLE = 0x001;
static const uint32_t CLINUX_WRITABLE = 0x004;
static const uint32_t CLINUX_FAILED = 0x008;
static const uint32_t CLINUX_HUNG_UP = 0x010;

typedef struct clinux_event {
    uint64_t token;
    uint32_t ready;
    uint32_t reserved;
} clinux_event;

int32_t clinux_epoll_create(void);
int32_t clinux_epoll_add(int32_t epoll, int32_t descriptor, uint32_t interest, uint64_t token) CLINUX_RT;
int32_t clinux_epoll_change(int32_t epoll, int32_t descriptor, uint32_t interest, uint64_t token) CLINUX_RT;
int32_t clinux_epoll_remove(int32_t epoll, int32_t descriptor) CLINUX_RT;
/* Waits until something is ready or `timeout_ns` is over (0 = look only, negative = for ever). Up to 256 events.
   Returns how many; an interrupting signal counts as none. */
int32_t clinux_epoll_wait(int32_t epoll, clinux_event *events, int32_t capacity, int64_t timeout_ns) CLINUX_RT;

#pragma clang assume_nonnull end

#endif
