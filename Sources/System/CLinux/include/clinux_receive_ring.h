#ifndef CLINUX_RECEIVE_RING_H
#define CLINUX_RECEIVE_RING_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

/* Datagrams of many sockets (and frames of a card), received by the kernel into frames that it was given, and the wait for them: one system
   call for both (io_uring, multishot). Opened by anybody; from the first wait on one thread owns it. */
typedef struct clinux_receive_ring clinux_receive_ring;

/* Where datagrams are received: frame n is at `frames` + n * `stride`, and the datagram begins `headroom` (at least
   CLINUX_RECEIVE_HEADROOM) octets into it, `capacity` octets long at most. `count` is a power of two. */
typedef struct clinux_frames {
    void *frames;
    uint32_t count;
    uint32_t stride;
    uint32_t headroom;
    uint32_t capacity;
} clinux_frames;

/* Octets in front of a datagram that the kernel writes its source to. */
static const uint32_t CLINUX_RECEIVE_HEADROOM = 96;

/* One thing that the ring tells. */
typedef struct clinux_arrival {
    /* Who sent the datagram. */
    clinux_endpoint source;
    /* What the socket or descriptor was given with. */
    uint64_t token;
    /* The frame that holds the datagram; the caller's until it is given back. */
    uint32_t frame;
    /* Octets of the datagram. */
    uint32_t length;
    /* Total that the kernel dropped on this socket so far, modulo 2^32; meaningful if has_drops. */
    uint32_t drops;
    uint8_t has_drops;
    /* The datagram was longer than the frame. */
    uint8_t truncated;
    /* Whether there is a datagram; else a watched descriptor is ready, or it tells the end alone. */
    uint8_t has_frame;
    /* The ring no longer listens for the token: `hear` or `watch` again. */
    uint8_t has_ended;
    /* Why it ended, an errno; 0 = for want of frames or room. */
    int32_t problem;
    /* Of a frame from a card: what is known of its transport checksum, and the VLAN tag that was taken off it. */
    uint8_t checksum;
    uint8_t has_tag;
    uint16_t tag;
} clinux_arrival;

/* What is known of a transport checksum: nothing; the field holds the pseudo-header's sum alone; it was verified. */
static const uint8_t CLINUX_CHECKSUM_UNKNOWN = 0;
static const uint8_t CLINUX_CHECKSUM_PARTIAL = 1;
static const uint8_t CLINUX_CHECKSUM_VERIFIED = 2;

/* Memory that a ring over `frames` frames takes beside the frames. */
uint64_t clinux_receive_ring_octets(uint32_t frames);
/* Opens a ring over memory that the caller keeps, as the frames, until it is closed. Refused where the kernel is too
   old (before 6.1) or forbids it. May wait. */
int32_t clinux_receive_ring_open(
    void *memory, clinux_frames frames, clinux_receive_ring *_Nullable *_Nonnull ring);
void clinux_receive_ring_close(clinux_receive_ring *ring);

/* Listens on a UDP or packet socket, or for a descriptor to become readable, from the next wait on. The descriptor is kept open
   until it is forgotten or has ended. */
int32_t clinux_receive_ring_hear(clinux_receive_ring *ring, int32_t socket, uint64_t token) CLINUX_RT;
int32_t clinux_receive_ring_watch(clinux_receive_ring *ring, int32_t descriptor, uint64_t token) CLINUX_RT;
/* Listens no longer; the descriptor is let go before the call returns. Its datagrams that arrived are still told. */
int32_t clinux_receive_ring_forget(clinux_receive_ring *ring, uint64_t token) CLINUX_RT;

/* Waits until something arrives or `timeout_ns` is over (0 = look only). Returns how many things can be taken. */
int32_t clinux_receive_ring_wait(clinux_receive_ring *ring, int64_t timeout_ns) CLINUX_RT;
/* Takes up to `capacity` things, in the order in which they arrived. Returns how many. */
int32_t clinux_receive_ring_take(clinux_receive_ring *ring, clinux_arrival *arrivals, uint32_t capacity) CLINUX_RT;
/* Gives a frame back; the kernel may use it from then on. */
void clinux_receive_ring_give_back(clinux_receive_ring *ring, uint32_t frame) CLINUX_RT;

#pragma clang assume_nonnull end

#endif
