import CLinux
public import Failure
import Foundation

/// How QEMU is told to boot a guest.
public struct Qemu: Hashable, Sendable {
    /// The emulator.
    public let executable: String
    /// The memory that a guest is given, in bytes.
    public static let memoryBytes = 512 << 20
    /// The accelerators to try, in this order: a `/dev/kvm` that can be opened is not always one that works.
    let accelerators: [Accelerator]

    /// What runs a guest's instructions.
    enum Accelerator: String, Hashable, Sendable {
        /// The processor itself.
        case kvm
        /// Emulation.
        case tcg

        /// How long a boot may take, in seconds: many times what it takes on a busy machine.
        var bootSeconds: Double { self == .kvm ? 10 : 120 }
        /// The processor that the guest sees: all that there is; under emulation without what costs time at every entry into
        /// the kernel or at every change of process, or has memory copied byte by byte, and changes nothing that a program
        /// observes.
        var processor: String {
            switch self {
            case .kvm: "host"
            case .tcg: "max,smap=off,smep=off,umip=off,pku=off,la57=off,avx=off,avx2=off,xsave=off,erms=off"
            }
        }
    }

    /// Finds QEMU on this machine.
    ///
    /// - Throws: `Failure` (69) where there is none.
    public init() throws(Failure) {
        let name = "qemu-system-x86_64"
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":") + ["/usr/bin"]
        guard
            let executable = folders.map({ "\($0)/\(name)" }).first(where: {
                FileManager.default.isExecutableFile(atPath: $0)
            })
        else {
            throw Failure(.unavailable, "\(name) is not here", remedy: "apt-get install qemu-system-x86")
        }
        self.executable = executable
        accelerators = access("/dev/kvm", R_OK | W_OK) == 0 ? [.kvm, .tcg] : [.tcg]
    }

    /// What the kernel is told. A panic ends the guest at once. What protects processes from each other's secrets, and
    /// memory from being used wrongly, would make emulation slower and changes nothing that a program observes.
    private static let kernelArguments = [
        "console=ttyS0", "quiet", "loglevel=4", "panic=-1", "mitigations=off", "audit=0", "init_on_alloc=0",
        "init_on_free=0", "hardened_usercopy=off", "randomize_kstack_offset=off", "transparent_hugepage=never",
        "kfence.sample_interval=0", "nowatchdog", "rcupdate.rcu_expedited=1", "random.trust_cpu=on", "tsc=reliable",
        "no_timer_check", "nohz=off", "highres=off", "psi=0",
        // Handed on to the first process: the kernel writes to what glibc registers at every return that follows a switch.
        "GLIBC_TUNABLES=glibc.pthread.rseq=0",
    ]

    /// The arguments for a guest whose console and bell are at these descriptors, each one end of a connected pair of
    /// sockets, and whose channel is the memory at another.
    func arguments(
        _ image: GuestImage,
        _ initramfs: Initramfs,
        accelerator: Accelerator,
        kernelArguments: [String],
        cpus: Int,
        console: Int32,
        bell: Int32,
        channel: Int32
    ) -> [String] {
        [
            executable, "-accel", accelerator.rawValue, "-cpu", accelerator.processor, "-smp", "\(cpus)",
            "-m", "\(Qemu.memoryBytes >> 20)", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-kernel", image.path, "-initrd", initramfs.path, "-append",
            (Qemu.kernelArguments + kernelArguments).joined(separator: " "),
            "-chardev", "socket,id=console,fd=\(console)", "-serial", "chardev:console",
            "-chardev", "socket,id=bell,fd=\(bell)", "-serial", "chardev:bell",
            "-object",
            "memory-backend-file,id=channel,share=on,size=\(KERNAUT_CHANNEL_SIZE),mem-path=/proc/self/fd/\(channel)",
            "-device", "ivshmem-plain,memdev=channel",
        ]
    }
}
