#include "clinux_internal.h"
#include <liburing.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define GROUP 0
/* Room for listening requests between two waits, and for things told and not taken yet. */
#define REQUESTS 128
#define THINGS 1024
/* What the kernel puts in front of each datagram: lengths, source, and the count of what it dropped or, for a frame
   of a card, what is known of it. */
#define NAME_OCTETS 32
#define CONTROL_OCTETS CMSG_SPACE(sizeof(struct tpacket_auxdata))
#define FRONT (sizeof(struct io_uring_recvmsg_out) + NAME_OCTETS + CONTROL_OCTETS)

_Static_assert(FRONT <= 96 && FRONT % 8 == 0, "fits CLINUX_RECEIVE_HEADROOM, and the source is aligned");
_Static_assert(NAME_OCTETS >= sizeof(struct sockaddr_in6), "holds a source of either family");

struct clinux_receive_ring {
    struct io_uring ring;
    struct io_uring_buf_ring *buffers;
    clinux_frames frames;
    struct msghdr shape;
    int is_running;
};

static uint64_t paged(uint64_t octets) { return (octets + PAGE - 1) / PAGE * PAGE; }

uint64_t clinux_receive_ring_octets(uint32_t frames) {
    return sizeof(clinux_receive_ring) + PAGE + paged(frames * sizeof(struct io_uring_buf));
}

static char *front(const clinux_receive_ring *ring, uint32_t frame) {
    return (char *)ring->frames.frames + (uint64_t)frame * ring->frames.stride + ring->frames.headroom - FRONT;
}

static void add(clinux_receive_ring *ring, uint32_t frame, int offset) {
    io_uring_buf_ring_add(
        ring->buffers, front(ring, frame), FRONT + ring->frames.capacity, (unsigned short)frame,
        io_uring_buf_ring_mask(ring->frames.count), offset);
}

int32_t clinux_receive_ring_open(void *memory, clinux_frames frames, clinux_receive_ring **opened) {
    clinux_receive_ring *ring = memory;
    memset(memory, 0, clinux_receive_ring_octets(frames.count));
    ring->frames = frames;
    ring->shape = (struct msghdr){.msg_namelen = NAME_OCTETS, .msg_controllen = CONTROL_OCTETS};
    ring->buffers = (struct io_uring_buf_ring *)paged((uintptr_t)memory + sizeof *ring);
    /* Disabled until its owner comes: the kernel takes requests of one thread only, and works for it when it waits. */
    struct io_uring_params wanted = {
        .flags = IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                 IORING_SETUP_R_DISABLED | IORING_SETUP_CQSIZE,
        .cq_entries = THINGS};
    int problem = io_uring_queue_init_params(REQUESTS, &ring->ring, &wanted);
    if (problem < 0) return problem;
    struct io_uring_buf_reg group = {
        .ring_addr = (uintptr_t)ring->buffers, .ring_entries = frames.count, .bgid = GROUP};
    problem = io_uring_register_buf_ring(&ring->ring, &group, 0);
    if (problem < 0) {
        io_uring_queue_exit(&ring->ring);
        return problem;
    }
    io_uring_buf_ring_init(ring->buffers);
    for (uint32_t frame = 0; frame < frames.count; frame++) add(ring, frame, (int)frame);
    io_uring_buf_ring_advance(ring->buffers, (int)frames.count);
    *opened = ring;
    return 0;
}

void clinux_receive_ring_close(clinux_receive_ring *ring) { io_uring_queue_exit(&ring->ring); }

static int start(clinux_receive_ring *ring) {
    if (ring->is_running) return 0;
    /* Debian 12's liburing declares a function for it and lacks it. */
    long refused = syscall(__NR_io_uring_register, ring->ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    ring->is_running = refused == 0;
    return ring->is_running ? 0 : -errno;
}

/* An entry for a request; hands over those that are listed when there is no room. */
static struct io_uring_sqe *entry(clinux_receive_ring *ring) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    if (entry || start(ring) < 0 || io_uring_submit(&ring->ring) < 0) return entry;
    return io_uring_get_sqe(&ring->ring);
}

int32_t clinux_receive_ring_hear(clinux_receive_ring *ring, int32_t socket, uint64_t token) {
    struct io_uring_sqe *request = entry(ring);
    if (!request) return -ENOBUFS;
    io_uring_prep_recvmsg_multishot(request, socket, &ring->shape, 0);
    request->flags |= IOSQE_BUFFER_SELECT;
    request->buf_group = GROUP;
    request->user_data = token;
    return 0;
}

