public import KernelABI

/// A place where the kernel refuses what a process asked for.
///
/// ``Rules/all`` lists them. A rule is cited by the condition that decides it; ``place`` says where the kernel comes by,
/// so that the order of the rules can be held against the source.
public struct Rule: Hashable, Sendable {
    /// The rules' names.
    public enum Name: String, CaseIterable, Hashable, Sendable {
        case clone3SizeAbovePage = "clone3-size-above-page"
        case clone3SizeBelowFirst = "clone3-size-below-first"
        case clone3NonzeroTail = "clone3-nonzero-tail"
        case clone3TooManyTIDs = "clone3-too-many-tids"
        case clone3NullTIDs = "clone3-null-tids"
        case clone3NoTIDs = "clone3-no-tids"
        case clone3ExitSignal = "clone3-exit-signal"
        case clone3CgroupDescriptor = "clone3-cgroup-descriptor"
        case clone3UnknownFlags = "clone3-unknown-flags"
        case clone3ReservedFlags = "clone3-reserved-flags"
        case clone3SharesClearedHandlers = "clone3-shares-cleared-handlers"
        case clone3SignalOfSibling = "clone3-signal-of-sibling"
        case clone3Stack = "clone3-stack"
        case clonePidfdAtParentTID = "clone-pidfd-at-parent-tid"
        case cloneExitSignal = "clone-exit-signal"
        case cloneNewnsWithFs = "clone-newns-with-fs"
        case cloneNewuserWithFs = "clone-newuser-with-fs"
        case cloneUnprivilegedUserNS = "clone-unprivileged-user-namespace"
        case cloneThreadWithoutSighand = "clone-thread-without-sighand"
        case cloneSighandWithoutVm = "clone-sighand-without-vm"
        case cloneSiblingOfFirst = "clone-sibling-of-first"
        case cloneSharedClocks = "clone-shared-clocks"
        case clonePidfdOfThread = "clone-pidfd-of-thread"
        case clonePidfdDetached = "clone-pidfd-detached"
        case cloneAutoreapThread = "clone-autoreap-thread"
        case cloneAutoreapSibling = "clone-autoreap-sibling"
        case cloneAutoreapSignal = "clone-autoreap-signal"
        case cloneSiblingOfAutoreaped = "clone-sibling-of-autoreaped"
        case cloneNNPThread = "clone-nnp-thread"
        case cloneAutokillWithoutPidfd = "clone-autokill-without-pidfd"
        case cloneAutokillWithoutAutoreap = "clone-autokill-without-autoreap"
        case cloneAutokillCapable = "clone-autokill-capable"
        case cloneThreadElsewhere = "clone-thread-elsewhere"
        case cloneThreadLeavesPIDNS = "clone-thread-leaves-pid-namespace"
        case cloneUserNSDepth = "clone-user-namespace-depth"
        case cloneMaxUserNS = "clone-max-user-namespaces"
        case cloneUserNSUnmapped = "clone-user-namespace-unmapped"
        case rlimitNproc = "rlimit-nproc"
        case cloneNamespaceCapable = "clone-namespace-capable"
        case cloneSysvsemElsewhere = "clone-sysvsem-elsewhere"
        case cloneMaxMntNS = "clone-max-mnt-namespaces"
        case cloneMaxUtsNS = "clone-max-uts-namespaces"
        case cloneMaxIpcNS = "clone-max-ipc-namespaces"
        case clonePIDNSElsewhere = "clone-pid-namespace-elsewhere"
        case clonePIDNSForeign = "clone-pid-namespace-foreign"
        case clonePIDNSDepth = "clone-pid-namespace-depth"
        case cloneMaxPidNS = "clone-max-pid-namespaces"
        case cloneMaxCgroupNS = "clone-max-cgroup-namespaces"
        case cloneMaxNetNS = "clone-max-net-namespaces"
        case cloneMaxTimeNS = "clone-max-time-namespaces"
        case setTIDTooDeep = "set-tid-too-deep"
        case setTIDRange = "set-tid-range"
        case setTIDBeforeFirst = "set-tid-before-first"
        case setTIDCapable = "set-tid-capable"
        case setTIDTaken = "set-tid-taken"
        case clonePidMax = "clone-pid-max"
        case pidNSEnded = "pid-namespace-ended"
        case clonePidfdAddress = "clone-pidfd-address"
        case cloneIntoNothing = "clone-into-nothing"
        case cloneIntoOtherFile = "clone-into-other-file"
        case cloneIntoRemoved = "clone-into-removed"
        case cloneIntoVersion1 = "clone-into-version-1"
        case cloneIntoPermission = "clone-into-permission"
        case cloneIntoInvalidDomain = "clone-into-invalid-domain"
        case cloneIntoInnerProcesses = "clone-into-inner-processes"
        case cloneIntoOtherDomain = "clone-into-other-domain"
        case pidsMax = "pids-max"
        case unshareUnprivilegedUserNS = "unshare-unprivileged-user-namespace"
        case unshareFlags = "unshare-flags"
        case unshareThreads = "unshare-threads"
        case unshareSharedSighand = "unshare-shared-sighand"
        case unshareSharedMemory = "unshare-shared-memory"
        case unshareUserNSDepth = "unshare-user-namespace-depth"
        case unshareMaxUserNS = "unshare-max-user-namespaces"
        case unshareUserNSUnmapped = "unshare-user-namespace-unmapped"
        case unshareNamespaceCapable = "unshare-namespace-capable"
        case unshareMaxMntNS = "unshare-max-mnt-namespaces"
        case unshareMaxUtsNS = "unshare-max-uts-namespaces"
        case unshareMaxIpcNS = "unshare-max-ipc-namespaces"
        case unsharePIDNSElsewhere = "unshare-pid-namespace-elsewhere"
        case unsharePIDNSForeign = "unshare-pid-namespace-foreign"
        case unsharePIDNSDepth = "unshare-pid-namespace-depth"
        case unshareMaxPidNS = "unshare-max-pid-namespaces"
        case unshareMaxCgroupNS = "unshare-max-cgroup-namespaces"
        case unshareMaxNetNS = "unshare-max-net-namespaces"
        case unshareMaxTimeNS = "unshare-max-time-namespaces"
        case pidfdNoProcess = "pidfd-no-process"
        case pidfdOfThread = "pidfd-of-thread"
        case openNamespacePtrace = "open-namespace-ptrace"
        case openNamespaceGone = "open-namespace-gone"
        case readlinkNamespaceGone = "readlink-namespace-gone"
        case closeDescriptor = "close-descriptor"
        case setnsDescriptor = "setns-descriptor"
        case setnsFileKind = "setns-file-kind"
        case setnsOtherFile = "setns-other-file"
        case setnsFlags = "setns-flags"
        case setnsGone = "setns-gone"
        case setnsPtrace = "setns-ptrace"
        case setnsEnded = "setns-ended"
        case setnsSameUserNS = "setns-same-user-namespace"
        case setnsUserThreads = "setns-user-threads"
        case setnsUserSharedFs = "setns-user-shared-fs"
        case setnsUserCapable = "setns-user-capable"
        case setnsMntCapable = "setns-mnt-capable"
        case setnsMntSharedFs = "setns-mnt-shared-fs"
        case setnsCapable = "setns-capable"
        case setnsIpcCapable = "setns-ipc-capable"
        case setnsPidCapable = "setns-pid-capable"
        case setnsPidOutside = "setns-pid-outside"
        case setnsCgroupCapable = "setns-cgroup-capable"
        case setnsNetCapable = "setns-net-capable"
        case setnsTimeThreads = "setns-time-threads"
        case setnsTimeCapable = "setns-time-capable"
        case sethostnameCapable = "sethostname-capable"
        case sethostnameLength = "sethostname-length"
        case setdomainnameCapable = "setdomainname-capable"
        case setdomainnameLength = "setdomainname-length"
        case rlimitSoftAboveHard = "rlimit-soft-above-hard"
        case rlimitHardRaised = "rlimit-hard-raised"
        case setresuidUnmapped = "setresuid-unmapped"
        case setresuidCapable = "setresuid-capable"
        case execveNproc = "execve-nproc"
        case cloneThreadsMax = "clone-threads-max"
        case sysctlPermission = "sysctl-permission"
        case sysctlRange = "sysctl-range"
        case sysctlUserPermission = "sysctl-user-permission"
        case sysctlPidPermission = "sysctl-pid-permission"
        case timensOffsetsPermission = "timens-offsets-permission"
        case timensOffsetsLine = "timens-offsets-line"
        case timensOffsetsClock = "timens-offsets-clock"
        case timensOffsetsGone = "timens-offsets-gone"
        case timensOffsetsCapable = "timens-offsets-capable"
        case timensOffsetsSeconds = "timens-offsets-seconds"
        case timensOffsetsNanoseconds = "timens-offsets-nanoseconds"
        case timensOffsetsRange = "timens-offsets-range"
        case timensOffsetsFrozen = "timens-offsets-frozen"
        case mapPermission = "map-permission"
        case mapInitialNamespace = "map-initial-namespace"
        case mapFromElsewhere = "map-from-elsewhere"
        case mapWrittenBefore = "map-written-before"
        case mapOfOthers = "map-of-others"
        case killNoProcess = "kill-no-process"
        case killNotPermitted = "kill-not-permitted"
        case wait4Options = "wait4-options"
        case wait4NoGroup = "wait4-no-group"
        case waitidOptions = "waitid-options"
        case waitidForNothing = "waitid-for-nothing"
        case waitidPid = "waitid-pid"
        case waitidNegative = "waitid-negative"
        case waitidDescriptor = "waitid-descriptor"
        case waitNoChild = "wait-no-child"
        case waitidNonblocking = "waitid-nonblocking"
        case pathNoEntry = "path-no-entry"
        case mkdirExists = "mkdir-exists"
        case rmdirNoEntry = "rmdir-no-entry"
        case rmdirPopulated = "rmdir-populated"
        case rmdirChildren = "rmdir-children"
        case mkdirMaxDescendants = "mkdir-max-descendants"
        case mkdirMaxDepth = "mkdir-max-depth"
        case membersPermission = "members-permission"
        case membersText = "members-text"
        case membersNoProcess = "members-no-process"
        case attachInvalidDomain = "attach-invalid-domain"
        case attachInnerProcesses = "attach-inner-processes"
        case attachThreadElsewhere = "attach-thread-elsewhere"
        case subtreeControlSign = "subtree-control-sign"
        case subtreeControlName = "subtree-control-name"
        case subtreeControlAbsent = "subtree-control-absent"
        case subtreeControlUsedBelow = "subtree-control-used-below"
        case subtreeControlInvalidDomain = "subtree-control-invalid-domain"
        case subtreeControlInnerProcesses = "subtree-control-inner-processes"
        case cgroupTypeText = "cgroup-type-text"
        case cgroupTypePopulated = "cgroup-type-populated"
        case cgroupTypeDomain = "cgroup-type-domain"
        case cgroupFreezeRange = "cgroup-freeze-range"
        case intOverflow = "int-overflow"
        case intNoNumber = "int-no-number"
        case intRest = "int-rest"
        case intTooLow = "int-too-low"
        case intTooHigh = "int-too-high"
        case intRange = "int-range"
        case cgroupMaxDescendantsRange = "cgroup-max-descendants-range"
        case cgroupMaxDepthRange = "cgroup-max-depth-range"
        case cgroupKillRange = "cgroup-kill-range"
        case cgroupKillThreaded = "cgroup-kill-threaded"
        case writeTooLong = "write-too-long"
        case pidsMaxOverflow = "pids-max-overflow"
        case pidsMaxNoNumber = "pids-max-no-number"
        case pidsMaxRest = "pids-max-rest"
        case pidsMaxTooLow = "pids-max-too-low"
        case pidsMaxTooHigh = "pids-max-too-high"
        case pidsMaxRange = "pids-max-range"
    }

