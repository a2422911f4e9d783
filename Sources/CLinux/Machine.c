#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <sys/io.h>

/// QEMU's isa-debugcon stands here unless it is told otherwise.
#define DEBUG_PORT 0xe9

int32_t kernaut_debug_port_open(void) { return ioperm(DEBUG_PORT, 1, 1) == 0 ? 0 : -errno; }

void kernaut_debug_port_write(uint8_t byte) { outb(byte, DEBUG_PORT); }
#else
int32_t kernaut_debug_port_open(void) { return -ENOSYS; }

void kernaut_debug_port_write(uint8_t byte) { (void)byte; }
#endif

int32_t kernaut_terminal_raw(int32_t descriptor) {
    struct termios settings;
    if (tcgetattr(descriptor, &settings) != 0) return -errno;
    cfmakeraw(&settings);
    return tcsetattr(descriptor, TCSANOW, &settings) == 0 ? 0 : -errno;
}

int32_t kernaut_mount(const char *type, const char *target, const char *options) {
    unsigned long flags = MS_NOSUID | MS_NOEXEC | (strcmp(type, "devtmpfs") == 0 ? 0 : MS_NODEV);
    return mount("kernaut", target, type, flags, options) == 0 ? 0 : -errno;
}

int32_t kernaut_unmount(const char *target) { return umount2(target, 0) == 0 ? 0 : -errno; }

int32_t kernaut_power_off(void) {
    sync();
    return reboot(RB_POWER_OFF) == 0 ? 0 : -errno;
}

/// The Swift runtime looks for its own file in /proc before main begins, and gives up without it. As the first process of
/// a machine nobody else has mounted it; this runs before the runtime's own constructors, which have no priority.
__attribute__((constructor(101))) static void mount_proc_of_first_process(void) {
    if (getpid() != 1) return;
    mkdir("/proc", 0755);
    mount("kernaut", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}
