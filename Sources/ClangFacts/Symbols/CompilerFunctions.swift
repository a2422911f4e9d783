/// The functions that the compiler itself provides, by their names.
///
/// The kernel has functions whose names begin as these do: `__sync_rcu_exp_select_node_cpus`.
enum CompilerFunctions {
    /// What follows `__sync_` or `__atomic_`: the operations on memory of GCC's manual, without their sizes.
    private static let operations = [
        "fetch_and_", "bool_compare_and_swap", "val_compare_and_swap", "lock_test_and_set", "lock_release",
        "synchronize",
        "swap", "load", "store", "exchange", "compare_exchange", "fetch_", "test_and_set", "clear", "thread_fence",
        "signal_fence", "always_lock_free", "is_lock_free",
    ]
    private static let values = ["add", "sub", "or", "and", "xor", "nand", "min", "max"]

    static func contains(_ name: String) -> Bool {
        if name.hasPrefix("__builtin_") { return true }
        for family in ["__sync_", "__atomic_"] where name.hasPrefix(family) {
            let operation = name.dropFirst(family.count)
            // `__sync_add_and_fetch`, `__atomic_add_fetch`
            return operations.contains { operation.hasPrefix($0) }
                || values.contains { operation.hasPrefix("\($0)_and_fetch") || operation.hasPrefix("\($0)_fetch") }
        }
        return false
    }
}