    /// A stretch of kernel releases.
    public struct Versions: Hashable, Sendable {
        /// The first release of the stretch; nil reaches back without end.
        public let since: KernelVersion?
        /// The first release after it; nil for none.
        public let before: KernelVersion?

        /// Makes a stretch.
        public init(since: KernelVersion? = nil, before: KernelVersion? = nil) {
            self.since = since
            self.before = before
        }

        /// Every release.
        public static let all = Versions()

        /// Whether the release of this version is in the stretch.
        public func contains(_ version: KernelVersion) -> Bool {
            let release = version.release
            if let since, release < since { return false }
            if let before, release >= before { return false }
            return true
        }
    }

    /// What the rule is called.
    public let name: Name
    /// The system call, or the file that is written: `clone`, `write pids.max`.
    public let call: String
    /// What the call returns.
    public let errno: Errno
    /// When it does, as a sentence's second half: "the caller has…".
    public let summary: String
    /// Where the limit is set, for a rule that a limit decides: `pids.max`.
    public let knob: String?
    /// The condition that decides.
    public let citation: SourceCitation
    /// Where the call's path comes by the condition: in the function that holds the order of the checks.
    public let place: SourceCitation
    /// The releases that have the rule so.
    public let versions: Versions

    /// Makes a rule. Without a place of its own, the condition stands in the function that holds the order.
    init(
        _ name: Name,
        _ call: String,
        _ errno: Errno,
        _ summary: String,
        _ citation: SourceCitation,
        at place: SourceCitation? = nil,
        knob: String? = nil,
        versions: Versions = .all
    ) {
        self.name = name
        self.call = call
        self.errno = errno
        self.summary = summary
        self.knob = knob
        self.citation = citation
        self.place = place ?? citation
        self.versions = versions
    }
}

