#ifndef CLINUX_RESOLVE_H
#define CLINUX_RESOLVE_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

/* Addresses of a host name, by the system's own rules (hosts file, DNS, order of RFC 6724); port 0. Returns how
   many, at most `capacity`, 0 if the name has none, or -EAGAIN if nobody could say. Waits for the network. */
int32_t clinux_resolve_host(const char *name, clinux_endpoint *endpoints, uint32_t capacity);

/* One DNS SRV record. RFC 2782. */
typedef struct clinux_service {
    uint32_t ttl;
    uint16_t priority;
    uint16_t weight;
    uint16_t port;
    /* Ends in NUL; empty where the service is decidedly not available. */
    char target[256];
} clinux_service;

/* SRV records of a name such as `_sip._udp.example.com`. Returns how many, at most `capacity`, 0 if there are none,
   or -EAGAIN if no server could say. Waits for the network, some seconds at most. */
int32_t clinux_resolve_service(const char *name, clinux_service *services, uint32_t capacity);

#pragma clang assume_nonnull end

#endif
