#include "Pieces.h"

#include <dirent.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/utsname.h>

#define PLACE "/tmp/kernaut-mounts"

void piece_mounts(void) {
    DO(unshare(CLONE_NEWNS));
    DO(mkdir(PLACE, 0755));
    const char *types[] = {"tmpfs", "ramfs", "proc", "sysfs", "devtmpfs", "devpts",  "mqueue",     "cgroup2", "bpf",
                           "debugfs", "tracefs", "securityfs", "pstore", "configfs", "hugetlbfs", "binfmt_misc", "rpc_pipefs"};
    for (size_t number = 0; number < sizeof types / sizeof types[0]; number++) {
        if (DO(mount("kernaut", PLACE, types[number], MS_NODEV, NULL)) != 0) continue;
        DIR *folder = opendir(PLACE);
        while (folder && readdir(folder)) {}
        if (folder) closedir(folder);
        DO(umount2(PLACE, 0));
    }
    DO(mount("kernaut", PLACE, "tmpfs", MS_NOSUID, "size=1m,mode=0700,nr_inodes=100"));
    DO(mount(NULL, PLACE, NULL, MS_REMOUNT | MS_RDONLY, NULL));
    DO(mkdir(PLACE "/a", 0755));
    DO(mount(NULL, PLACE, NULL, MS_REMOUNT, "size=2m"));
    DO(mkdir(PLACE "/a", 0755));
    DO(mkdir(PLACE "/b", 0755));
    DO(mount(PLACE "/a", PLACE "/b", NULL, MS_BIND, NULL));
    DO(mount(NULL, PLACE "/b", NULL, MS_BIND | MS_REMOUNT | MS_NOEXEC, NULL));
    DO(mount(NULL, PLACE, NULL, MS_SHARED | MS_REC, NULL));
    DO(mkdir(PLACE "/a/c", 0755));
    DO(mount("kernaut", PLACE "/a/c", "tmpfs", 0, NULL));
    DO(mount(NULL, PLACE "/a/c", NULL, MS_PRIVATE, NULL));
    DO(mount(NULL, PLACE "/a/c", NULL, MS_SLAVE, NULL));
    DO(mount(NULL, PLACE "/a/c", NULL, MS_UNBINDABLE, NULL));
    DO(mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL));
    DO(mkdir(PLACE "/d", 0755));
    DO(mount(PLACE "/a/c", PLACE "/d", NULL, MS_MOVE, NULL));
    DO(umount2(PLACE "/d", MNT_EXPIRE));
    DO(umount2(PLACE "/d", MNT_EXPIRE));
    DO(umount2(PLACE "/b", MNT_DETACH));
    DO(mkdir(PLACE "/upper", 0755));
    DO(mkdir(PLACE "/work", 0755));
    DO(mount("kernaut", PLACE "/b", "overlay", 0,
             "lowerdir=" PLACE "/a,upperdir=" PLACE "/upper,workdir=" PLACE "/work"));
    int file = (int)DO(open(PLACE "/b/file", O_RDWR | O_CREAT, 0600));
    DO(write(file, "x", 1));
    close(file);
    DO(umount2(PLACE "/b", MNT_DETACH));
    // The calls that take a mount apart.
    int context = (int)CALL(SYS_fsopen, "tmpfs", 0);
    CALL(SYS_fsconfig, context, 1, "size", "1m", 0);
    CALL(SYS_fsconfig, context, 6, NULL, NULL, 0);
    int made = (int)CALL(SYS_fsmount, context, 0, 0);
    CALL(SYS_move_mount, made, "", AT_FDCWD, PLACE "/b", 4);
    uint64_t change[4] = {1, 0, 0, 0};
    CALL(SYS_mount_setattr, AT_FDCWD, PLACE "/b", 0, change, sizeof change);
    int tree = (int)CALL(SYS_open_tree, AT_FDCWD, PLACE "/b", 1);
    CALL(SYS_fspick, AT_FDCWD, PLACE "/b", 0);
    close(tree);
    close(made);
    close(context);
    DO(umount2(PLACE "/b", 0));
    IN_CHILD({
        DO(unshare(CLONE_NEWNS));
        DO(mount(PLACE, PLACE, NULL, MS_BIND, NULL));
        DO(mkdir(PLACE "/old", 0755));
        CALL(SYS_pivot_root, PLACE, PLACE "/old");
    });
    DO(mount("/dev/none", PLACE "/a", "ext4", 0, NULL));
    DO(mount("none", PLACE "/a", "nofs", 0, NULL));
    CALL(SYS_quotactl, 0, NULL, 0, NULL);
    DO(umount2(PLACE, MNT_DETACH));
    DO(rmdir(PLACE));
}

