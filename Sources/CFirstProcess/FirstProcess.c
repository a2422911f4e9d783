#include "CFirstProcess.h"

#include <CLinux.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/// The Swift runtime looks for its own file in /proc before main begins, and gives up without it. As the first process of
/// a machine nobody else has mounted it. A nursery is to have nothing of that runtime in its memory.
__attribute__((constructor(101))) static void begin(int argc, char **argv, char **environment) {
    (void)environment;
    kernaut_nursery_serve(argc, argv);
    if (getpid() != 1) return;
    mkdir("/proc", 0755);
    mount("kernaut", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

void kernaut_first_process_link(void) {}
