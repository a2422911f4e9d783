import KernelABI

/// What stands against processes in a cgroup of the unified hierarchy, and against what it gives to those below it.
extension Rules {
    /// What the open of a file comes to that its owner may write, of somebody else who has no right instead.
    static let notToBeWritten = SourceCitation(
        function: "generic_permission",
        file: "fs/namei.c",
        condition: "!(mask & MAY_EXEC) || (inode->i_mode & S_IXUGO)"
    )

    /// `__cgroup_procs_write`, `kernel/cgroup/cgroup.c`.
    static let attach: [Rule] = [
        Rule(
            .membersPermission,
            "write cgroup.procs",
            .EACCES,
            "the caller is neither root nor as good as root in a user namespace where root has an id",
            notToBeWritten
        ),
        ofFile(
            .membersText,
            "write cgroup.procs",
            .EINVAL,
            "no number (decimal, 0x… or 0…), a negative one, or one that does not fit 32 bits",
            "cgroup_procs_write_start",
            "kstrtoint(strstrip(buf), 0, &pid) || pid < 0"
        ),
        ofFile(
            .membersNoProcess,
            "write cgroup.procs",
            .ESRCH,
            "no process has the pid in the caller's PID namespace",
            "cgroup_procs_write_start",
            "if (!tsk)"
        ),
        ofFile(
            .attachInvalidDomain,
            "attach",
            .EOPNOTSUPP,
            "the cgroup is below the root of a threaded subtree and not threaded itself",
            "cgroup_migrate_vet_dst",
            "!cgroup_is_valid_domain(dst_cgrp->dom_cgrp)"
        ),
        ofFile(
            .attachInnerProcesses,
            "attach",
            .EBUSY,
            "the cgroup has controllers in its cgroup.subtree_control, for those below it that have processes",
            "cgroup_migrate_vet_dst",
            "if (dst_cgrp->subtree_control)"
        ),
        attachThreadElsewhere,
    ]

    /// The order of `cgroup_subtree_control_write`.
    static let writeSubtreeControl: [Rule] = [
        ofControl(
            .subtreeControlSign,
            .EINVAL,
            "a controller's name has neither + nor - before it",
            "else if (*tok == '-')"
        ),
        ofControl(
            .subtreeControlName,
            .EINVAL,
            "the unified hierarchy has no controller of this name",
            "if (ssid == CGROUP_SUBSYS_COUNT)"
        ),
        ofControl(
            .subtreeControlAbsent,
            .ENOENT,
            "the cgroup does not have the controller itself: it is not in its cgroup.controllers",
            "!(cgroup_control(cgrp) & (1 << ssid))"
        ),
        ofControl(
            .subtreeControlUsedBelow,
            .EBUSY,
            "a cgroup right below has the controller in its own cgroup.subtree_control",
            "child->subtree_control & (1 << ssid)"
        ),
        ofFile(
            .subtreeControlInvalidDomain,
            "write cgroup.subtree_control",
            .EOPNOTSUPP,
            "the cgroup is below the root of a threaded subtree and not threaded itself",
            "cgroup_vet_subtree_control_enable",
            "!cgroup_is_valid_domain(cgrp->dom_cgrp)"
        ),
        ofFile(
            .subtreeControlInnerProcesses,
            "write cgroup.subtree_control",
            .EBUSY,
            "processes live in the cgroup itself, and below it",
            "cgroup_vet_subtree_control_enable",
            "cgroup_has_tasks(cgrp)"
        ),
    ]

    /// The order of `cgroup_type_write`.
    static let writeCgroupType: [Rule] = [
        ofType(.cgroupTypeText, .EINVAL, "only threaded can be written", "cgroup_type_write", "strcmp(strstrip(buf), "),
        ofType(
            .cgroupTypePopulated,
            .EOPNOTSUPP,
            "processes live in the cgroup or below it",
            "cgroup_enable_threaded",
            "cgroup_is_populated(cgrp) ||"
        ),
        ofType(
            .cgroupTypeDomain,
            .EOPNOTSUPP,
            "the domain above has cgroups with processes below it, or cannot have processes itself",
            "cgroup_enable_threaded",
            "!cgroup_is_valid_domain(dom_cgrp) ||"
        ),
    ]

    private static func ofControl(_ name: Rule.Name, _ errno: Errno, _ summary: String, _ condition: String) -> Rule {
        ofFile(
            name,
            "write cgroup.subtree_control",
            errno,
            summary,
            "cgroup_subtree_control_write",
            condition
        )
    }

    private static func ofType(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ function: String,
        _ condition: String
    ) -> Rule {
        ofFile(name, "write cgroup.type", errno, summary, function, condition)
    }
}
