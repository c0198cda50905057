#include "guard_internal.h"

#if RTGUARD_BUILT

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

/* The library's own function behind ours, looked up on first use. A look-up twice at once gives the same. */
#define BEHIND(name)                                                                                   \
    ({                                                                                                 \
        static _Atomic(void *) known;                                                                  \
        void *found = atomic_load_explicit(&known, memory_order_relaxed);                              \
        if (!found) {                                                                                  \
            found = dlsym(RTLD_NEXT, #name);                                                           \
            atomic_store_explicit(&known, found, memory_order_relaxed);                                \
        }                                                                                              \
        (__typeof__(&name)) found;                                                                     \
    })

/* The condition functions have an old version under the same name; this is the one that programs get. */
#define BEHIND_CONDITION(name)                                                                         \
    ({                                                                                                 \
        static _Atomic(void *) known;                                                                  \
        void *found = atomic_load_explicit(&known, memory_order_relaxed);                              \
        if (!found) {                                                                                  \
            found = dlvsym(RTLD_NEXT, #name, "GLIBC_2.3.2");                                           \
            if (!found) found = dlsym(RTLD_NEXT, #name);                                               \
            atomic_store_explicit(&known, found, memory_order_relaxed);                                \
        }                                                                                              \
        (__typeof__(&name)) found;                                                                     \
    })

#define LOCK(name, type)                                                                               \
    int name(type *lock) {                                                                             \
        NOTE(locks);                                                                                   \
        return BEHIND(name)(lock);                                                                     \
    }

LOCK(pthread_mutex_lock, pthread_mutex_t)
LOCK(pthread_mutex_trylock, pthread_mutex_t)
LOCK(pthread_rwlock_rdlock, pthread_rwlock_t)
LOCK(pthread_rwlock_wrlock, pthread_rwlock_t)
LOCK(sem_wait, sem_t)

int pthread_mutex_timedlock(pthread_mutex_t *restrict lock, const struct timespec *restrict until) {
    NOTE(locks);
    return BEHIND(pthread_mutex_timedlock)(lock, until);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    NOTE(locks);
    return BEHIND(sem_timedwait)(semaphore, until);
}

int pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict lock) {
    NOTE(locks);
    return BEHIND_CONDITION(pthread_cond_wait)(condition, lock);
}

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict lock, const struct timespec *restrict until) {
    NOTE(locks);
    return BEHIND_CONDITION(pthread_cond_timedwait)(condition, lock, until);
}

/* Swift's reference counting. On arm64 the runtime's retain and release keep nearly all registers, and so must
   whatever stands in front of them. */
#if defined(__aarch64__)
#define COUNTING __attribute__((preserve_most))
#else
#define COUNTING
#endif

#define COUNT_ONE(name, convention)                                                                    \
    convention void *name(void *object) {                                                              \
        if (object) NOTE(reference_counts);                                                            \
        return BEHIND(name)(object);                                                                   \
    }

#define COUNT_MANY(name, convention)                                                                   \
    convention void *name(void *object, uint32_t times) {                                              \
        if (object) NOTE(reference_counts);                                                            \
        return BEHIND(name)(object, times);                                                            \
    }

COUNTING void *swift_retain(void *object);
COUNTING void *swift_release(void *object);
void *swift_bridgeObjectRetain(void *object);
void *swift_bridgeObjectRelease(void *object);
void *swift_retain_n(void *object, uint32_t times);
void *swift_release_n(void *object, uint32_t times);
void *swift_bridgeObjectRetain_n(void *object, int32_t times);
void *swift_bridgeObjectRelease_n(void *object, int32_t times);

COUNT_ONE(swift_retain, COUNTING)
COUNT_ONE(swift_release, COUNTING)
COUNT_ONE(swift_bridgeObjectRetain, )
COUNT_ONE(swift_bridgeObjectRelease, )
COUNT_MANY(swift_retain_n, )
COUNT_MANY(swift_release_n, )

void *swift_bridgeObjectRetain_n(void *object, int32_t times) {
    if (object) NOTE(reference_counts);
    return BEHIND(swift_bridgeObjectRetain_n)(object, times);
}

void *swift_bridgeObjectRelease_n(void *object, int32_t times) {
    if (object) NOTE(reference_counts);
    return BEHIND(swift_bridgeObjectRelease_n)(object, times);
}

#endif
