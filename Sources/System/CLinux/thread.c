#include "clinux_internal.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define DEFAULT_STACK (512u * 1024u)

struct start {
    clinux_thread_options options;
    void (*body)(void *);
    void *argument;
    clinux_thread_report *report;
    sem_t reported;
};

static int lock_own_stack(void) {
    pthread_attr_t attributes;
    int problem = pthread_getattr_np(pthread_self(), &attributes);
    if (problem != 0) return problem;
    void *start;
    size_t length;
    problem = pthread_attr_getstack(&attributes, &start, &length);
    pthread_attr_destroy(&attributes);
    if (problem != 0) return problem;
    /* MADV_DONTFORK is left out: a fork from this thread would lose its stack. */
    return mlock(start, length) == 0 ? 0 : errno;
}

static int stay_on(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (processor >= CPU_SETSIZE) return EINVAL;
    CPU_SET(processor, &set);
    return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

static int make_fifo(int priority) {
    struct sched_param parameters = {.sched_priority = priority};
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0 ? 0 : errno;
}

static void *run(void *context) {
    struct start *start = context;
    const clinux_thread_options *options = &start->options;
    clinux_thread_report *report = start->report;
    if (options->name[0]) prctl(PR_SET_NAME, options->name);
    if (options->timer_slack_ns) prctl(PR_SET_TIMERSLACK, (unsigned long)options->timer_slack_ns);
    report->thread_id = gettid();
    report->affinity_problem = options->processor >= 0 ? stay_on(options->processor) : 0;
    report->stack_problem = options->lock_stack ? lock_own_stack() : 0;
    report->scheduling_problem = options->priority > 0 ? make_fifo(options->priority) : 0;
    void (*body)(void *) = start->body;
    void *argument = start->argument;
    sem_post(&start->reported); /* the starter's frame, and `start` in it, is gone from here on */
    body(argument);
    return NULL;
}

static int create(pthread_t *thread, uint64_t stack_octets, struct start *start) {
    uint64_t page = clinux_page_size();
    uint64_t stack = ((stack_octets ? stack_octets : DEFAULT_STACK) + page - 1) / page * page;
    pthread_attr_t attributes;
    int problem = pthread_attr_init(&attributes);
    if (problem != 0) return problem;
    problem = pthread_attr_setstacksize(&attributes, stack);
    struct sched_param ordinary = {.sched_priority = 0};
    if (problem == 0) problem = pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
    if (problem == 0) problem = pthread_attr_setschedpolicy(&attributes, SCHED_OTHER);
    if (problem == 0) problem = pthread_attr_setschedparam(&attributes, &ordinary);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the new thread inherits the mask */
    if (problem == 0) problem = pthread_create(thread, &attributes, run, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return problem;
}

int32_t clinux_thread_start(
    const clinux_thread_options *options, void (*body)(void *), void *argument, clinux_thread_report *report) {
    struct start start = {.options = *options, .body = body, .argument = argument, .report = report};
    start.options.name[sizeof start.options.name - 1] = 0;
    *report = (clinux_thread_report){0};
    sem_init(&start.reported, 0, 0);
    pthread_t thread;
    int problem = create(&thread, options->stack_octets, &start);
    if (problem == 0) {
        while (sem_wait(&start.reported) != 0 && errno == EINTR) {
        }
        report->handle = (uint64_t)thread;
    }
    sem_destroy(&start.reported);
    return -problem;
}

int32_t clinux_thread_join(uint64_t handle) { return -pthread_join((pthread_t)handle, NULL); }

static void do_nothing(void *unused) { (void)unused; }

int32_t clinux_thread_probe_realtime(int32_t priority) {
    clinux_thread_options options = {.priority = priority, .processor = -1};
    clinux_thread_report report;
    int32_t problem = clinux_thread_start(&options, do_nothing, NULL, &report);
    if (problem != 0) return problem;
    clinux_thread_join(report.handle);
    return -report.scheduling_problem;
}

int32_t clinux_thread_make_ordinary(const char *name) {
    if (name) prctl(PR_SET_NAME, name);
    struct sched_param parameters = {.sched_priority = 0};
    return sched_setscheduler(0, SCHED_OTHER, &parameters) == 0 ? 0 : -errno;
}

int32_t clinux_thread_policy(int32_t *priority) {
    struct sched_param parameters;
    int policy = sched_getscheduler(0);
    if (policy < 0 || sched_getparam(0, &parameters) != 0) return -errno;
    *priority = parameters.sched_priority;
    return policy & ~SCHED_RESET_ON_FORK;
}

void clinux_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void clinux_yield(void) { sched_yield(); }
