#include "Pieces.h"

#include <dirent.h>
#include <sys/file.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/xattr.h>

#define PLACE "/tmp/kernaut-workload"

/// Makes a folder on a file system of its own.
static void begin(const char *type) {
    DO(mkdir(PLACE, 0755));
    DO(mount("kernaut", PLACE, type, 0, NULL));
    DO(chdir(PLACE));
}

static void end(void) {
    DO(chdir("/"));
    DO(umount2(PLACE, MNT_DETACH));
    DO(rmdir(PLACE));
}

static void use(void) {
    char text[4096];
    memset(text, 'k', sizeof text);
    int file = (int)DO(open("a", O_RDWR | O_CREAT | O_TRUNC, 0644));
    DO(write(file, text, sizeof text));
    DO(pwrite(file, text, 100, 100000));
    DO(lseek(file, 0, SEEK_SET));
    DO(lseek(file, 5000, SEEK_DATA));
    DO(lseek(file, 0, SEEK_HOLE));
    DO(read(file, text, 10));
    DO(pread(file, text, 10, 50));
    struct iovec parts[2] = {{text, 20}, {text + 100, 30}};
    DO(writev(file, parts, 2));
    DO(preadv(file, parts, 2, 0));
    CALL(SYS_pwritev2, file, parts, 2, 0, 0, 0);
    DO(ftruncate(file, 9000));
    DO(truncate("a", 8000));
    DO(posix_fallocate(file, 0, 20000) == 0 ? 0 : -1);
    DO(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 4096));
    DO(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0 ? 0 : -1);
    DO(readahead(file, 0, 4096));
    DO(fsync(file));
    DO(fdatasync(file));
    DO(sync_file_range(file, 0, 4096, SYNC_FILE_RANGE_WRITE));
    DO(syncfs(file));
    int copy = (int)DO(open("b", O_RDWR | O_CREAT, 0600));
    off_t offset = 0;
    DO(sendfile(copy, file, &offset, 4000));
    CALL(SYS_copy_file_range, file, NULL, copy, NULL, 1000, 0);
    DO(flock(file, LOCK_EX));
    DO(flock(file, LOCK_UN));
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10};
    DO(fcntl(file, F_SETLK, &lock));
    DO(fcntl(file, F_GETLK, &lock));
    lock.l_type = F_UNLCK;
    DO(fcntl(file, F_SETLK, &lock));
    DO(fcntl(file, F_OFD_GETLK, &lock));
    DO(fcntl(file, F_SETLEASE, F_RDLCK));
    DO(fcntl(file, F_SETLEASE, F_UNLCK));
    int same = (int)DO(dup(file));
    DO(fcntl(same, F_SETFL, O_APPEND | O_NONBLOCK));
    DO(fcntl(same, F_DUPFD_CLOEXEC, 50));
    DO(dup2(same, 60));
    DO(dup3(same, 61, O_CLOEXEC));
    int count;
    DO(ioctl(file, FIONREAD, &count));
    DO(ioctl(file, FS_IOC_GETFLAGS, &count));
    DO(ioctl(file, FIFREEZE, 0));
    DO(ioctl(file, FITHAW, 0));
    CALL(SYS_close_range, 50, 70, 0);
    close(same);
    close(copy);
    close(file);
    DO(open("new", O_TMPFILE | O_RDWR, 0600));
    file = (int)DO(open(".", O_TMPFILE | O_RDWR, 0600));
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    DO(linkat(AT_FDCWD, path, AT_FDCWD, "linked", AT_SYMLINK_FOLLOW));
    close(file);
}

