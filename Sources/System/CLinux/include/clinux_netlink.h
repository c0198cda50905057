#ifndef CLINUX_NETLINK_H
#define CLINUX_NETLINK_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

/* A route netlink socket (rtnetlink) that never waits, bound to the groups of the bit set; 0 = answers only. */
int32_t clinux_netlink_open(uint32_t groups);
int32_t clinux_netlink_send(int32_t socket, const void *octets, uint64_t length);
/* One read of whole messages; 0 = nothing there. -ENOBUFS: some were lost. Waits `timeout_ms` at most (0 = not). */
int64_t clinux_netlink_receive(int32_t socket, void *octets, uint64_t capacity, int32_t timeout_ms);
/* Index of an interface of this network namespace, 0 = none of that name. */
uint32_t clinux_interface_index(const char *name);

/* Runs `body` on a short-lived thread in the network namespace of `path`; returns what it returns. */
int32_t clinux_in_namespace(const char *path, int32_t (*body)(void *_Nullable), void *_Nullable argument);
/* Makes a network namespace and keeps it at `path`, as `ip netns add` does; -EEXIST if there is one. */
int32_t clinux_namespace_create(const char *path);
int32_t clinux_namespace_remove(const char *path);
/* A descriptor of the network namespace of the calling thread, or of the one kept at `path`. */
int32_t clinux_namespace_open(const char *_Nullable path);
/* Writes a small text to a file that is there. */
int32_t clinux_write_text(const char *path, const char *text);

#pragma clang assume_nonnull end

#endif