int32_t clinux_receive_ring_watch(clinux_receive_ring *ring, int32_t descriptor, uint64_t token) {
    struct io_uring_sqe *request = entry(ring);
    if (!request) return -ENOBUFS;
    io_uring_prep_poll_multishot(request, descriptor, POLLIN);
    request->user_data = token;
    return 0;
}

int32_t clinux_receive_ring_forget(clinux_receive_ring *ring, uint64_t token) {
    struct io_uring_sqe *request = entry(ring);
    if (!request) return -ENOBUFS;
    io_uring_prep_cancel64(request, token, 0);
    request->flags |= IOSQE_CQE_SKIP_SUCCESS;
    request->user_data = LIBURING_UDATA_TIMEOUT;
    int problem = start(ring);
    /* The work that is put off lets go of the socket: it is done here. */
    return problem < 0 ? problem : io_uring_submit_and_get_events(&ring->ring);
}

int32_t clinux_receive_ring_wait(clinux_receive_ring *ring, int64_t timeout_ns) {
    int problem = start(ring);
    if (problem < 0) return problem;
    if (timeout_ns > 0) {
        struct __kernel_timespec limit = {timeout_ns / 1000000000, timeout_ns % 1000000000};
        struct io_uring_cqe *first;
        io_uring_submit_and_wait_timeout(&ring->ring, &first, 1, &limit, NULL);
    } else {
        io_uring_submit_and_get_events(&ring->ring);
    }
    return (int32_t)io_uring_cq_ready(&ring->ring);
}

static void read_control(clinux_receive_ring *ring, struct io_uring_recvmsg_out *out, clinux_arrival *arrival) {
    struct cmsghdr *header = io_uring_recvmsg_cmsg_firsthdr(out, &ring->shape);
    if (!header) return;
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SO_RXQ_OVFL) {
        memcpy(&arrival->drops, CMSG_DATA(header), sizeof arrival->drops);
        arrival->has_drops = 1;
    } else if (header->cmsg_level == SOL_PACKET && header->cmsg_type == PACKET_AUXDATA) {
        struct tpacket_auxdata known;
        memcpy(&known, CMSG_DATA(header), sizeof known);
        if (known.tp_status & TP_STATUS_CSUMNOTREADY) arrival->checksum = CLINUX_CHECKSUM_PARTIAL;
        if (known.tp_status & TP_STATUS_CSUM_VALID) arrival->checksum = CLINUX_CHECKSUM_VERIFIED;
        arrival->has_tag = (known.tp_status & TP_STATUS_VLAN_VALID) != 0;
        arrival->tag = known.tp_vlan_tci;
    }
}

static void read_arrival(clinux_receive_ring *ring, const struct io_uring_cqe *told, clinux_arrival *arrival) {
    *arrival = (clinux_arrival){.token = told->user_data, .has_ended = !(told->flags & IORING_CQE_F_MORE)};
    if (told->flags & IORING_CQE_F_BUFFER) {
        arrival->frame = told->flags >> IORING_CQE_BUFFER_SHIFT;
        arrival->has_frame = 1;
        char *place = front(ring, arrival->frame);
        struct io_uring_recvmsg_out *out = io_uring_recvmsg_validate(place, told->res, &ring->shape);
        if (out) {
            arrival->length = out->payloadlen;
            arrival->truncated = (out->flags & MSG_TRUNC) != 0;
            clinux_unpack(io_uring_recvmsg_name(out), &arrival->source);
            read_control(ring, out, arrival);
        }
    } else if (told->res < 0 && told->res != -ENOBUFS) {
        arrival->problem = -told->res;
    }
}

int32_t clinux_receive_ring_take(clinux_receive_ring *ring, clinux_arrival *arrivals, uint32_t capacity) {
    struct io_uring_cqe *told;
    unsigned head, seen = 0, taken = 0;
    io_uring_for_each_cqe(&ring->ring, head, told) {
        if (taken == capacity) break;
        seen++;
        if (told->user_data != LIBURING_UDATA_TIMEOUT) read_arrival(ring, told, &arrivals[taken++]);
    }
    io_uring_cq_advance(&ring->ring, seen);
    return (int32_t)taken;
}

void clinux_receive_ring_give_back(clinux_receive_ring *ring, uint32_t frame) {
    if (frame >= ring->frames.count) return;
    add(ring, frame, 0);
    io_uring_buf_ring_advance(ring->buffers, 1);
}