static void name(void) {
    char text[256];
    DO(mkdir("folder", 0755));
    DO(link("a", "folder/hard"));
    DO(symlink("../a", "folder/soft"));
    DO(readlink("folder/soft", text, sizeof text));
    DO(rename("b", "folder/c"));
    CALL(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "folder/c", 2);
    DO(mknod("pipe", S_IFIFO | 0600, 0));
    DO(mknod("null", S_IFCHR | 0600, makedev(1, 3)));
    DO(access("folder/soft", R_OK));
    CALL(SYS_faccessat2, AT_FDCWD, "a", W_OK, AT_EACCESS);
    DO(chdir("folder"));
    DO(getcwd(text, sizeof text) ? 0 : -1);
    int folder = (int)DO(open("..", O_RDONLY | O_DIRECTORY));
    DO(fchdir(folder));
    char entries[1024];
    while (CALL(SYS_getdents64, folder, entries, sizeof entries) > 0) {}
    struct {
        uint64_t flags, mode, resolve;
    } how = {O_RDONLY, 0, 0x08};
    int file = (int)CALL(SYS_openat2, folder, "folder/hard", &how, sizeof how);
    close(file);
    close(folder);
    DO(open("missing/file", O_RDONLY));
    DO(open("a/below", O_RDONLY));
    DO(unlink("folder/soft"));
    DO(unlink("folder/hard"));
    DO(rmdir("folder"));
    DO(unlink("folder/c"));
    DO(rmdir("folder"));
    DO(unlink("pipe"));
    IN_CHILD(DO(chroot(".")); DO(open("/a", O_RDONLY)));
}

void piece_files(void) {
    for (int number = 0; number < 2; number++) {
        begin(number == 0 ? "tmpfs" : "ramfs");
        use();
        name();
        end();
    }
    sync();
    // The root of a guest is of yet another kind.
    DO(chdir("/"));
    int file = (int)DO(open("kernaut-file", O_RDWR | O_CREAT, 0600));
    DO(write(file, "x", 1));
    close(file);
    DO(unlink("kernaut-file"));
}

void piece_attributes(void) {
    begin("tmpfs");
    int file = (int)DO(open("a", O_RDWR | O_CREAT, 0644));
    struct stat status;
    DO(stat("a", &status));
    DO(lstat("a", &status));
    DO(fstat(file, &status));
    struct statx wide;
    CALL(SYS_statx, AT_FDCWD, "a", 0, STATX_ALL, &wide);
    struct statfs system;
    DO(statfs(".", &system));
    DO(fstatfs(file, &system));
    DO(chmod("a", 04755));
    DO(fchmod(file, 0640));
    DO(chown("a", 1, 2));
    DO(fchown(file, 0, 0));
    DO(lchown("a", 3, 3));
    struct timespec times[2] = {{1, 2}, {0, UTIME_NOW}};
    DO(utimensat(AT_FDCWD, "a", times, 0));
    DO(futimens(file, NULL));
    char value[64];
    const char *names[] = {"user.kernaut", "trusted.kernaut", "security.kernaut"};
    for (int number = 0; number < 3; number++) {
        DO(setxattr("a", names[number], "value", 5, 0));
        DO(getxattr("a", names[number], value, sizeof value));
        DO(fgetxattr(file, names[number], value, sizeof value));
        DO(listxattr("a", value, sizeof value));
        DO(removexattr("a", names[number]));
    }
    // struct posix_acl_xattr_header and three entries.
    uint8_t list[28] = {2, 0, 0, 0, 1, 0, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4,    0,
                        4, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x20, 0, 4, 0, 0xFF, 0xFF, 0xFF, 0xFF};
    DO(setxattr("a", "system.posix_acl_access", list, sizeof list, 0));
    DO(getxattr("a", "system.posix_acl_access", value, sizeof value));
    mode_t old = umask(022);
    umask(old);
    IN_CHILD({
        DO(setresgid(1000, 1000, 1000));
        DO(setresuid(1000, 1000, 1000));
        DO(open("a", O_RDWR));
        DO(chmod("a", 0));
        DO(unlink("a"));
        DO(mkdir("b", 0700));
    });
    void *handle = calloc(1, 256);
    *(uint32_t *)handle = 128;
    int mount;
    CALL(SYS_name_to_handle_at, AT_FDCWD, "a", handle, &mount, 0);
    int folder = (int)DO(open(".", O_RDONLY));
    close((int)CALL(SYS_open_by_handle_at, folder, handle, O_RDONLY));
    close(folder);
    free(handle);
    close(file);
    end();
}
