public import Failure
import Foundation
public import Scenario

/// One guest after another: where one dies or hangs, what is left goes on in a new one.
///
/// All work is done on threads of its own, since waiting for a guest blocks.
public final class GuestLane: @unchecked Sendable {
    /// What all guests of a lane are made of.
    public struct Setup: Sendable {
        /// The kernel.
        public let image: GuestImage
        /// `kernaut-probe`.
        public let probe: String
        /// The guest's files.
        public let initramfs: Initramfs
        /// The emulator.
        public let qemu: Qemu
        /// How long one run may take, in seconds.
        public let timeoutSeconds: Int
        /// How many processors a guest has.
        public let cpus: Int
        /// What the kernel is told besides what all guests' are.
        public let kernelArguments: [String]

        /// Prepares guests of an image.
        ///
        /// - Parameters:
        ///   - folder: where the guest's files are kept, in the cache.
        /// - Throws: `Failure` (69) where QEMU, cpio or the probe is missing.
        public init(
            _ image: GuestImage,
            probe: String,
            folder: String,
            timeoutSeconds: Int = 60,
            cpus: Int = 1,
            kernelArguments: [String] = []
        ) throws(Failure) {
            self.image = image
            self.probe = probe
            self.timeoutSeconds = timeoutSeconds
            self.cpus = cpus
            self.kernelArguments = kernelArguments
            qemu = try Qemu()
            initramfs = try Initramfs(probe: probe, folder: folder)
        }
    }

    /// How many bytes of programs wait in the channel at a time: less than it holds.
    private static let window = 65536
    /// How often a program is given a new guest before it is said to end guests.
    private static let attempts = 2

    private let setup: Setup
    private let lock = NSLock()
    private var machine: GuestMachine?
    private var accelerators: [Qemu.Accelerator]
    private var bootSeconds: Double?

    /// Makes a lane; no guest is booted yet.
    public init(_ setup: Setup) {
        self.setup = setup
        accelerators = setup.qemu.accelerators
    }

    deinit { machine?.end() }

    /// How long the last boot took until the probe answered, in seconds; nil before the first.
    public var lastBootSeconds: Double? { lock.withLock { bootSeconds } }

    /// Boots a guest where there is none.
    public func boot() async throws(Failure) {
        try await onThread { () throws(Failure) in _ = try self.booted() }
    }

    /// Runs programs one after the other and returns a record for each.
    public func observe(_ programs: [Program]) async throws(Failure) -> [RunRecord] {
        try await onThread { () throws(Failure) in try self.run(programs) }
    }

    /// Runs a subcommand of the probe in the guest.
    ///
    /// - Parameters:
    ///   - words: the subcommand and its arguments.
    ///   - input: what it reads on its standard input.
    /// - Returns: the lines of its output.
    /// - Throws: `Failure` (70) where the guest is lost or the command fails, with what it said last.
    public func command(_ words: [String], input: String = "") async throws(Failure) -> [String] {
        try await onThread { () throws(Failure) in try self.runCommand(words, input) }
    }

    /// Ends the guest.
    public func end() async {
        _ = try? await onThread { () throws(Failure) in
            self.lock.withLock {
                self.machine?.end()
                self.machine = nil
            }
        }
    }

    private func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            let thread = Thread {
                do throws(Failure) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        return try result.get()
    }

    // MARK: - On the thread

    private func booted() throws(Failure) -> GuestMachine {
        if let machine { return machine }
        var complaint = ""
        for accelerator in lock.withLock({ accelerators }) {
            let begin = GuestMachine.now()
            let machine = try GuestMachine(
                setup.image,
                initramfs: setup.initramfs,
                qemu: setup.qemu,
                accelerator: accelerator,
                probe: setup.probe,
                kernelArguments: setup.kernelArguments,
                cpus: setup.cpus
            )
            do {
                while try !machine.line(before: begin + accelerator.bootSeconds).hasPrefix("guest ") {}
                lock.withLock {
                    self.machine = machine
                    bootSeconds = GuestMachine.now() - begin
                }
                return machine
            } catch {
                complaint = "\(error): \(GuestLane.lastWords(machine.consoleLog()))"
                machine.end()
                // It is not tried again; the last one is all that there is.
                lock.withLock { if accelerators.count > 1 { accelerators.removeAll { $0 == accelerator } } }
            }
        }
        throw Failure(
            .unavailable,
            "the guest of Linux \(setup.image.name) does not come up: \(complaint)",
            at: setup.image.path
        )
    }

