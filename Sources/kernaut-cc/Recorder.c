#define _GNU_SOURCE
#include "Recorder.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int starts_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

struct compilation read_arguments(int count, char **arguments) {
    struct compilation found = {0};
    for (int i = 0; i < count; i++) {
        const char *argument = arguments[i];
        if (strcmp(argument, "-o") == 0 && i + 1 < count) {
            found.object = arguments[++i];
        } else if (strcmp(argument, "-include") == 0 && i + 1 < count) {
            if (ends_with(arguments[++i], "/linux/kconfig.h")) found.is_kernel = 1;
        } else if (strcmp(argument, "-c") == 0) {
            found.compiles = 1;
        } else if (strcmp(argument, "-E") == 0 || strcmp(argument, "-S") == 0 || strcmp(argument, "-M") == 0
                   || strcmp(argument, "-") == 0) {
            found.other_output = 1;
        } else if (starts_with(argument, "-Wp,-MMD,") || starts_with(argument, "-Wp,-MD,")) {
            found.dependency = strrchr(argument, ',') + 1;
        } else if (argument[0] != '-' && (ends_with(argument, ".c") || ends_with(argument, ".S"))) {
            found.source = argument;
        }
    }
    return found;
}

int needs_real_object(const struct compilation *compilation) {
    // vdso: linked and turned into vdso-image-*.c. realmode, boot, purgatory: linked, and their symbols become headers.
    static const char *const folders[] = {"/vdso/", "/vdso32/", "/realmode/", "/boot/", "/purgatory/"};
    if (!starts_with(compilation->object, "arch/")) return 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (strstr(compilation->object, folders[i])) return 1;
    return 0;
}

int is_unit(const struct compilation *compilation) {
    // Compilations that only test the compiler (lib/test_fortify) borrow another target's dependency file, and scripts/
    // holds objects that describe the compiler, not the kernel. Assembly is no unit: there is nothing in it to index.
    if (starts_with(compilation->object, "scripts/") || !ends_with(compilation->source, ".c")) return 0;
    const char *slash = strrchr(compilation->object, '/');
    const char *name = slash ? slash + 1 : compilation->object;
    int folder = (int)(name - compilation->object);
    char expected[PATH_MAX];
    int length = snprintf(expected, sizeof expected, "%.*s.%s.d", folder, compilation->object, name);
    return length > 0 && length < (int)sizeof expected && strcmp(expected, compilation->dependency) == 0;
}

// Writes all bytes or says that it could not.
static int write_file(const char *path, const char *bytes, size_t count) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    while (count > 0) {
        ssize_t written = write(file, bytes, count);
        if (written <= 0) {
            close(file);
            return -1;
        }
        bytes += written;
        count -= (size_t)written;
    }
    return close(file);
}

static char *append(char *end, const char *text) { return stpcpy(end, text) + 1; }

// The record is complete before the object exists, so a run that was killed in between makes the object again.
int write_record(const struct compilation *compilation, const char *compiler, int count, char **arguments) {
    char directory[PATH_MAX];
    if (!getcwd(directory, sizeof directory)) return -1;

    size_t size = strlen(directory) + strlen(compilation->object) + strlen(compilation->source) + strlen(compiler) + 4;
    for (int i = 0; i < count; i++) size += strlen(arguments[i]) + 1;
    char *record = malloc(size);
    if (!record) return -1;

    char *end = append(record, directory);
    end = append(end, compilation->object);
    end = append(end, compilation->source);
    end = append(end, compiler);
    for (int i = 0; i < count; i++) end = append(end, arguments[i]);

    // The dependency file is `.NAME.o.d`; the record stands beside it.
    char path[PATH_MAX];
    int stem = (int)strlen(compilation->dependency) - 2;
    int length = snprintf(path, sizeof path, "%.*s.kernaut", stem, compilation->dependency);
    int result = length > 0 && length < (int)sizeof path ? write_file(path, record, size) : -1;
    free(record);
    return result;
}

int write_answer(const struct compilation *compilation, const char *template) {
    char dependency[2 * PATH_MAX];
    int length = snprintf(dependency, sizeof dependency, "%s: %s\n", compilation->object, compilation->source);
    if (length < 0 || length >= (int)sizeof dependency) return -1;
    if (write_file(compilation->dependency, dependency, (size_t)length) != 0) return -1;

    // An empty object is about half a kilobyte; one that fills the buffer is not what kernaut made.
    char object[16384];
    int file = open(template, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = read(file, object, sizeof object);
    close(file);
    if (count <= 0 || count == (ssize_t)sizeof object) return -1;
    return write_file(compilation->object, object, (size_t)count);
}
