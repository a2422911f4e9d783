import CLinux
import Glibc
import KernelABI
import Scenario

/// The file systems that the first process of a guest mounts.
enum GuestMounts {
    private static let cgroup2 = "/sys/fs/cgroup"
    private static let cgroup1 = "/cgroup1"

    /// Mounts what every program needs. A guest's initramfs holds nothing but the probe, so the folders are made here.
    static func mountBasics() throws(SystemError) {
        for (type, target) in [("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev"), ("tmpfs", "/tmp")] {
            mkdir(target, 0o755)
            let result = kernaut_mount(type, target, nil)
            // The kernel mounts devtmpfs by itself where it is configured so.
            guard result == 0 || result == -EBUSY else {
                throw SystemError(what: "mount \(type) on \(target)", errno: Errno(rawValue: -result))
            }
        }
        // Absent in kernels without tracing: then there are no traces, and programs run all the same.
        _ = kernaut_mount("tracefs", "/sys/kernel/tracing", nil)
    }

    /// Sees to it that the `pids` controller is where a program wants it.
    ///
    /// A controller is on one hierarchy at a time and can leave it only when the last cgroup there is gone, which the
    /// kernel finishes some time after `rmdir`. So this tries again for a while.
    static func place(_ kind: Platform.Hierarchy) throws(SystemError) {
        switch kind {
        case .v2:
            leave(cgroup1)
            // favordynmods (6.0) makes it quick to move a process and slower to fork; before, there is no such option.
            if !isMounted(cgroup2), kernaut_mount("cgroup2", cgroup2, "favordynmods") != 0 {
                try mount("cgroup2", on: cgroup2, options: nil)
            }
            var attempts = 0
            try eventually("find pids among the controllers of version 2") {
                let controllers = (try? SystemFile.read("\(cgroup2)/cgroup.controllers")) ?? ""
                if controllers.split(whereSeparator: { $0 == " " || $0 == "\n" }).contains("pids") { return 0 }
                // A hierarchy that is unmounted while its last cgroup is still being taken apart stays (cgroup_kill_sb);
                // it goes when it is mounted and unmounted once more, a while later: the mount takes the controller back.
                attempts += 1
                if attempts % 20 == 0, kernaut_mount("cgroup", cgroup1, "pids") == 0 { unmount(cgroup1) }
                return -EBUSY
            }
        case .v1:
            guard !isMounted(cgroup1) else { return }
            leave(cgroup2)
            mkdir(cgroup1, 0o755)
            try eventually("mount pids as version 1") {
                let favoured = kernaut_mount("cgroup", cgroup1, "pids,favordynmods")
                return favoured == -EINVAL || favoured == -ENOENT ? kernaut_mount("cgroup", cgroup1, "pids") : favoured
            }
        }
    }

    private static func mount(_ type: String, on target: String, options: String?) throws(SystemError) {
        guard !isMounted(target) else { return }
        try eventually("mount \(type) on \(target)") { kernaut_mount(type, target, options) }
    }

    /// Removes the guard, with which the controller could not go, and unmounts.
    private static func leave(_ target: String) {
        guard isMounted(target) else { return }
        chdir("/")
        rmdir("\(target)/\(GuardCgroup.guestName)")
        _ = try? SystemFile.write("-pids", to: "\(target)/cgroup.subtree_control")
        unmount(target)
    }

    private static func unmount(_ target: String) {
        while isMounted(target), kernaut_unmount(target) == 0 {}
    }

    private static func isMounted(_ target: String) -> Bool {
        let mounts = ((try? SystemFile.read("/proc/self/mountinfo")) ?? "").split(separator: "\n")
        return mounts.contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 4 && fields[4] == target
        }
    }

    private static func eventually(_ what: String, _ attempt: () -> Int32) throws(SystemError) {
        var result = attempt()
        for _ in 0..<500 where result == -EBUSY {
            usleep(10_000)
            result = attempt()
        }
        guard result == 0 else { throw SystemError(what: what, errno: Errno(rawValue: -result)) }
    }
}
