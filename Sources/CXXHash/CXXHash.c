#define XXH_INLINE_ALL
#include <xxhash.h>

#include "CXXHash.h"

kernaut_digest kernaut_digest_of(const void *bytes, size_t count) {
    XXH128_hash_t hash = XXH3_128bits(bytes, count);
    return (kernaut_digest){.high = hash.high64, .low = hash.low64};
}
