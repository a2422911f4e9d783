#include "Pieces.h"

#include <dirent.h>
#include <limits.h>

/// Files that wait for something, and those that do more than to tell.
static int is_left_alone(const char *path) {
    static const char *const names[] = {"kmsg",  "kcore", "trace_pipe", "trace_pipe_raw", "kpagecount", "kpageflags",
                                        "clear_refs", "sysrq-trigger", "event", "mem", "pagemap", "kpagecgroup", "acpi"};
    const char *name = strrchr(path, '/') + 1;
    for (size_t number = 0; number < sizeof names / sizeof names[0]; number++)
        if (strcmp(name, names[number]) == 0) return 1;
    return strstr(path, "/tracing") || strstr(path, "/debug") || strstr(path, "/task/");
}

static void read_file(const char *path) {
    static char text[16384];
    int file = (int)DO(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (file < 0) return;
    for (int turn = 0; turn < 2 && DO(read(file, text, sizeof text)) > 0; turn++) {}
    DO(lseek(file, 0, SEEK_SET));
    close(file);
}

/// Reads every file of a folder, and of those below it, until so many have been read.
static void read_tree(const char *path, int depth, int *left) {
    DIR *folder = opendir(path);
    if (!folder) return;
    for (struct dirent *entry; *left > 0 && (entry = readdir(folder));) {
        char below[PATH_MAX];
        if (entry->d_name[0] == '.' || snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= (int)sizeof below) continue;
        if (is_left_alone(below)) continue;
        struct stat status;
        if (lstat(below, &status) != 0) continue;
        if (S_ISDIR(status.st_mode) && depth > 0) {
            read_tree(below, depth - 1, left);
        } else if (S_ISLNK(status.st_mode)) {
            char text[PATH_MAX];
            DO(readlink(below, text, sizeof text));
        } else if (S_ISREG(status.st_mode)) {
            *left -= 1;
            read_file(below);
        }
    }
    closedir(folder);
}

void piece_proc(void) {
    int left = 60;
    read_tree("/proc/self", 1, &left);
    left = 200;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        // The processes were told apart above.
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') continue;
        char path[PATH_MAX];
        snprintf(path, sizeof path, "/proc/%s", entry->d_name);
        if (strcmp(entry->d_name, "self") == 0 || strcmp(entry->d_name, "thread-self") == 0 || is_left_alone(path)) continue;
        struct stat status;
        if (lstat(path, &status) != 0) continue;
        if (S_ISDIR(status.st_mode)) read_tree(path, 6, &left);
        if (S_ISREG(status.st_mode)) read_file(path);
    }
    if (folder) closedir(folder);
    put("/proc/self/oom_score_adj", "0");
    put("/proc/self/comm", "kernaut");
    put("/proc/self/coredump_filter", "51");
    put("/proc/self/timerslack_ns", "50000");
    put("/proc/sys/kernel/hostname", "kernaut");
    put("/proc/sys/kernel/threads-max", "10000");
    put("/proc/sys/vm/swappiness", "60");
    put("/proc/sys/net/ipv4/ip_forward", "0");
    put("/proc/sys/kernel/pid_max", "1");
}

void piece_sys(void) {
    static const struct {
        const char *path;
        int depth, files;
    } trees[] = {{"/sys/class", 3, 60},   {"/sys/kernel", 2, 60},     {"/sys/devices", 5, 80},
                 {"/sys/module", 3, 30},  {"/sys/fs/cgroup", 1, 60},  {"/sys/bus", 4, 30}};
    for (size_t number = 0; number < sizeof trees / sizeof trees[0]; number++) {
        int left = trees[number].files;
        read_tree(trees[number].path, trees[number].depth, &left);
    }
}
