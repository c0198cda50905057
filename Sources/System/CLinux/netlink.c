#include "clinux_internal.h"
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECEIVE_OCTETS (4 << 20)

int32_t clinux_netlink_open(uint32_t groups) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (descriptor < 0) return -errno;
    int octets = RECEIVE_OCTETS, on = 1;
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof octets) != 0) {
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
    }
    setsockopt(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    struct sockaddr_nl name = {.nl_family = AF_NETLINK, .nl_groups = groups};
    if (bind(descriptor, (struct sockaddr *)&name, sizeof name) == 0) return descriptor;
    int problem = errno;
    close(descriptor);
    return -problem;
}

int32_t clinux_netlink_send(int32_t socket, const void *octets, uint64_t length) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t sent = sendto(socket, octets, length, 0, (struct sockaddr *)&kernel, sizeof kernel);
    return sent < 0 ? -errno : 0;
}

int64_t clinux_netlink_receive(int32_t socket, void *octets, uint64_t capacity, int32_t timeout_ms) {
    struct pollfd wanted = {.fd = socket, .events = POLLIN};
    if (timeout_ms > 0) poll(&wanted, 1, timeout_ms);
    ssize_t length = recv(socket, octets, capacity, MSG_DONTWAIT);
    if (length < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    return length;
}

uint32_t clinux_interface_index(const char *name) { return if_nametoindex(name); }

struct visit {
    const char *path;
    int32_t (*body)(void *);
    void *argument;
    int32_t result;
};

static void *visit(void *argument) {
    struct visit *visit = argument;
    int namespace = open(visit->path, O_RDONLY | O_CLOEXEC);
    if (namespace < 0 || setns(namespace, CLONE_NEWNET) != 0) {
        visit->result = -errno;
    } else {
        visit->result = visit->body(visit->argument);
    }
    if (namespace >= 0) close(namespace);
    return NULL;
}

static void *create(void *argument) {
    struct visit *visit = argument;
    int file = open(visit->path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
    if (file < 0) {
        visit->result = -errno;
        return NULL;
    }
    close(file);
    if (unshare(CLONE_NEWNET) != 0 || mount("/proc/thread-self/ns/net", visit->path, "none", MS_BIND, NULL) != 0) {
        visit->result = -errno;
        unlink(visit->path);
    }
    return NULL;
}

static int32_t on_thread(void *(*body)(void *), struct visit *visit) {
    pthread_t thread;
    int problem = pthread_create(&thread, NULL, body, visit);
    if (problem != 0) return -problem;
    pthread_join(thread, NULL);
    return visit->result;
}

int32_t clinux_in_namespace(const char *path, int32_t (*body)(void *), void *argument) {
    struct visit wanted = {path, body, argument, 0};
    return on_thread(visit, &wanted);
}

int32_t clinux_namespace_create(const char *path) {
    if (mkdir("/run/netns", 0755) != 0 && errno != EEXIST) return -errno;
    struct visit wanted = {path, NULL, NULL, 0};
    return on_thread(create, &wanted);
}

int32_t clinux_namespace_remove(const char *path) {
    umount2(path, MNT_DETACH);
    return unlink(path) == 0 ? 0 : -errno;
}

int32_t clinux_namespace_open(const char *path) {
    int descriptor = open(path ? path : "/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int32_t clinux_write_text(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -errno;
    ssize_t written = write(file, text, strlen(text));
    int problem = errno;
    close(file);
    return written < 0 ? -problem : 0;
}
