#define _GNU_SOURCE
#include "Table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

/// Whether a list such as "cpu,pids" has pids.
static bool has_pids(const char *list, const char *end) {
    while (list < end) {
        const char *comma = memchr(list, ',', (size_t)(end - list));
        const char *next = comma == NULL ? end : comma;
        if (next - list == 4 && memcmp(list, "pids", 4) == 0) return true;
        list = next + 1;
    }
    return false;
}

/// The path in the line `number:controllers:path` that is meant; its length, or a negative errno.
static int64_t find_path(const char *content, size_t length, uint64_t part, const char **path) {
    const char *end = content + length;
    while (content < end) {
        const char *newline = memchr(content, '\n', (size_t)(end - content));
        const char *line_end = newline == NULL ? end : newline;
        const char *list = memchr(content, ':', (size_t)(line_end - content));
        const char *colon = list == NULL ? NULL : memchr(list + 1, ':', (size_t)(line_end - list - 1));
        if (colon != NULL) {
            bool is_meant = part == KERNAUT_PATH_OF_PIDS ? has_pids(list + 1, colon) : list + 1 == colon;
            if (is_meant) {
                *path = colon + 1;
                return line_end - colon - 1;
            }
        }
        content = line_end + 1;
    }
    return -ENODATA;
}

int64_t kernaut_read_part(char *text, uint64_t part) {
    // As much as such files are: a stack of the puppet's has room for it.
    char content[4096];
    int64_t file = RAW_4(SYS_openat, AT_FDCWD, text, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) return file;
    size_t length = 0;
    int64_t got = 0;
    while (length < sizeof content &&
           (got = RAW_3(SYS_read, file, content + length, sizeof content - length)) > 0)
        length += (size_t)got;
    RAW_1(SYS_close, file);
    if (got < 0) return got;
    if (length == sizeof content) return -E2BIG;
    const char *told = content;
    int64_t size = (int64_t)length;
    if (part != KERNAUT_WHOLE_FILE) size = find_path(content, length, part, &told);
    if (size < 0) return size;
    if (size >= KERNAUT_TEXT_CAPACITY) return -E2BIG;
    memcpy(text, told, (size_t)size);
    text[size] = 0;
    return 0;
}
