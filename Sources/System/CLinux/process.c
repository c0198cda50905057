#include "clinux_internal.h"
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define FIRST_PASSED 3
#define MOST_PASSED 16

static uint64_t soft_limit(int which) {
    struct rlimit limit;
    if (getrlimit(which, &limit) != 0) return 0;
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
}

uint64_t clinux_limit_rtprio(void) { return soft_limit(RLIMIT_RTPRIO); }
uint64_t clinux_limit_memlock(void) { return soft_limit(RLIMIT_MEMLOCK); }
uint64_t clinux_limit_descriptors(void) { return soft_limit(RLIMIT_NOFILE); }

int64_t clinux_raise_limit_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -(int64_t)errno;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return -(int64_t)errno;
    return (int64_t)limit.rlim_cur;
}

uint64_t clinux_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, data) != 0) return 0;
    return (uint64_t)data[1].effective << 32 | data[0].effective;
}

/* Reads a small file whole; returns its length or -errno. */
static int read_file(const char *path, char *text, size_t capacity) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    ssize_t length = read(descriptor, text, capacity - 1);
    int problem = errno;
    close(descriptor);
    if (length < 0) return -problem;
    text[length] = 0;
    return (int)length;
}

int32_t clinux_rt_throttle(int64_t *runtime_us, int64_t *period_us) {
    char text[64];
    int length = read_file("/proc/sys/kernel/sched_rt_runtime_us", text, sizeof text);
    if (length < 0) return length;
    *runtime_us = strtoll(text, NULL, 10);
    length = read_file("/proc/sys/kernel/sched_rt_period_us", text, sizeof text);
    if (length < 0) return length;
    *period_us = strtoll(text, NULL, 10);
    return 0;
}

uint64_t clinux_resident_octets(void) {
    char text[128];
    if (read_file("/proc/self/statm", text, sizeof text) < 0) return 0;
    unsigned long long total, resident;
    if (sscanf(text, "%llu %llu", &total, &resident) != 2) return 0;
    return resident * clinux_page_size();
}

uint64_t clinux_peak_resident_octets(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024u : 0;
}

int32_t clinux_process_id(void) { return getpid(); }
int32_t clinux_thread_id(void) { return gettid(); }

uint32_t clinux_processors_allowed(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return (uint32_t)CPU_COUNT(&set);
}

int32_t clinux_end_with_parent(int32_t signal, int32_t parent) {
    if (prctl(PR_SET_PDEATHSIG, (unsigned long)signal) != 0) return -errno;
    return getppid() == parent ? 0 : -ESRCH;
}

/* Child descriptors 3, 4, ... may be sources of later ones, so all are first copied out of the way. */
static int pass_descriptors(
    posix_spawn_file_actions_t *actions, const int32_t *passed, uint32_t count, int copies[MOST_PASSED]) {
    int problem = 0;
    for (uint32_t i = 0; i < count && problem == 0; i++) {
        copies[i] = fcntl(passed[i], F_DUPFD_CLOEXEC, FIRST_PASSED + MOST_PASSED);
        if (copies[i] < 0) return errno;
        problem = posix_spawn_file_actions_adddup2(actions, copies[i], FIRST_PASSED + (int)i);
    }
    return problem;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    struct sched_param ordinary = {.sched_priority = 0};
    int problem = posix_spawnattr_setsigmask(attributes, &none);
    if (problem == 0) problem = posix_spawnattr_setsigdefault(attributes, &all);
    if (problem == 0) problem = posix_spawnattr_setschedpolicy(attributes, SCHED_OTHER);
    if (problem == 0) problem = posix_spawnattr_setschedparam(attributes, &ordinary);
    if (problem == 0) {
        problem = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSCHEDULER);
    }
    return problem;
}

int32_t clinux_spawn(
    const char *path, const char *const *arguments, const char *const *environment, const int32_t *passed,
    uint32_t count) {
    if (count > MOST_PASSED) return -EINVAL;
    int copies[MOST_PASSED];
    memset(copies, -1, sizeof copies);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int problem = pass_descriptors(&actions, passed, count, copies);
    if (problem == 0) problem = set_attributes(&attributes);
    pid_t process = 0;
    if (problem == 0) {
        char *const *variables = environment ? (char *const *)environment : environ;
        problem = posix_spawn(&process, path, &actions, &attributes, (char *const *)arguments, variables);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (copies[i] >= 0) close(copies[i]);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return problem == 0 ? process : -problem;
}

int32_t clinux_wait_child(int32_t process, int32_t block, int32_t *status) {
    int raw = 0;
    pid_t found;
    do {
        found = waitpid(process, &raw, block ? 0 : WNOHANG);
    } while (found < 0 && errno == EINTR);
    if (found < 0) return -errno;
    if (found > 0) *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return found;
}

int32_t clinux_send_signal(int32_t process, int32_t signal) { return kill(process, signal) == 0 ? 0 : -errno; }

int32_t clinux_random(void *octets, uint64_t length) {
    char *next = octets;
    while (length > 0) {
        ssize_t got = getrandom(next, length > 256 ? 256 : length, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -errno;
        next += got;
        length -= (uint64_t)got;
    }
    return 0;
}
