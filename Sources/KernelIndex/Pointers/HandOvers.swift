import IndexFacts

/// Functions that are handed over to run later: by a work queue, a timer, RCU, a thread, an interrupt.
extension FactReader {
    /// The members that such functions are kept in until they run, in all kernels that kernaut knows: record and member.
    private static let members = [
        ("work_struct", "func"), ("kthread_work", "func"), ("timer_list", "function"), ("hrtimer", "function"),
        ("callback_head", "func"), ("irqaction", "handler"), ("irqaction", "thread_fn"), ("tasklet_struct", "func"),
        ("tasklet_struct", "callback"), ("softirq_action", "action"), ("kthread_create_info", "threadfn"),
        ("irq_work", "func"), ("__call_single_data", "func"), ("cpu_stop_work", "fn"), ("async_entry", "func"),
        ("smp_hotplug_thread", "thread_fn"), ("kernel_clone_args", "fn"),
    ]

    /// The numbers of those members.
    func lateMembers() throws -> Set<Int64> {
        if let knownLateMembers { return knownLateMembers }
        var found: Set<Int64> = []
        for (record, member) in FactReader.members {
            found.formUnion(try self.members(ofRecord: record, named: member))
        }
        knownLateMembers = found
        return found
    }

    /// The functions that a function hands over to run later.
    func handOvers(from function: Symbol) throws -> [CallEdge] {
        // By member, since an index is over members and objects, and none over objects alone.
        let members = try lateMembers().sorted().map(String.init).joined(separator: ", ")
        let registered = try registrations(
            "registration.field IN (\(members)) AND registration.object = ? AND registration.how = 'assignment'",
            function.id
        )
        return try handOvers(registered) + handed("argument.within = ?", function.id)
    }

    /// Where a function is handed over to run later.
    func handOvers(of function: Symbol) throws -> [CallEdge] {
        let registered = try registrations(
            "registration.function = ? AND registration.how = 'assignment'",
            function.id
        )
        return try handOvers(registered) + handed("argument.function = ?", function.id)
    }

    private func handOvers(_ registrations: [Registration]) throws -> [CallEdge] {
        try registrations.compactMap { registration in
            guard let caller = registration.object,
                try lateMembers().contains(registration.field.id),
                let spot = try spot(.member(Int(registration.field.id)))
            else { return nil }
            return CallEdge(
                caller: caller,
                callee: registration.function,
                evidence: .async,
                site: registration.place,
                trail: PointerTrail(
                    receiver: registration.field.shownName,
                    called: spot,
                    put: spot,
                    taken: registration.place
                )
            )
        }
    }

    private func handed(_ condition: String, _ identifier: Int64) throws -> [CallEdge] {
        let rows = try all(
            """
            SELECT DISTINCT function, callee, position, within, file.path, line, column FROM argument
            JOIN file ON file.id = argument.file WHERE \(condition) AND within IS NOT NULL ORDER BY 5, 6, 7, 1, 2, 3
            """,
            [identifier]
        ) { row in
            (try row.identifier(0), try row.identifier(1), try row.count(2), try row.identifier(3), try row.place(4))
        }
        return try rows.compactMap { function, callee, position, within, place in
            let caller = try symbol(within)
            guard caller.kind == .function else { return nil }
            let isField = try symbol(callee).kind == .field
            let into: PointerPlace =
                isField
                ? .parameterThrough(member: Int(callee), position: position)
                : .parameter(of: Int(callee), position: position)
            guard let late = try lateMember(from: into), let called = try spot(.member(Int(late))),
                let put = try spot(into)
            else { return nil }
            return CallEdge(
                caller: caller,
                callee: try symbol(function),
                evidence: .async,
                site: place,
                trail: PointerTrail(receiver: called.inWords, called: called, put: put, taken: place)
            )
        }
    }

    /// The member that something gets into from a place, to be called later; nil where it gets into none.
    private func lateMember(from place: PointerPlace) throws -> Int64? {
        if let known = knownLate[place] { return known }
        let late = try lateMembers()
        let found = try pointers.reached(from: place).compactMap { reached -> Int64? in
            guard case .member(let member) = reached, late.contains(Int64(member)) else { return nil }
            return Int64(member)
        }
        knownLate[place] = .some(found.min())
        return found.min()
    }
}
