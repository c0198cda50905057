#ifndef CLINUX_BATCH_H
#define CLINUX_BATCH_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

/* Many datagrams per system call. A batch owns the kernel's structures for its slots, laid out once; the frames
   belong to the caller. Owner: one thread. */
typedef struct clinux_batch clinux_batch;

/* Memory that a batch of `slots` (1...1024) takes, and its layout on memory aligned to 64 that the caller keeps. */
uint64_t clinux_batch_octets(uint32_t slots);
clinux_batch *clinux_batch_place(void *memory, uint32_t slots);
uint32_t clinux_batch_slots(const clinux_batch *batch) CLINUX_RT;

/* One received datagram. */
typedef struct clinux_received {
    clinux_endpoint source;
    /* Local address it was sent to, where packet information is on (else zero); port 0. */
    clinux_endpoint target;
    /* Kernel receive time, CLOCK_REALTIME; 0 if not enabled. */
    uint64_t timestamp_ns;
    /* Octets in the frame. */
    uint32_t length;
    /* Total that the kernel dropped on this socket so far, modulo 2^32; meaningful if has_drops. */
    uint32_t drops;
    uint8_t has_drops;
    /* The datagram was longer than the frame. */
    uint8_t truncated;
    /* TOS octet or traffic class, if enabled. */
    uint8_t tos;
    uint8_t reserved[5];
} clinux_received;

/* Sets where slot `slot` receives: `capacity` octets at `frame`. Stays until changed. */
void clinux_batch_set_frame(clinux_batch *batch, uint32_t slot, void *frame, uint32_t capacity) CLINUX_RT;
/* Receives up to `limit` datagrams into slots 0, 1, ... without waiting. Returns how many, 0 if none is there;
   `received` holds `limit` entries. */
int32_t clinux_batch_receive(clinux_batch *batch, int32_t socket, uint32_t limit, clinux_received *received)
    CLINUX_RT;

/* One datagram to send: `length` octets at `octets` to `target`. */
typedef struct clinux_outgoing {
    clinux_endpoint target;
    const void *_Nullable octets;
    uint32_t length;
    /* Filled in: 0 = handed to the kernel, else errno. */
    int32_t problem;
} clinux_outgoing;

/* Sends `count` datagrams in order without waiting, at most the batch's slots. One that the kernel refuses for
   itself gets its `problem` and the rest goes on; a full socket buffer stops. Returns how many entries are dealt
   with: those from there on are untouched and can be offered again. */
int32_t clinux_batch_send(clinux_batch *batch, int32_t socket, clinux_outgoing *outgoing, uint32_t count) CLINUX_RT;

#pragma clang assume_nonnull end

#endif
