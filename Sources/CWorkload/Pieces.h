/// The pieces, and what they have in common.
#ifndef KERNAUT_PIECES_H
#define KERNAUT_PIECES_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/// Calls that were answered and refused so far, in memory that children share.
struct piece_counts {
    uint32_t answered, refused;
};
extern struct piece_counts *piece_counts;

/// Counts a call, and is what it returned.
static inline long counted(long result) {
    if (result == -1)
        __atomic_add_fetch(&piece_counts->refused, 1, __ATOMIC_RELAXED);
    else
        __atomic_add_fetch(&piece_counts->answered, 1, __ATOMIC_RELAXED);
    return result;
}
#define DO(call) counted((long)(call))
#define CALL(...) counted(syscall(__VA_ARGS__))

/// Runs a body in a child and waits for its end.
#define IN_CHILD(...)                                                                                                  \
    do {                                                                                                               \
        pid_t child_ = fork();                                                                                         \
        if (child_ == 0) {                                                                                             \
            __VA_ARGS__;                                                                                                    \
            _exit(0);                                                                                                  \
        }                                                                                                              \
        if (child_ > 0) DO(waitpid(child_, NULL, 0));                                                                  \
    } while (0)

/// Writes a text to a file.
static inline void put(const char *path, const char *text) {
    int file = (int)DO(open(path, O_WRONLY | O_CLOEXEC));
    if (file < 0) return;
    DO(write(file, text, strlen(text)));
    close(file);
}

void piece_files(void);
void piece_attributes(void);
void piece_memory(void);
void piece_pipes(void);
void piece_waiting(void);
void piece_unix_sockets(void);
void piece_internet(void);
void piece_netlink(void);
void piece_signals(void);
void piece_processes(void);
void piece_identity(void);
void piece_scheduling(void);
void piece_mounts(void);
void piece_namespaces(void);
void piece_cgroups(void);
void piece_ipc(void);
void piece_futexes(void);
void piece_time(void);
void piece_terminals(void);
void piece_asynchronous(void);
void piece_bpf(void);
void piece_keys(void);
void piece_proc(void);
void piece_sys(void);

#endif
