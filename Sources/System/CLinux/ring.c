#include "clinux_internal.h"
#include <liburing.h>
#include <string.h>
#include <unistd.h>

struct ring_slot {
    struct sockaddr_storage name;
    socklen_t name_length;
    struct io_uring_sqe *entry;
};

struct clinux_send_ring {
    struct io_uring ring;
    uint32_t slots;
    struct ring_slot slot[];
};

uint64_t clinux_send_ring_octets(uint32_t slots) {
    return sizeof(struct clinux_send_ring) + slots * sizeof(struct ring_slot);
}

static int list(clinux_send_ring *ring, uint32_t place, int socket, const clinux_outgoing *from);

/* Whether this kernel takes an address with a plain send: one datagram to ourselves tells. */
static int knows_addresses(clinux_send_ring *ring) {
    clinux_endpoint own = {.low = 0xFFFF7F000001};
    int socket = clinux_udp_open(&own);
    if (socket < 0) return 0;
    char octet = 0;
    int32_t sender = socket;
    clinux_outgoing probe = {.octets = &octet, .length = 1};
    clinux_local_endpoint(socket, &probe.target);
    int dealt = clinux_send_ring_send(ring, &sender, &probe, 1);
    close(socket);
    return dealt == 1 && probe.problem == 0;
}

int32_t clinux_send_ring_open(void *memory, uint32_t slots, clinux_send_ring **opened) {
    memset(memory, 0, clinux_send_ring_octets(slots));
    clinux_send_ring *ring = memory;
    ring->slots = slots;
    /* A refused entry must not keep those behind it from being sent, and nobody interrupts the thread. */
    struct io_uring_params wanted = {.flags = IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN};
    int problem = io_uring_queue_init_params(slots, &ring->ring, &wanted);
    if (problem < 0) return problem;
    if (!(wanted.features & IORING_FEAT_CQE_SKIP) || !knows_addresses(ring)) {
        io_uring_queue_exit(&ring->ring);
        return -ENOSYS;
    }
    *opened = ring;
    return 0;
}

void clinux_send_ring_close(clinux_send_ring *ring) { io_uring_queue_exit(&ring->ring); }

/* Whether the ring had an entry left. */
static int list(clinux_send_ring *ring, uint32_t place, int socket, const clinux_outgoing *from) {
    struct ring_slot *slot = &ring->slot[place];
    slot->entry = io_uring_get_sqe(&ring->ring);
    if (!slot->entry) return 0;
    int is_named = from->target.high || from->target.low || from->target.port;
    slot->name_length = is_named ? clinux_pack(&from->target, &slot->name) : 0;
    io_uring_prep_send(slot->entry, socket, from->octets, from->length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (is_named) {
        io_uring_prep_send_set_addr(slot->entry, (struct sockaddr *)&slot->name, (uint16_t)slot->name_length);
    }
    /* Only what failed is told. */
    slot->entry->flags |= IOSQE_CQE_SKIP_SUCCESS;
    slot->entry->user_data = place;
    return 1;
}

/* What the kernel did not take (it was out of memory) must not go out with the next list: it does nothing then. */
static void blank(clinux_send_ring *ring, uint32_t from, uint32_t count) {
    for (uint32_t place = from; place < count; place++) {
        io_uring_prep_nop(ring->slot[place].entry);
        ring->slot[place].entry->flags |= IOSQE_CQE_SKIP_SUCCESS;
    }
}

/* Notes the refusals. One that an earlier datagram left on the socket (ICMP) is over: sent again, once. */
static void take_refusals(clinux_send_ring *ring, const int32_t *sockets, clinux_outgoing *outgoing, uint32_t count) {
    struct io_uring_cqe *told;
    unsigned head, seen = 0;
    io_uring_for_each_cqe(&ring->ring, head, told) {
        seen++;
        if (told->user_data >= count) continue;
        uint32_t place = (uint32_t)told->user_data;
        outgoing[place].problem = -told->res;
        if (!clinux_is_left_over(-told->res)) continue;
        const struct ring_slot *slot = &ring->slot[place];
        ssize_t sent = sendto(
            sockets[place], outgoing[place].octets, outgoing[place].length, MSG_DONTWAIT | MSG_NOSIGNAL,
            slot->name_length ? (const struct sockaddr *)&slot->name : NULL, slot->name_length);
        outgoing[place].problem = sent < 0 ? errno : 0;
    }
    io_uring_cq_advance(&ring->ring, seen);
}

int32_t clinux_send_ring_send(
    clinux_send_ring *ring, const int32_t *sockets, clinux_outgoing *outgoing, uint32_t count) {
    if (count > ring->slots) count = ring->slots;
    uint32_t stale = io_uring_sq_ready(&ring->ring), listed = 0;
    while (listed < count && list(ring, listed, sockets[listed], &outgoing[listed])) outgoing[listed++].problem = 0;
    int taken = io_uring_submit(&ring->ring);
    uint32_t dealt = taken > (int)stale ? (uint32_t)taken - stale : 0;
    blank(ring, dealt, listed);
    take_refusals(ring, sockets, outgoing, dealt);
    return (int32_t)dealt;
}
