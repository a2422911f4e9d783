#ifndef KERNAUT_CXXHASH_H
#define KERNAUT_CXXHASH_H

#include <stddef.h>
#include <stdint.h>

// A 128-bit XXH3 digest: whether a file's content changed, not whether somebody forged it.
typedef struct {
    uint64_t high;
    uint64_t low;
} kernaut_digest;

kernaut_digest kernaut_digest_of(const void *bytes, size_t count);

#endif
