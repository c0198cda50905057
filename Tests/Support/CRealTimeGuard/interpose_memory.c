#include "guard_internal.h"

#if RTGUARD_BUILT

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

/* glibc's own names for its allocator: no look-up is needed, so these work from the first instruction on. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t size) {
    NOTE(allocations);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    NOTE(allocations);
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    NOTE(allocations);
    return __libc_realloc(memory, size);
}

void *reallocarray(void *memory, size_t count, size_t size) {
    NOTE(allocations);
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(memory, total);
}

void *memalign(size_t alignment, size_t size) {
    NOTE(allocations);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    NOTE(allocations);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    NOTE(allocations);
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *found = __libc_memalign(alignment, size);
    if (!found) return ENOMEM;
    *memory = found;
    return 0;
}

void *valloc(size_t size) {
    NOTE(allocations);
    return __libc_memalign((size_t)sysconf(_SC_PAGESIZE), size);
}

void free(void *memory) {
    if (memory) NOTE(frees);
    __libc_free(memory);
}

#endif
