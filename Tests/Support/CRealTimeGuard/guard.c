#include "CRealTimeGuard.h"
#include "guard_internal.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

/* initial-exec: reaching these never allocates. */
__thread int rtguard_marked __attribute__((tls_model("initial-exec")));
__thread rtguard_counts rtguard_found __attribute__((tls_model("initial-exec")));

static atomic_int traps;

void rtguard_hit(uint64_t *count) {
    ++*count;
    if (atomic_load_explicit(&traps, memory_order_relaxed)) {
        rtguard_marked = 0;
        raise(SIGTRAP);
    }
}

void rtguard_enter(void) {
    rtguard_found = (rtguard_counts){0, 0, 0, 0};
    rtguard_marked = 1;
}

rtguard_counts rtguard_exit(void) {
    rtguard_marked = 0;
    return rtguard_found;
}

void rtguard_pause(void) { rtguard_marked = 0; }

void rtguard_resume(void) { rtguard_marked = 1; }

void rtguard_set_trap(int32_t on) { atomic_store(&traps, on); }

int32_t rtguard_is_built(void) { return RTGUARD_BUILT; }

int32_t rtguard_is_active(void) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    rtguard_counts before = rtguard_found;
    int marked = rtguard_marked;
    rtguard_enter();
    void *volatile memory = malloc(16);
    free(memory);
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    rtguard_counts seen = rtguard_exit();
    rtguard_found = before;
    rtguard_marked = marked;
    return seen.allocations == 1 && seen.frees == 1 && seen.locks == 1;
}
