#define _GNU_SOURCE
#include "Table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static size_t table_size(uint32_t slots) {
    return sizeof(struct kernaut_table)
           + slots * (sizeof(struct slot) + sizeof(struct kernaut_race_child) + sizeof(struct birth));
}

/// Where a table is mapped if there is room: nothing else comes there, so that who has called execve finds the place free. In
/// all processes that have it a table is at the same place, as is its memory for stacks.
#define TABLE_PLACE 0x10000000000

/// @param place  NULL for wherever there is room near the usual place.
static void *map_table(void *place, int32_t descriptor, size_t size) {
    int fixed = place == NULL ? 0 : MAP_FIXED_NOREPLACE;
    if (place == NULL) place = (void *)TABLE_PLACE;
    return mmap(place, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | fixed, descriptor, 0);
}

/// Private, so that a child which gets memory of its own gets its parent's stack as well; not used, it takes no memory.
static void *map_stacks(void *place, uint32_t slots, int fixed) {
    return mmap(place, (size_t)slots * STACK_SIZE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK | fixed, -1, 0);
}

struct kernaut_table *kernaut_table_make(uint32_t slots) {
    size_t size = (table_size(slots) + 4095) / 4096 * 4096;
    // It outlives execve in puppets that are to have it, and is closed by leave_descriptors in all others.
    int32_t descriptor = memfd_create("kernaut", 0);
    if (descriptor < 0) return NULL;
    struct kernaut_table *table = MAP_FAILED;
    if (ftruncate(descriptor, (off_t)size) == 0) table = map_table(NULL, descriptor, size);
    if (table == MAP_FAILED) {
        close(descriptor);
        return NULL;
    }
    table->count = slots;
    table->descriptor = descriptor;
    table->kept_descriptor = -1;
    table->stacks = map_stacks((char *)table + size, slots, 0);
    if (table->stacks == MAP_FAILED) {
        munmap(table, size);
        close(descriptor);
        return NULL;
    }
    return table;
}

void kernaut_table_keep_for_exec(struct kernaut_table *table, uint32_t keeps) {
    table->kept_descriptor = keeps ? table->descriptor : -1;
}

struct kernaut_table *kernaut_table_find(uint64_t place, int32_t descriptor) {
    struct stat file;
    if (fstat(descriptor, &file) != 0) return NULL;
    struct kernaut_table *table = map_table((void *)place, descriptor, (size_t)file.st_size);
    if (table == MAP_FAILED) return NULL;
    if (map_stacks(table->stacks, table->count, MAP_FIXED_NOREPLACE) == MAP_FAILED) return NULL;
    return table;
}

/// Advises on a range of addresses without its part from `start` to `end`.
static void advise_around(uint64_t from, uint64_t to, uint64_t start, uint64_t end, int advice) {
    if (start > from) madvise((void *)from, (start < to ? start : to) - from, advice);
    if (end < to) madvise((void *)(end > from ? end : from), to - (end > from ? end : from), advice);
}

/// All private memory that can be written, but for the stacks of puppets (which may be one mapping with their neighbours) and
/// the thread-local variables, errno among them.
static void advise_writable(const struct kernaut_table *table, int advice) {
    uint64_t stacks = (uint64_t)table->stacks, stacks_end = stacks + (uint64_t)table->count * STACK_SIZE;
    uint64_t local = (uint64_t)&errno / 4096 * 4096;
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) return;
    char line[512];
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end, inode;
        char permissions[5], name[256] = "";
        if (sscanf(line, "%lx-%lx %4s %*s %*s %lu %255s", &start, &end, permissions, &inode, name) < 4) continue;
        // A file's, and what lies low without a name, are the executable's own variables; memcpy reads some of them.
        if (strcmp(permissions, "rw-p") != 0 || inode != 0 || (name[0] == 0 && start <= UINT32_MAX)) continue;
        if (local >= start && local < end)
            advise_around(start, end, local, local + 4096, advice);
        else
            advise_around(start, end, stacks, stacks_end, advice);
    }
    fclose(maps);
}

void kernaut_keep_memory_from_children(const struct kernaut_table *table) { advise_writable(table, MADV_DONTFORK); }

void kernaut_share_memory_with_children(const struct kernaut_table *table) { advise_writable(table, MADV_DOFORK); }

char *kernaut_puppet_text(struct kernaut_table *table, uint32_t slot) { return table->slots[slot].text; }

int32_t kernaut_puppet_wait_status(struct kernaut_table *table, uint32_t slot) {
    return table->slots[slot].wait_status;
}
