#ifndef CLINUX_RING_H
#define CLINUX_RING_H

#include "clinux_batch.h"

#pragma clang assume_nonnull begin

/* Datagrams of many sockets in one system call (io_uring). Owner: one thread at a time. */
typedef struct clinux_send_ring clinux_send_ring;

/* Memory that a ring of `slots` (1...1024) takes beside the kernel's own. */
uint64_t clinux_send_ring_octets(uint32_t slots);
/* Opens a ring over memory aligned to 64 that the caller keeps until it is closed. Refused where the kernel is too
   old (before 5.18) or forbids it. May wait. */
int32_t clinux_send_ring_open(void *memory, uint32_t slots, clinux_send_ring *_Nullable *_Nonnull ring);
void clinux_send_ring_close(clinux_send_ring *ring);

/* Sends entry n of `outgoing` through socket n of `sockets`, in order, without waiting; at most the ring's slots.
   A target of zeros stands for where the socket is bound: a frame for a card. An entry that the kernel refuses gets its `problem` (a full socket buffer too) and the rest goes on. Returns how
   many entries are dealt with. */
int32_t clinux_send_ring_send(
    clinux_send_ring *ring, const int32_t *sockets, clinux_outgoing *outgoing, uint32_t count) CLINUX_RT;

#pragma clang assume_nonnull end

#endif
