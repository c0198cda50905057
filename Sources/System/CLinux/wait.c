#include "clinux_internal.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

_Static_assert(EPOLLIN == 0x001 && EPOLLOUT == 0x004 && EPOLLERR == 0x008 && EPOLLHUP == 0x010, "event bits");

#define MOST_EVENTS 256

static uint64_t drain(int descriptor) {
    uint64_t sum = 0;
    return read(descriptor, &sum, sizeof sum) == sizeof sum ? sum : 0;
}

int32_t clinux_eventfd_create(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int32_t clinux_eventfd_signal(int32_t descriptor) {
    uint64_t one = 1;
    return write(descriptor, &one, sizeof one) == sizeof one ? 0 : -errno;
}

uint64_t clinux_eventfd_drain(int32_t descriptor) { return drain(descriptor); }

int32_t clinux_timerfd_create(void) {
    int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int32_t clinux_timerfd_set(int32_t descriptor, uint64_t first_ns, uint64_t interval_ns) {
    struct itimerspec times = {
        .it_interval = {(time_t)(interval_ns / 1000000000u), (long)(interval_ns % 1000000000u)},
        .it_value = {(time_t)(first_ns / 1000000000u), (long)(first_ns % 1000000000u)}};
    return timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &times, NULL) == 0 ? 0 : -errno;
}

uint64_t clinux_timerfd_drain(int32_t descriptor) { return drain(descriptor); }

int32_t clinux_epoll_create(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

static int32_t control(int epoll, int operation, int descriptor, uint32_t interest, uint64_t token) {
    struct epoll_event event = {.events = interest, .data.u64 = token};
    return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : -errno;
}

int32_t clinux_epoll_add(int32_t epoll, int32_t descriptor, uint32_t interest, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, interest, token);
}

int32_t clinux_epoll_change(int32_t epoll, int32_t descriptor, uint32_t interest, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, interest, token);
}

int32_t clinux_epoll_remove(int32_t epoll, int32_t descriptor) {
    return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0);
}

int32_t clinux_epoll_wait(int32_t epoll, clinux_event *events, int32_t capacity, int64_t timeout_ns) {
    struct epoll_event ready[MOST_EVENTS];
    if (capacity > MOST_EVENTS) capacity = MOST_EVENTS;
    struct timespec limit = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    int count = epoll_pwait2(epoll, ready, capacity, timeout_ns < 0 ? NULL : &limit, NULL);
    if (count < 0 && errno == ENOSYS) {
        int milliseconds = timeout_ns < 0 ? -1 : (int)((timeout_ns + 999999) / 1000000);
        count = epoll_wait(epoll, ready, capacity, milliseconds);
    }
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        events[i] = (clinux_event){.token = ready[i].data.u64, .ready = ready[i].events};
    }
    return count;
}
