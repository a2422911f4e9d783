#include "CFirstProcess.h"

#include <CLinux.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/// The Swift runtime looks for its own file in /proc before main begins, and gives up without it. As the first process of
/// a machine nobody else has mounted it.
__attribute__((constructor(102))) static void mount_proc_of_first_process(void) {
    if (getpid() != 1) return;
    mkdir("/proc", 0755);
    mount("kernaut", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/// A puppet that has called execve never comes as far as the Swift runtime. The C library hands main's arguments to constructors.
__attribute__((constructor(101))) static void resume_puppet(int argc, char **argv) { kernaut_puppet_resume(argc, argv); }

void kernaut_first_process_link(void) {}