/// Why a call was refused: which rule, and at which level of the hierarchy that it walks.
///
/// It is small enough to be returned in registers: a bomb is refused millions of times.
public struct Refusal: Hashable, Sendable {
    /// Where in the world the rule found its reason.
    public enum Level: Hashable, Sendable {
        /// In the call's own arguments, or in the caller.
        case caller
        /// At this cgroup, the forking one or one above it.
        case cgroup(CgroupID)
        /// At this user.
        case user(UserID)
    }

    private enum LevelKind: UInt8 {
        case caller
        case cgroup
        case user
    }

    private let limitValue: UInt64
    private let countValue: UInt64
    private let levelValue: UInt32
    /// What the call returns.
    public let errno: Errno
    /// The rule that decided.
    public let rule: Rule.Name
    private let levelKind: LevelKind
    private let hasLimit: Bool
    private let hasCount: Bool

    /// Where.
    public var level: Level {
        switch levelKind {
        case .caller: .caller
        case .cgroup: .cgroup(CgroupID(rawValue: levelValue))
        case .user: .user(UserID(rawValue: levelValue))
        }
    }
    /// The limit there, for a rule that a limit decides.
    public var limit: UInt64? { hasLimit ? limitValue : nil }
    /// What the count would have become, for such a rule.
    public var count: UInt64? { hasCount ? countValue : nil }

    init(_ rule: Rule.Name, _ errno: Errno, at level: Level = .caller, limit: UInt64? = nil, count: UInt64? = nil) {
        self.rule = rule
        self.errno = errno
        (levelKind, levelValue) =
            switch level {
            case .caller: (.caller, 0)
            case .cgroup(let cgroup): (.cgroup, cgroup.rawValue)
            case .user(let user): (.user, user.rawValue)
            }
        (hasLimit, limitValue) = (limit != nil, limit ?? 0)
        (hasCount, countValue) = (count != nil, count ?? 0)
    }
}
