#ifndef GUARD_INTERNAL_H
#define GUARD_INTERNAL_H

#include "CRealTimeGuard.h"

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RTGUARD_BUILT 0
#else
#define RTGUARD_BUILT 1
#endif

extern __thread int rtguard_marked __attribute__((tls_model("initial-exec")));
extern __thread rtguard_counts rtguard_found __attribute__((tls_model("initial-exec")));

void rtguard_hit(uint64_t *count);

/* Counts a call if the thread is marked. */
#define NOTE(kind)                                                                                     \
    do {                                                                                               \
        if (__builtin_expect(rtguard_marked, 0)) rtguard_hit(&rtguard_found.kind);                     \
    } while (0)

#endif
