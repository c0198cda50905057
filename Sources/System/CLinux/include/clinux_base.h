#ifndef CLINUX_BASE_H
#define CLINUX_BASE_H

#include <stddef.h>
#include <stdint.h>

/* Callable from real-time Swift functions: neither allocates nor locks. */
#define CLINUX_RT __attribute__((swift_attr("@_noAllocation"))) __attribute__((swift_attr("@_noLocks")))

/* Error numbers that callers tell apart. */
static const int32_t CLINUX_EPERM = 1;
static const int32_t CLINUX_EINTR = 4;
static const int32_t CLINUX_EAGAIN = 11;
static const int32_t CLINUX_ENOMEM = 12;
static const int32_t CLINUX_ENOSPC = 28;
static const int32_t CLINUX_ENOSYS = 38;
static const int32_t CLINUX_EMSGSIZE = 90;
static const int32_t CLINUX_EADDRINUSE = 98;
static const int32_t CLINUX_EADDRNOTAVAIL = 99;
static const int32_t CLINUX_ENETUNREACH = 101;
static const int32_t CLINUX_ENOBUFS = 105;
static const int32_t CLINUX_ECONNREFUSED = 111;
static const int32_t CLINUX_EHOSTUNREACH = 113;

/* An IPv4 or IPv6 transport address in host order; IPv4 stands as ::ffff:a.b.c.d. */
typedef struct clinux_endpoint {
    uint64_t high;
    uint64_t low;
    uint16_t port;
    uint16_t reserved[3];
} clinux_endpoint;

#endif
