#include "Pieces.h"

#include "include/CWorkload.h"

#include <sys/prctl.h>

struct piece_counts *piece_counts;

static const struct {
    const char *name;
    void (*run)(void);
} pieces[] = {
    {"files", piece_files},
    {"attributes", piece_attributes},
    {"memory", piece_memory},
    {"pipes", piece_pipes},
    {"waiting", piece_waiting},
    {"unix-sockets", piece_unix_sockets},
    {"internet", piece_internet},
    {"netlink", piece_netlink},
    {"signals", piece_signals},
    {"processes", piece_processes},
    {"identity", piece_identity},
    {"scheduling", piece_scheduling},
    {"mounts", piece_mounts},
    {"namespaces", piece_namespaces},
    {"cgroups", piece_cgroups},
    {"ipc", piece_ipc},
    {"futexes", piece_futexes},
    {"time", piece_time},
    {"terminals", piece_terminals},
    {"asynchronous", piece_asynchronous},
    {"bpf", piece_bpf},
    {"keys", piece_keys},
    {"proc", piece_proc},
    {"sys", piece_sys},
};

uint32_t kernaut_workload_count(void) { return sizeof pieces / sizeof pieces[0]; }

const char *kernaut_workload_name(uint32_t piece) { return pieces[piece].name; }

static void run(uint32_t piece, int go, int answers) {
    piece_counts = mmap(NULL, sizeof *piece_counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char byte;
    if (piece_counts == MAP_FAILED || read(go, &byte, 1) != 1) _exit(1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    // What a piece does to its namespaces stays its own.
    pieces[piece].run();
    ssize_t written = write(answers, piece_counts, sizeof *piece_counts);
    _exit(written == sizeof *piece_counts ? 0 : 1);
}

pid_t kernaut_workload_start(uint32_t piece, int *go, int *answers) {
    int orders[2], results[2];
    if (piece >= kernaut_workload_count()) return -EINVAL;
    if (pipe2(orders, O_CLOEXEC) != 0) return -errno;
    if (pipe2(results, O_CLOEXEC) != 0) {
        int problem = errno;
        close(orders[0]);
        close(orders[1]);
        return -problem;
    }
    pid_t child = fork();
    if (child == 0) {
        close(orders[1]);
        close(results[0]);
        run(piece, orders[0], results[1]);
    }
    int problem = errno;
    close(orders[0]);
    close(results[1]);
    if (child < 0) {
        close(orders[1]);
        close(results[0]);
        return -problem;
    }
    *go = orders[1];
    *answers = results[0];
    return child;
}
