#ifndef CLINUX_DESCRIPTOR_H
#define CLINUX_DESCRIPTOR_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

int32_t clinux_close(int32_t descriptor);
/* A second descriptor for the same file, closed on exec. */
int32_t clinux_duplicate(int32_t descriptor);
int32_t clinux_set_close_on_exec(int32_t descriptor, int32_t on);
int64_t clinux_file_size(int32_t descriptor);

/* Two connected unix sockets that keep message boundaries, both closed on exec. */
int32_t clinux_socket_pair(int32_t *first, int32_t *second);
/* Sends up to 16 descriptors with 1...`length` octets over a unix socket (SCM_RIGHTS). Returns octets sent. */
int64_t clinux_send_descriptors(
    int32_t socket, const int32_t *descriptors, uint32_t count, const void *octets, uint64_t length);
/* Receives up to 16 descriptors, closed on exec; `count` says how many fit, and then how many came. What does
   not fit is closed. May wait. Returns octets received, 0 at the end of the stream. */
int64_t clinux_receive_descriptors(
    int32_t socket, int32_t *descriptors, uint32_t *count, void *octets, uint64_t capacity);

#pragma clang assume_nonnull end

#endif
