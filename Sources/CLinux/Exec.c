/// How a puppet calls execve and goes on.
#define _GNU_SOURCE
#include "Table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/// What a puppet's program is called. Nothing else that the file is started as has this name.
static const char puppet_name[] = "kernaut-puppet";

/// A number's sixteen hexadecimal digits.
static void spell(uint64_t number, char *text) {
    for (int place = 0; place < 16; place++) text[place] = "0123456789abcdef"[number >> (60 - 4 * place) & 15];
    text[16] = 0;
}

int64_t kernaut_exec_puppet(struct kernaut_table *table, uint32_t slot) {
    char numbers[3][17];
    spell((uint64_t)(uintptr_t)table, numbers[0]);
    spell((uint64_t)(uint32_t)table->kept_descriptor, numbers[1]);
    spell(slot, numbers[2]);
    const char *const argv[] = {puppet_name, numbers[0], numbers[1], numbers[2], NULL};
    const char *const envp[] = {NULL};
    // A thread's own: its leader, whose file /proc/self has, may have ended.
    return RAW_3(SYS_execve, "/proc/thread-self/exe", argv, envp);
}

void kernaut_puppet_resume(int argc, char *const *argv) {
    if (argc != 4 || strcmp(argv[0], puppet_name) != 0) return;
    uint64_t place = strtoull(argv[1], NULL, 16);
    struct kernaut_table *table = kernaut_table_find(place, (int32_t)strtoull(argv[2], NULL, 16));
    // Nobody can be told; the conductor finds its puppet dead.
    if (table == NULL)
        for (;;) RAW_1(SYS_exit_group, 1);
    uint32_t slot = (uint32_t)strtoull(argv[3], NULL, 16);
    answer(&table->slots[slot], 0);
    kernaut_puppet_serve(table, slot);
}
