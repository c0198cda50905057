#include "clinux_internal.h"
#include <linux/sock_diag.h>
#include <string.h>
#include <unistd.h>

static int32_t set(int socket, int level, int option, int value) {
    return setsockopt(socket, level, option, &value, sizeof value) == 0 ? 0 : -errno;
}

static int family(int socket) {
    int domain = AF_INET;
    socklen_t length = sizeof domain;
    getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length);
    return domain;
}

int32_t clinux_udp_open(const clinux_endpoint *local) {
    struct sockaddr_storage address;
    socklen_t length = clinux_pack(local, &address);
    int descriptor = socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int32_t problem = 0;
    if (address.ss_family == AF_INET6) problem = set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (problem == 0 && bind(descriptor, (struct sockaddr *)&address, length) != 0) problem = -errno;
    if (problem == 0) return descriptor;
    close(descriptor);
    return problem;
}

int32_t clinux_local_endpoint(int32_t socket, clinux_endpoint *local) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(socket, (struct sockaddr *)&address, &length) != 0) return -errno;
    clinux_unpack(&address, local);
    return 0;
}

int32_t clinux_connect(int32_t socket, const clinux_endpoint *remote) {
    struct sockaddr_storage address;
    socklen_t length = clinux_pack(remote, &address);
    return connect(socket, (struct sockaddr *)&address, length) == 0 ? 0 : -errno;
}

int32_t clinux_enable_overflow_count(int32_t socket) { return set(socket, SOL_SOCKET, SO_RXQ_OVFL, 1); }

int32_t clinux_enable_timestamps(int32_t socket) { return set(socket, SOL_SOCKET, SO_TIMESTAMPNS, 1); }

int32_t clinux_enable_receive_tos(int32_t socket) {
    return family(socket) == AF_INET6 ? set(socket, IPPROTO_IPV6, IPV6_RECVTCLASS, 1)
                                      : set(socket, IPPROTO_IP, IP_RECVTOS, 1);
}

int32_t clinux_enable_packet_info(int32_t socket) {
    return family(socket) == AF_INET6 ? set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
                                      : set(socket, IPPROTO_IP, IP_PKTINFO, 1);
}

int32_t clinux_set_tos(int32_t socket, int32_t tos) {
    return family(socket) == AF_INET6 ? set(socket, IPPROTO_IPV6, IPV6_TCLASS, tos)
                                      : set(socket, IPPROTO_IP, IP_TOS, tos);
}

int32_t clinux_set_priority(int32_t socket, int32_t priority) {
    return set(socket, SOL_SOCKET, SO_PRIORITY, priority);
}

int32_t clinux_set_busy_poll(int32_t socket, int32_t microseconds) {
    return set(socket, SOL_SOCKET, SO_BUSY_POLL, microseconds);
}

static int32_t set_buffer(int socket, int forced, int plain, int octets) {
    if (set(socket, SOL_SOCKET, forced, octets) != 0) {
        int32_t problem = set(socket, SOL_SOCKET, plain, octets);
        if (problem != 0) return problem;
    }
    int granted = 0;
    socklen_t length = sizeof granted;
    return getsockopt(socket, SOL_SOCKET, plain, &granted, &length) == 0 ? granted : -errno;
}

int32_t clinux_set_receive_buffer(int32_t socket, int32_t octets) {
    return set_buffer(socket, SO_RCVBUFFORCE, SO_RCVBUF, octets);
}

int32_t clinux_set_send_buffer(int32_t socket, int32_t octets) {
    return set_buffer(socket, SO_SNDBUFFORCE, SO_SNDBUF, octets);
}

static int64_t memory_info(int socket, int which) {
    uint32_t values[SK_MEMINFO_VARS];
    socklen_t length = sizeof values;
    if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, values, &length) != 0) return -(int64_t)errno;
    return values[which];
}

int64_t clinux_receive_queue_octets(int32_t socket) { return memory_info(socket, SK_MEMINFO_RMEM_ALLOC); }

int64_t clinux_receive_drops(int32_t socket) { return memory_info(socket, SK_MEMINFO_DROPS); }

int32_t clinux_take_error(int32_t socket) {
    int problem = 0;
    socklen_t length = sizeof problem;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &length) != 0) return errno;
    return problem;
}
