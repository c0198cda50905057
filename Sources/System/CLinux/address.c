#include "clinux_internal.h"
#include <endian.h>
#include <string.h>

socklen_t clinux_pack(const clinux_endpoint *from, struct sockaddr_storage *to) {
    if (from->high == 0 && from->low >> 32 == 0xFFFF) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)to;
        *v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htobe16(from->port)};
        v4->sin_addr.s_addr = htobe32((uint32_t)from->low);
        return sizeof *v4;
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
    *v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htobe16(from->port)};
    uint64_t halves[2] = {htobe64(from->high), htobe64(from->low)};
    memcpy(&v6->sin6_addr, halves, sizeof halves);
    return sizeof *v6;
}

void clinux_unpack4(uint32_t network_order, clinux_endpoint *to) {
    to->high = 0;
    to->low = 0xFFFF00000000u | be32toh(network_order);
}

void clinux_unpack6(const struct in6_addr *from, clinux_endpoint *to) {
    uint64_t halves[2];
    memcpy(halves, from, sizeof halves);
    to->high = be64toh(halves[0]);
    to->low = be64toh(halves[1]);
}

void clinux_unpack(const struct sockaddr_storage *from, clinux_endpoint *to) {
    *to = (clinux_endpoint){0};
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
        clinux_unpack4(v4->sin_addr.s_addr, to);
        to->port = be16toh(v4->sin_port);
    } else if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
        clinux_unpack6(&v6->sin6_addr, to);
        to->port = be16toh(v6->sin6_port);
    }
}
