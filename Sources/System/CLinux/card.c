#include "clinux_internal.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define OFFLOAD_HEADER 10
#define BUFFER_OCTETS (8 << 20)

_Static_assert(sizeof(clinux_filter_step) == sizeof(struct sock_filter), "the kernel's layout");

static int set(int socket, int level, int option, int value) {
    return setsockopt(socket, level, option, &value, sizeof value);
}

int32_t clinux_packet_set_filter(int32_t socket, const clinux_filter_step *steps, uint32_t count) {
    struct sock_fprog program = {.len = (unsigned short)count, .filter = (struct sock_filter *)(void *)steps};
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 ? 0 : -errno;
}

static int prepare(int descriptor, uint32_t index, int offloads, const clinux_filter_step *steps, uint32_t count) {
    if (set(descriptor, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) != 0) return -errno;
    if (set(descriptor, SOL_PACKET, PACKET_AUXDATA, 1) != 0) return -errno;
    if (offloads && set(descriptor, SOL_PACKET, PACKET_VNET_HDR, 1) != 0) return -errno;
    /* What has offloads is in no hurry, and waits in the card's queue that the other kind goes past. */
    if (!offloads) set(descriptor, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
    if (set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_OCTETS) != 0) {
        set(descriptor, SOL_SOCKET, SO_RCVBUF, BUFFER_OCTETS);
    }
    set(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_OCTETS);
    int problem = clinux_packet_set_filter(descriptor, steps, count);
    if (problem < 0) return problem;
    /* Nothing is received before the bind, so nothing gets past the filter. */
    struct sockaddr_ll name = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)index};
    return bind(descriptor, (struct sockaddr *)&name, sizeof name) == 0 ? 0 : -errno;
}

int32_t clinux_packet_open(uint32_t index, int32_t offloads, const clinux_filter_step *steps, uint32_t count) {
    int descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -errno;
    int problem = prepare(descriptor, index, offloads, steps, count);
    if (problem == 0) return descriptor;
    close(descriptor);
    return problem;
}

int32_t clinux_packet_listen(int32_t socket, uint32_t index, int32_t promiscuous, int32_t on) {
    struct packet_mreq wanted = {
        .mr_ifindex = (int)index, .mr_type = promiscuous ? PACKET_MR_PROMISC : PACKET_MR_ALLMULTI};
    int option = on ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP;
    return setsockopt(socket, SOL_PACKET, option, &wanted, sizeof wanted) == 0 ? 0 : -errno;
}

int64_t clinux_packet_receive(int32_t socket, void *octets, uint64_t capacity, int32_t *tag) {
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
    struct iovec part = {octets, capacity};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT);
    *tag = -1;
    if (length < 0) return errno == EAGAIN || errno == EINTR || errno == ENETDOWN ? 0 : -errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_PACKET && header->cmsg_type == PACKET_AUXDATA) {
        struct tpacket_auxdata known;
        memcpy(&known, CMSG_DATA(header), sizeof known);
        if (known.tp_status & TP_STATUS_VLAN_VALID) *tag = known.tp_vlan_tci;
    }
    return length;
}

int32_t clinux_tap_open(const char *name) {
    int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (tap < 0) return -errno;
    struct ifreq wanted = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
    strncpy(wanted.ifr_name, name, IFNAMSIZ - 1);
    int header = OFFLOAD_HEADER;
    unsigned offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
    if (ioctl(tap, TUNSETIFF, &wanted) == 0 && ioctl(tap, TUNSETVNETHDRSZ, &header) == 0 &&
        ioctl(tap, TUNSETOFFLOAD, offloads) == 0 && ioctl(tap, TUNSETPERSIST, 1) == 0) {
        return tap;
    }
    int problem = errno;
    close(tap);
    return -problem;
}

int32_t clinux_tap_release(int32_t tap) { return ioctl(tap, TUNSETPERSIST, 0) == 0 ? 0 : -errno; }

int32_t clinux_tap_set_carrier(int32_t tap, int32_t on) { return ioctl(tap, TUNSETCARRIER, &on) == 0 ? 0 : -errno; }

int64_t clinux_frame_read(int32_t descriptor, void *octets, uint64_t capacity) {
    ssize_t length = read(descriptor, octets, capacity);
    if (length < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    return length;
}

int64_t clinux_frame_write(int32_t descriptor, const void *octets, uint64_t length, int32_t timeout_ms) {
    ssize_t sent = write(descriptor, octets, length);
    if (sent < 0 && errno == EAGAIN && timeout_ms > 0) {
        struct pollfd wanted = {.fd = descriptor, .events = POLLOUT};
        poll(&wanted, 1, timeout_ms);
        sent = write(descriptor, octets, length);
    }
    if (sent < 0) return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : -errno;
    return sent;
}
