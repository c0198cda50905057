#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

#include "clinux_base.h"

#pragma clang assume_nonnull begin

uint64_t clinux_page_size(void) CLINUX_RT;
/* An anonymous memory file of `length` octets, reserved, sealed against a change of size. */
int32_t clinux_memfd_create(const char *name, uint64_t length);
/* Maps the file for reading and writing, shared; null and errno in `problem` on failure. */
void *_Nullable clinux_map_shared(int32_t descriptor, uint64_t length, int32_t *problem);
/* Maps private zeroed memory; null and errno in `problem` on failure. */
void *_Nullable clinux_map_private(uint64_t length, int32_t *problem);
/* The functions below return 0 or a positive errno. `start` is rounded down to its page. */
int32_t clinux_unmap(void *start, uint64_t length);
/* Makes every page present and writable now. */
int32_t clinux_prefault(void *start, uint64_t length);
/* mlock, then MADV_DONTFORK. */
int32_t clinux_lock_memory(void *start, uint64_t length);
int32_t clinux_unlock_memory(void *start, uint64_t length);
/* mlock of the executable segments that the media thread runs: the program, libc, the Swift core. Not of every
   library, which would keep tens of megabytes that no packet needs. `length` is what was asked for, also on failure. */
int32_t clinux_lock_text(uint64_t *length);
/* mallopt and malloc_trim: gives unused heap pages back to the kernel. */
void clinux_trim_heap(void);
/* At most so many malloc arenas; before other threads are there. */
void clinux_limit_arenas(int32_t count);
/* Octets in use on the heap, as mallinfo2 counts them; 0 where a sanitizer brings its own heap. */
uint64_t clinux_heap_in_use(void);

#pragma clang assume_nonnull end

#endif
