#ifndef CLINUX_SOCKET_H
#define CLINUX_SOCKET_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

/* A UDP socket, non-blocking, closed on exec, of the family of `local` (IPv6 with IPV6_V6ONLY) and bound to it.
   Neither SO_REUSEADDR nor SO_REUSEPORT is set: the port is ours alone. */
int32_t clinux_udp_open(const clinux_endpoint *local);
/* Where the socket is bound. */
int32_t clinux_local_endpoint(int32_t socket, clinux_endpoint *local);
/* Connects a UDP socket, so that only this peer is heard. */
int32_t clinux_connect(int32_t socket, const clinux_endpoint *remote);

/* Counts datagrams that the kernel dropped for want of buffer into each received message. */
int32_t clinux_enable_overflow_count(int32_t socket);
/* Kernel receive time stamps, CLOCK_REALTIME nanoseconds. */
int32_t clinux_enable_timestamps(int32_t socket);
/* Reports the TOS octet or traffic class of received datagrams. */
int32_t clinux_enable_receive_tos(int32_t socket);
/* Reports the local address each datagram was sent to (IP_PKTINFO, IPV6_RECVPKTINFO). */
int32_t clinux_enable_packet_info(int32_t socket);
/* TOS octet or traffic class of what is sent: DSCP times four. */
int32_t clinux_set_tos(int32_t socket, int32_t tos);
/* SO_PRIORITY, 0...6 without privilege. */
int32_t clinux_set_priority(int32_t socket, int32_t priority);
/* SO_BUSY_POLL in microseconds. */
int32_t clinux_set_busy_poll(int32_t socket, int32_t microseconds);
/* Asks for buffers, past the system's limit where the privilege allows; returns the octets granted. */
int32_t clinux_set_receive_buffer(int32_t socket, int32_t octets);
int32_t clinux_set_send_buffer(int32_t socket, int32_t octets);
/* Octets waiting in the socket's receive queue, memory overhead included (SO_MEMINFO). */
int64_t clinux_receive_queue_octets(int32_t socket) CLINUX_RT;
/* Datagrams dropped on the socket since it was opened (SO_MEMINFO). */
int64_t clinux_receive_drops(int32_t socket) CLINUX_RT;
/* Takes and clears the pending error of the socket: a positive errno, or 0. */
int32_t clinux_take_error(int32_t socket) CLINUX_RT;

#pragma clang assume_nonnull end

#endif
