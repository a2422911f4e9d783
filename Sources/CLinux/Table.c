#define _GNU_SOURCE
#include "Table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static size_t table_size(uint32_t slots) {
    return sizeof(struct kernaut_table)
           + slots * (sizeof(struct slot) + sizeof(struct kernaut_race_child) + sizeof(struct birth));
}

static struct kernaut_table *map_table(uint32_t slots, int flags, int memory) {
    struct kernaut_table *table =
        mmap(NULL, table_size(slots), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | flags, memory, 0);
    return table == MAP_FAILED ? NULL : table;
}

static void lay_out(struct kernaut_table *table, uint32_t slots) {
    table->count = slots;
    table->race_offset = sizeof(struct kernaut_table) + slots * sizeof(struct slot);
    table->births_offset = table->race_offset + slots * sizeof(struct kernaut_race_child);
}

/// Private, so that a child which gets memory of its own gets its parent's stack as well; not used, it takes no memory.
static int map_stacks(struct kernaut_table *table) {
    void *stacks = mmap(NULL, (size_t)table->count * STACK_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stacks == MAP_FAILED) return -errno;
    table->stacks = stacks;
    return 0;
}

struct kernaut_table *kernaut_table_make(uint32_t slots) {
    struct kernaut_table *table = map_table(slots, MAP_ANONYMOUS, -1);
    if (table == NULL) return NULL;
    lay_out(table, slots);
    if (map_stacks(table) == 0) return table;
    munmap(table, table_size(slots));
    return NULL;
}

void kernaut_table_free(struct kernaut_table *table) {
    munmap(table->stacks, (size_t)table->count * STACK_SIZE);
    munmap(table, table_size(table->count));
}

#define NURSERY_ARGUMENT "nursery"

struct kernaut_table *kernaut_nursery_start(uint32_t slots, pid_t *pid) {
    int memory = memfd_create("kernaut-puppets", 0);
    if (memory < 0) return NULL;
    struct kernaut_table *table = NULL;
    if (ftruncate(memory, (off_t)table_size(slots)) == 0) table = map_table(slots, 0, memory);
    if (table != NULL) {
        lay_out(table, slots);
        table->is_undisturbed = 1;
        char descriptor[16], count[16];
        snprintf(descriptor, sizeof descriptor, "%d", memory);
        snprintf(count, sizeof count, "%u", slots);
        char *arguments[] = {"kernaut-probe", NURSERY_ARGUMENT, descriptor, count, NULL};
        // Restartable sequences, which nobody uses, would make the kernel write to each puppet's memory.
        char *environment[] = {"GLIBC_TUNABLES=glibc.pthread.rseq=0", NULL};
        *pid = fork();
        if (*pid == 0) {
            kernaut_unblock_signals();
            execve("/proc/self/exe", arguments, environment);
            _exit(127);
        }
        if (*pid < 0) {
            kernaut_nursery_end(table);
            table = NULL;
        }
    }
    close(memory);
    return table;
}

void kernaut_nursery_end(struct kernaut_table *table) { munmap(table, table_size(table->count)); }

void kernaut_nursery_serve(int argc, char **argv) {
    if (argc != 4 || strcmp(argv[1], NURSERY_ARGUMENT) != 0) return;
    struct kernaut_table *table = map_table((uint32_t)atoi(argv[3]), 0, atoi(argv[2]));
    if (table == NULL || map_stacks(table) != 0) _exit(1);
    syscall(SYS_close_range, 0, ~0U, 0);
    kernaut_puppet_serve(table, 0);
}

static int table_holds(const struct kernaut_table *table, uint64_t address) {
    uint64_t stacks = (uint64_t)table->stacks;
    return (address >= (uint64_t)table && address < (uint64_t)table + table_size(table->count))
           || (address >= stacks && address < stacks + (uint64_t)table->count * STACK_SIZE);
}

static void keep_from_children(uint64_t start, uint64_t end) {
    // A static executable's thread-local variables, errno among them, lie at the beginning of its heap.
    uint64_t mine = (uint64_t)&errno;
    if (mine >= start && mine < end) start = (mine + 16384) / 4096 * 4096;
    if (start < end) madvise((void *)start, end - start, MADV_DONTFORK);
}

void kernaut_keep_heap_from_children(const struct kernaut_table *table) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) return;
    char line[512];
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end, inode;
        char permissions[5], name[256] = "";
        if (sscanf(line, "%lx-%lx %4s %*s %*s %lu %255s", &start, &end, permissions, &inode, name) < 4) continue;
        if (permissions[0] != 'r' || permissions[1] != 'w' || inode != 0) continue;
        if (table_holds(table, start)) continue;
        // Without a name, what lies low is the executable's own variables, which C code needs.
        int is_heap = strcmp(name, "[heap]") == 0 || (name[0] == 0 && start > UINT32_MAX);
        if (is_heap) keep_from_children(start, end);
    }
    fclose(maps);
}

char *kernaut_puppet_text(struct kernaut_table *table, uint32_t slot) { return table->slots[slot].text; }

int32_t kernaut_puppet_wait_status(struct kernaut_table *table, uint32_t slot) {
    return table->slots[slot].wait_status;
}
