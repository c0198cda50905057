#include "clinux_internal.h"
#include <string.h>
#include <time.h>

/* Room for SO_RXQ_OVFL, SO_TIMESTAMPNS, TOS or traffic class, and the larger packet information. */
#define CONTROL_OCTETS                                                                                 \
    (CMSG_SPACE(sizeof(uint32_t)) + CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(int)) +    \
     CMSG_SPACE(sizeof(struct in6_pktinfo)))

struct slot {
    struct iovec part;
    struct sockaddr_storage name;
    _Alignas(struct cmsghdr) char control[CONTROL_OCTETS];
};

struct clinux_batch {
    uint32_t slots;
    struct mmsghdr *incoming; /* prepared once; what the kernel writes is set back after each call */
    struct mmsghdr *outgoing;
    struct slot *receive;
    struct slot *send;
};

static uint64_t rounded(uint64_t octets) { return (octets + 63) / 64 * 64; }

uint64_t clinux_batch_octets(uint32_t slots) {
    return rounded(sizeof(clinux_batch)) + 2 * rounded(slots * sizeof(struct mmsghdr)) +
           2 * rounded(slots * sizeof(struct slot));
}

clinux_batch *clinux_batch_place(void *memory, uint32_t slots) {
    memset(memory, 0, clinux_batch_octets(slots));
    clinux_batch *batch = memory;
    char *next = (char *)memory + rounded(sizeof *batch);
    batch->slots = slots;
    batch->incoming = (struct mmsghdr *)next;
    next += rounded(slots * sizeof(struct mmsghdr));
    batch->outgoing = (struct mmsghdr *)next;
    next += rounded(slots * sizeof(struct mmsghdr));
    batch->receive = (struct slot *)next;
    next += rounded(slots * sizeof(struct slot));
    batch->send = (struct slot *)next;
    for (uint32_t i = 0; i < slots; i++) {
        struct slot *in = &batch->receive[i], *out = &batch->send[i];
        batch->incoming[i].msg_hdr = (struct msghdr){
            .msg_name = &in->name, .msg_namelen = sizeof in->name, .msg_iov = &in->part, .msg_iovlen = 1,
            .msg_control = in->control, .msg_controllen = sizeof in->control};
        batch->outgoing[i].msg_hdr =
            (struct msghdr){.msg_name = &out->name, .msg_iov = &out->part, .msg_iovlen = 1};
    }
    return batch;
}

uint32_t clinux_batch_slots(const clinux_batch *batch) { return batch->slots; }

void clinux_batch_set_frame(clinux_batch *batch, uint32_t slot, void *frame, uint32_t capacity) {
    if (slot >= batch->slots) return;
    batch->receive[slot].part = (struct iovec){frame, capacity};
}

static void read_inet_control(struct cmsghdr *header, clinux_received *entry) {
    if (header->cmsg_type == IP_TOS) {
        entry->tos = *CMSG_DATA(header);
    } else if (header->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo info;
        memcpy(&info, CMSG_DATA(header), sizeof info);
        clinux_unpack4(info.ipi_addr.s_addr, &entry->target);
    }
}

static void read_inet6_control(struct cmsghdr *header, clinux_received *entry) {
    if (header->cmsg_type == IPV6_TCLASS) {
        int tos;
        memcpy(&tos, CMSG_DATA(header), sizeof tos);
        entry->tos = (uint8_t)tos;
    } else if (header->cmsg_type == IPV6_PKTINFO) {
        struct in6_pktinfo info;
        memcpy(&info, CMSG_DATA(header), sizeof info);
        clinux_unpack6(&info.ipi6_addr, &entry->target);
    }
}

static void read_socket_control(struct cmsghdr *header, clinux_received *entry) {
    if (header->cmsg_type == SO_RXQ_OVFL) {
        memcpy(&entry->drops, CMSG_DATA(header), sizeof entry->drops);
        entry->has_drops = 1;
    } else if (header->cmsg_type == SCM_TIMESTAMPNS) {
        struct timespec time;
        memcpy(&time, CMSG_DATA(header), sizeof time);
        entry->timestamp_ns = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
    }
}

static void read_control(struct msghdr *message, clinux_received *entry) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        switch (header->cmsg_level) {
        case SOL_SOCKET: read_socket_control(header, entry); break;
        case IPPROTO_IP: read_inet_control(header, entry); break;
        case IPPROTO_IPV6: read_inet6_control(header, entry); break;
        }
    }
}

int32_t clinux_batch_receive(clinux_batch *batch, int32_t socket, uint32_t limit, clinux_received *received) {
    if (limit > batch->slots) limit = batch->slots;
    int count = recvmmsg(socket, batch->incoming, limit, MSG_DONTWAIT, NULL);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        struct mmsghdr *came = &batch->incoming[i];
        struct slot *slot = &batch->receive[i];
        clinux_received *entry = &received[i];
        *entry = (clinux_received){.length = came->msg_len, .truncated = (came->msg_hdr.msg_flags & MSG_TRUNC) != 0};
        clinux_unpack(&slot->name, &entry->source);
        read_control(&came->msg_hdr, entry);
        came->msg_hdr.msg_namelen = sizeof slot->name;
        came->msg_hdr.msg_controllen = sizeof slot->control;
    }
    return count;
}

int clinux_is_left_over(int problem) {
    return problem == ECONNREFUSED || problem == EHOSTUNREACH || problem == EINTR;
}

int32_t clinux_batch_send(clinux_batch *batch, int32_t socket, clinux_outgoing *outgoing, uint32_t count) {
    if (count > batch->slots) count = batch->slots;
    for (uint32_t i = 0; i < count; i++) {
        struct slot *slot = &batch->send[i];
        slot->part = (struct iovec){(void *)outgoing[i].octets, outgoing[i].length};
        batch->outgoing[i].msg_hdr.msg_namelen = clinux_pack(&outgoing[i].target, &slot->name);
        outgoing[i].problem = 0;
    }
    uint32_t done = 0;
    int retried = 0;
    while (done < count) {
        int sent = sendmmsg(socket, batch->outgoing + done, count - done, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            done += (uint32_t)sent;
            retried = 0;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            break;
        } else if (clinux_is_left_over(errno) && !retried) {
            retried = 1;
        } else {
            outgoing[done++].problem = errno;
            retried = 0;
        }
    }
    return (int32_t)done;
}