    private func drop() -> String {
        lock.withLock {
            let log = machine?.consoleLog() ?? ""
            machine?.end()
            machine = nil
            return log
        }
    }

    private func run(_ programs: [Program]) throws(Failure) -> [RunRecord] {
        let texts = programs.map(\.text)
        var records: [RunRecord] = []
        var losses = 0
        while records.count < programs.count {
            let machine = try booted()
            do {
                try run(texts, from: &records, on: machine)
            } catch {
                let log = drop()
                losses += 1
                // The guest may have been lost for a reason of its own: the program gets a second one.
                if losses < GuestLane.attempts { continue }
                records.append(lost(error, log))
            }
            losses = 0
        }
        return records
    }

    private func lost(_ loss: GuestMachine.Loss, _ log: String) -> RunRecord {
        let ending: RunEnding =
            switch loss {
            case .timedOut: .timedOut(seconds: setup.timeoutSeconds)
            case .ended: .fault(reason: "the guest ended: \(GuestLane.lastWords(log))")
            }
        var record = RunRecord(platform: nil, trace: Trace(observations: []), ending: ending)
        record.consoleLog = log
        return record
    }

    /// Runs the programs that have no record yet. Some are sent ahead, so that the guest need not wait for the next.
    private func run(
        _ texts: [String],
        from records: inout [RunRecord],
        on machine: GuestMachine
    ) throws(GuestMachine.Loss) {
        var sent = records.count
        var waiting = 0
        while records.count < texts.count {
            // The probe ends a run that takes too long; a guest that does not even do that is lost.
            let deadline = GuestMachine.now() + Double(setup.timeoutSeconds) + 15
            // Many at a time: each time the guest hears of one, it is interrupted.
            if sent == records.count || waiting < GuestLane.window / 2 {
                let first = sent
                while sent < texts.count, sent == records.count || waiting + texts[sent].utf8.count <= GuestLane.window
                {
                    waiting += texts[sent].utf8.count
                    sent += 1
                }
                if first < sent { try machine.send(texts[first..<sent].joined(), before: deadline) }
            }
            var reader = RunReader()
            var fault: String?
            while reader.record.ending == nil {
                let line = try machine.line(before: deadline)
                do {
                    try reader.read(Substring(line))
                } catch {
                    fault = fault ?? "\(error)"
                }
            }
            var record = reader.record
            if let fault, record.ending == .completed { record.ending = .fault(reason: "the probe's output: \(fault)") }
            waiting -= texts[records.count].utf8.count
            records.append(record)
        }
    }

    private func runCommand(_ words: [String], _ input: String) throws(Failure) -> [String] {
        let machine = try booted()
        let text = input.isEmpty || input.hasSuffix("\nend\n") ? input : input + "end\n"
        var lines: [String] = []
        do {
            let deadline = GuestMachine.now() + Double(setup.timeoutSeconds) + 15
            let request = "command \(words.joined(separator: " "))\n\(text.isEmpty ? "end\n" : text)"
            try machine.send(request, before: deadline)
            while true {
                let line = try machine.line(before: deadline)
                if line.hasPrefix("| ") {
                    lines.append(String(line.dropFirst(2)))
                } else if line == "end completed" {
                    return lines
                } else if line.hasPrefix("end ") {
                    throw Failure(
                        .internalFault,
                        "kernaut-probe \(words.joined(separator: " ")): \(line.dropFirst(4)): \(lines.last ?? "")",
                        at: "a guest of Linux \(setup.image.name)"
                    )
                }
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .internalFault,
                "the guest is lost (\(error)) at '\(words.joined(separator: " "))': \(GuestLane.lastWords(drop()))",
                at: "a guest of Linux \(setup.image.name)"
            )
        }
    }

    /// The last lines of a console, for a message of one line.
    private static func lastWords(_ log: String) -> String {
        let lines = log.split(whereSeparator: \.isNewline).suffix(3)
        return lines.isEmpty ? "its console says nothing" : lines.joined(separator: " / ")
    }
}
