#include "clinux_internal.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(EPERM == 1 && EINTR == 4 && EAGAIN == 11 && ENOMEM == 12 && ENOSPC == 28, "error numbers");
_Static_assert(EMSGSIZE == 90 && EADDRINUSE == 98 && EADDRNOTAVAIL == 99 && ENETUNREACH == 101, "error numbers");
_Static_assert(ENOBUFS == 105 && ECONNREFUSED == 111 && EHOSTUNREACH == 113, "error numbers");

#define MOST_DESCRIPTORS 16

int32_t clinux_close(int32_t descriptor) { return close(descriptor) == 0 ? 0 : -errno; }

int32_t clinux_duplicate(int32_t descriptor) {
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    return copy >= 0 ? copy : -errno;
}

int32_t clinux_set_close_on_exec(int32_t descriptor, int32_t on) {
    return fcntl(descriptor, F_SETFD, on ? FD_CLOEXEC : 0) == 0 ? 0 : -errno;
}

int64_t clinux_file_size(int32_t descriptor) {
    struct stat found;
    return fstat(descriptor, &found) == 0 ? (int64_t)found.st_size : -(int64_t)errno;
}

int32_t clinux_socket_pair(int32_t *first, int32_t *second) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
    *first = pair[0];
    *second = pair[1];
    return 0;
}

int64_t clinux_send_descriptors(
    int32_t socket, const int32_t *descriptors, uint32_t count, const void *octets, uint64_t length) {
    if (count > MOST_DESCRIPTORS || length == 0) return -EINVAL;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))] = {0};
    struct iovec part = {(void *)octets, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    }
    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0 ? sent : -(int64_t)errno;
}

int64_t clinux_receive_descriptors(
    int32_t socket, int32_t *descriptors, uint32_t *count, void *octets, uint64_t capacity) {
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
    struct iovec part = {octets, capacity};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t received;
    do {
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    uint32_t room = *count;
    *count = 0;
    if (received < 0) return -(int64_t)errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t came = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < came; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            if (*count < room) {
                descriptors[(*count)++] = descriptor;
            } else {
                close(descriptor);
            }
        }
    }
    return received;
}
