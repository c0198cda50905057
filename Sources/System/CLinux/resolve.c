#include "clinux_internal.h"
#include "clinux_resolve.h"
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>
#include <sys/socket.h>

int32_t clinux_resolve_host(const char *name, clinux_endpoint *endpoints, uint32_t capacity) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
    struct addrinfo *list = NULL;
    int outcome = getaddrinfo(name, NULL, &hints, &list);
    if (outcome == EAI_NONAME || outcome == EAI_NODATA || outcome == EAI_ADDRFAMILY) return 0;
    if (outcome != 0) return -EAGAIN;
    uint32_t count = 0;
    for (struct addrinfo *entry = list; entry != NULL && count < capacity; entry = entry->ai_next) {
        clinux_endpoint *endpoint = &endpoints[count];
        memset(endpoint, 0, sizeof *endpoint);
        if (entry->ai_family == AF_INET) {
            clinux_unpack4(((struct sockaddr_in *)entry->ai_addr)->sin_addr.s_addr, endpoint);
        } else if (entry->ai_family == AF_INET6) {
            clinux_unpack6(&((struct sockaddr_in6 *)entry->ai_addr)->sin6_addr, endpoint);
        } else {
            continue;
        }
        count++;
    }
    freeaddrinfo(list);
    return (int32_t)count;
}

static int read_service(const ns_msg *message, int index, clinux_service *service) {
    ns_rr record;
    if (ns_parserr((ns_msg *)message, ns_s_an, index, &record) != 0) return 0;
    if (ns_rr_type(record) != ns_t_srv || ns_rr_rdlen(record) < 7) return 0;
    const u_char *data = ns_rr_rdata(record);
    service->ttl = ns_rr_ttl(record);
    service->priority = (uint16_t)ns_get16(data);
    service->weight = (uint16_t)ns_get16(data + 2);
    service->port = (uint16_t)ns_get16(data + 4);
    int length = dn_expand(
        ns_msg_base(*message), ns_msg_end(*message), data + 6, service->target, sizeof service->target);
    return length > 0;
}

int32_t clinux_resolve_service(const char *name, clinux_service *services, uint32_t capacity) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) return -EAGAIN;
    state.retrans = 2;
    state.retry = 2;
    u_char answer[16384];
    int length = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, sizeof answer);
    int failure = state.res_h_errno;
    res_nclose(&state);
    if (length < 0) return failure == HOST_NOT_FOUND || failure == NO_DATA ? 0 : -EAGAIN;
    ns_msg message;
    if (length > (int)sizeof answer || ns_initparse(answer, length, &message) != 0) return -EAGAIN;
    uint32_t count = 0;
    for (int index = 0; index < ns_msg_count(message, ns_s_an) && count < capacity; index++) {
        count += (uint32_t)read_service(&message, index, &services[count]);
    }
    return (int32_t)count;
}
