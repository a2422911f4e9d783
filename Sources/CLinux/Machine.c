#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <sys/io.h>

/// QEMU's isa-debugcon stands here unless it is told otherwise.
#define DEBUG_PORT 0xe9

int32_t kernaut_debug_port_open(void) { return ioperm(DEBUG_PORT, 1, 1) == 0 ? 0 : -errno; }

void kernaut_debug_port_write(const uint8_t *bytes, uint64_t count) {
    // One instruction for the whole text: a kernel's serial driver takes some five microseconds a byte under emulation.
    __asm__ volatile("rep outsb" : "+S"(bytes), "+c"(count) : "d"(DEBUG_PORT) : "memory");
}
#else
int32_t kernaut_debug_port_open(void) { return -ENOSYS; }

void kernaut_debug_port_write(const uint8_t *bytes, uint64_t count) {
    (void)bytes;
    (void)count;
}
#endif

int32_t kernaut_terminal_raw(int32_t descriptor) {
    struct termios settings;
    if (tcgetattr(descriptor, &settings) != 0) return -errno;
    cfmakeraw(&settings);
    return tcsetattr(descriptor, TCSANOW, &settings) == 0 ? 0 : -errno;
}

int32_t kernaut_mount(const char *type, const char *target, const char *options) {
    return mount("kernaut", target, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, options) == 0 ? 0 : -errno;
}

int32_t kernaut_unmount(const char *target) { return umount2(target, 0) == 0 ? 0 : -errno; }

int32_t kernaut_power_off(void) {
    sync();
    return reboot(RB_POWER_OFF) == 0 ? 0 : -errno;
}
