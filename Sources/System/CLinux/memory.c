#include "clinux_internal.h"
#include <string.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

uint64_t clinux_page_size(void) { return (uint64_t)sysconf(_SC_PAGESIZE); }

int32_t clinux_memfd_create(const char *name, uint64_t length) {
    /* Reserving more than there is would bring the out-of-memory killer, not an error. */
    if (length > (uint64_t)sysconf(_SC_PHYS_PAGES) * clinux_page_size()) return -ENOMEM;
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -errno;
    int problem = 0;
    if (ftruncate(descriptor, (off_t)length) != 0) {
        problem = errno;
    } else {
        problem = posix_fallocate(descriptor, 0, (off_t)length);
    }
    if (problem == 0 && fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        problem = errno;
    }
    if (problem == 0) return descriptor;
    close(descriptor);
    return -problem;
}

static void *map(int descriptor, int flags, uint64_t length, int32_t *problem) {
    void *start = mmap(NULL, length, PROT_READ | PROT_WRITE, flags, descriptor, 0);
    *problem = start == MAP_FAILED ? errno : 0;
    return start == MAP_FAILED ? NULL : start;
}

void *clinux_map_shared(int32_t descriptor, uint64_t length, int32_t *problem) {
    return map(descriptor, MAP_SHARED, length, problem);
}

void *clinux_map_private(uint64_t length, int32_t *problem) {
    return map(-1, MAP_PRIVATE | MAP_ANONYMOUS, length, problem);
}

static void widen(void **start, uint64_t *length) {
    uint64_t lead = (uintptr_t)*start % clinux_page_size();
    *start = (char *)*start - lead;
    *length += lead;
}

int32_t clinux_unmap(void *start, uint64_t length) { return munmap(start, length) == 0 ? 0 : errno; }

int32_t clinux_prefault(void *start, uint64_t length) {
    widen(&start, &length);
#ifdef MADV_POPULATE_WRITE
    if (madvise(start, length, MADV_POPULATE_WRITE) == 0) return 0;
    if (errno != EINVAL) return errno;
#endif
    uint64_t page = clinux_page_size();
    for (uint64_t offset = 0; offset < length; offset += page) {
        __atomic_fetch_or((char *)start + offset, 0, __ATOMIC_RELAXED);
    }
    return 0;
}

int32_t clinux_lock_memory(void *start, uint64_t length) {
    widen(&start, &length);
    if (mlock(start, length) != 0) return errno;
    return madvise(start, length, MADV_DONTFORK) == 0 ? 0 : errno;
}

int32_t clinux_unlock_memory(void *start, uint64_t length) {
    widen(&start, &length);
    return munlock(start, length) == 0 ? 0 : errno;
}

struct text_lock {
    uint64_t length;
    int problem;
};

/* Whether the media thread runs code of this object: the program itself, and what its loop calls. */
static int is_on_path(const char *name) {
    static const char *const libraries[] = {"libc.so", "libswiftCore.so", "libswiftSynchronization.so"};
    if (name == NULL || name[0] == 0) return 1;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        if (strstr(name, libraries[i]) != NULL) return 1;
    return 0;
}

static int lock_object(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    struct text_lock *state = context;
    if (!is_on_path(object->dlpi_name)) return 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
        void *start = (void *)(object->dlpi_addr + segment->p_vaddr);
        uint64_t length = segment->p_memsz;
        widen(&start, &length);
        state->length += length;
        if (state->problem == 0 && mlock(start, length) != 0) state->problem = errno;
    }
    return 0;
}

int32_t clinux_lock_text(uint64_t *length) {
    struct text_lock state = {0, 0};
    dl_iterate_phdr(lock_object, &state);
    *length = state.length;
    return state.problem;
}

void clinux_trim_heap(void) { malloc_trim(0); }

void clinux_limit_arenas(int32_t count) { mallopt(M_ARENA_MAX, count); }

uint64_t clinux_heap_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
