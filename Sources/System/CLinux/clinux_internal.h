#ifndef CLINUX_INTERNAL_H
#define CLINUX_INTERNAL_H

#include "CLinux.h"
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Fills a socket address; IPv4 becomes sockaddr_in. Returns its length. */
socklen_t clinux_pack(const clinux_endpoint *from, struct sockaddr_storage *to);
/* Reads a socket address of either family; an unknown family gives zeros. */
void clinux_unpack(const struct sockaddr_storage *from, clinux_endpoint *to);
void clinux_unpack4(uint32_t network_order, clinux_endpoint *to);
void clinux_unpack6(const struct in6_addr *from, clinux_endpoint *to);
/* Errors that an earlier datagram left on the socket (ICMP): the next call succeeds. */
int clinux_is_left_over(int problem);

#endif
