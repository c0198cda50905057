#ifndef CLINUX_CARD_H
#define CLINUX_CARD_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

/* One instruction of a classic socket filter. */
typedef struct clinux_filter_step {
    uint16_t code;
    uint8_t jump_true;
    uint8_t jump_false;
    uint32_t value;
} clinux_filter_step;

/* A packet socket on an interface of this network namespace: frames of all protocols that the filter lets through,
   never those that we send. With `offloads` each frame has a virtio_net_hdr of 10 octets in front both ways, and what is
   sent queues as everything does; without, it goes past all queues. Never waits. */
int32_t clinux_packet_open(
    uint32_t index, int32_t offloads, const clinux_filter_step *steps, uint32_t count);
/* Replaces the filter at once. */
int32_t clinux_packet_set_filter(int32_t socket, const clinux_filter_step *steps, uint32_t count);
/* Has the interface take all frames (1) or all multicast frames (0), as long as the socket is open. */
int32_t clinux_packet_listen(int32_t socket, uint32_t index, int32_t promiscuous, int32_t on);
/* Reads one frame. 0 = nothing there. `tag` is the VLAN tag that was taken off the frame, -1 = none. */
int64_t clinux_packet_receive(int32_t socket, void *octets, uint64_t capacity, int32_t *tag);

/* A TAP device with virtio_net_hdr of 10 octets and checksum and TCP offload, that stays when the process ends.
   Made if there is none of that name. Never waits. */
int32_t clinux_tap_open(const char *name);
/* Lets the device go with its last descriptor. */
int32_t clinux_tap_release(int32_t tap);
int32_t clinux_tap_set_carrier(int32_t tap, int32_t on);

/* One read or write of one frame. 0 = nothing there, no room; for room a write waits `timeout_ms` at most. */
int64_t clinux_frame_read(int32_t descriptor, void *octets, uint64_t capacity);
int64_t clinux_frame_write(int32_t descriptor, const void *octets, uint64_t length, int32_t timeout_ms);

#pragma clang assume_nonnull end

#endif
