#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

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