void piece_namespaces(void) {
    const int kinds[] = {CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWCGROUP, CLONE_NEWUSER, 0x80};
    const char *names[] = {"mnt", "uts", "ipc", "net", "pid", "cgroup", "user", "time"};
    char path[64], text[128];
    for (int number = 0; number < 8; number++) {
        snprintf(path, sizeof path, "/proc/self/ns/%s", names[number]);
        DO(readlink(path, text, sizeof text));
        int file = (int)DO(open(path, O_RDONLY));
        DO(fcntl(file, F_GETFD));
        IN_CHILD({
            DO(unshare(kinds[number]));
            IN_CHILD(DO(getppid()));
            struct utsname name;
            DO(sethostname("inside", 6));
            DO(setdomainname("inside", 6));
            DO(uname(&name));
            DO(setns(file, kinds[number]));
        });
        close(file);
    }
    pid_t child = (pid_t)CALL(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS |
                                             CLONE_NEWIPC | CLONE_NEWCGROUP | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        put("/proc/self/setgroups", "deny");
        put("/proc/self/uid_map", "0 0 1");
        put("/proc/self/gid_map", "0 0 1");
        DO(mount("proc", "/proc", "proc", 0, NULL));
        IN_CHILD(DO(sethostname("deep", 4)); DO(unshare(CLONE_NEWUSER)); DO(unshare(CLONE_NEWNS)));
        _exit(0);
    }
    int handle = (int)CALL(SYS_pidfd_open, child, 0);
    DO(setns(handle, CLONE_NEWUTS | CLONE_NEWIPC));
    close(handle);
    DO(waitpid(child, NULL, 0));
}

/// Where a cgroup v2 hierarchy is mounted; empty where none is.
static void find(char *place, size_t size) {
    place[0] = 0;
    FILE *mounts = fopen("/proc/self/mounts", "re");
    char line[1024], at[512], type[64];
    while (mounts && fgets(line, sizeof line, mounts))
        if (sscanf(line, "%*s %511s %63s", at, type) == 2 && strcmp(type, "cgroup2") == 0) snprintf(place, size, "%s", at);
    if (mounts) fclose(mounts);
}

void piece_cgroups(void) {
    char root[512], group[600], path[900], text[4096];
    find(root, sizeof root);
    if (root[0] == 0) {
        DO(-1);
        return;
    }
    snprintf(path, sizeof path, "%s/cgroup.subtree_control", root);
    const char *controllers[] = {"+cpu", "+memory", "+pids", "+io", "+cpuset", "+hugetlb", "+rdma", "+misc"};
    for (int number = 0; number < 8; number++) put(path, controllers[number]);
    snprintf(group, sizeof group, "%s/kernaut-workload", root);
    DO(mkdir(group, 0755));
    const char *settings[][2] = {{"pids.max", "10"},       {"memory.max", "100M"}, {"memory.high", "80M"}, {"memory.low", "1M"},
                                 {"cpu.max", "50000 100000"}, {"cpu.weight", "50"},  {"cpu.weight.nice", "1"}, {"cpuset.cpus", "0"},
                                 {"io.weight", "50"},      {"cgroup.max.depth", "5"}, {"cgroup.max.descendants", "5"},
                                 {"cgroup.type", "threaded"}, {"memory.reclaim", "1M"}, {"memory.swap.max", "0"},
                                 {"hugetlb.2MB.max", "0"}, {"cgroup.pressure", "1"}, {"cpuset.cpus.partition", "member"}};
    for (size_t number = 0; number < sizeof settings / sizeof settings[0]; number++) {
        snprintf(path, sizeof path, "%s/%s", group, settings[number][0]);
        put(path, settings[number][1]);
    }
    snprintf(path, sizeof path, "%s/below", group);
    DO(mkdir(path, 0755));
    DO(rmdir(path));
    pid_t child = fork();
    if (child == 0) {
        snprintf(path, sizeof path, "%s/cgroup.procs", group);
        put(path, "0");
        for (int number = 0; number < 12; number++)
            if (DO(fork()) == 0) {
                usleep(1000);
                _exit(0);
            }
        char *memory = mmap(NULL, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory != MAP_FAILED) memset(memory, 1, 8 << 20);
        while (wait(NULL) > 0) {}
        for (;;) pause();
    }
    usleep(100000);
    snprintf(path, sizeof path, "%s/cgroup.freeze", group);
    put(path, "1");
    usleep(5000);
    put(path, "0");
    DIR *files = opendir(group);
    for (struct dirent *entry; files && (entry = readdir(files));) {
        snprintf(path, sizeof path, "%s/%s", group, entry->d_name);
        int file = (int)DO(open(path, O_RDONLY | O_NONBLOCK));
        DO(read(file, text, sizeof text));
        close(file);
    }
    if (files) closedir(files);
    int events = -1;
    snprintf(path, sizeof path, "%s/memory.pressure", group);
    events = (int)DO(open(path, O_RDWR | O_NONBLOCK));
    DO(write(events, "some 150000 1000000", 20));
    close(events);
    snprintf(path, sizeof path, "%s/cgroup.kill", group);
    put(path, "1");
    kill(child, SIGKILL);
    DO(waitpid(child, NULL, 0));
    usleep(20000);
    DO(rmdir(group));
}
