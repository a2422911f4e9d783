import KernelModel
import Scenario

/// The names of a program's processes.
///
/// A bomb's children are named by their parent and their number, and become text only when somebody asks: millions of
/// names as strings would be most of a simulation's memory.
struct TaskNames {
    private var given: [TaskID: TaskName] = [:]
    private var taskOfName: [TaskName: TaskID] = [:]
    /// For each task, by its handle, the parent that a bomb named it by; ``nobody`` for a name that was given.
    private var bombParents: [UInt32] = []
    /// For each task its number below that parent, and how many such children it has itself; nil where they are counted when
    /// somebody asks.
    private var numbers: [(own: UInt32, children: UInt32)]?

    private static let nobody = UInt32.max

    /// - Parameter areAskedOften: keeps numbers that can be counted, in eight more bytes a task.
    init(areAskedOften: Bool) { numbers = areAskedOften ? [] : nil }

    /// Makes room for so many further tasks, and shows the memory that it is in.
    mutating func reserve(_ tasks: Int, _ show: (UnsafeRawBufferPointer) -> Void) {
        bombParents.reserveCapacity(bombParents.count + tasks)
        bombParents.withUnsafeBytes { names in
            let room = bombParents.capacity * MemoryLayout<UInt32>.stride
            show(UnsafeRawBufferPointer(start: names.baseAddress, count: room))
        }
    }

    mutating func give(_ name: TaskName, to task: TaskID) {
        addRows(upTo: task)
        given[task] = name
        taskOfName[name] = task
    }

    /// Names a bomb's child by its parent.
    mutating func giveNext(of parent: TaskID, to task: TaskID) {
        if numbers == nil, bombParents.count == Int(task.rawValue) { return bombParents.append(parent.rawValue) }
        addRows(upTo: task)
        bombParents[Int(task.rawValue)] = parent.rawValue
        guard numbers != nil else { return }
        numbers![Int(parent.rawValue)].children += 1
        numbers![Int(task.rawValue)].own = numbers![Int(parent.rawValue)].children
    }

    func name(of task: TaskID) -> TaskName {
        if let name = given[task] { return name }
        let parent = bombParents[Int(task.rawValue)]
        precondition(parent != TaskNames.nobody, "a task without a name")
        return name(of: TaskID(rawValue: parent)).child(number(of: Int(task.rawValue), below: parent))
    }

    /// Children are named in the order in which they are made, which is that of their handles.
    private func number(of task: Int, below parent: UInt32) -> Int {
        if let numbers { return Int(numbers[task].own) }
        return bombParents[...task].count { $0 == parent }
    }

    /// The task of a name; nil for a name that no process was given.
    func task(named name: TaskName) -> TaskID? {
        if let task = taskOfName[name] { return task }
        let text = name.description
        guard let dot = text.lastIndex(of: "."), let number = Int(text[text.index(after: dot)...]), number > 0,
            let parentName = TaskName(text[..<dot]), let parent = task(named: parentName)
        else { return nil }
        var found = 0
        for (place, candidate) in bombParents.enumerated() where candidate == parent.rawValue {
            found += 1
            if found == number { return TaskID(rawValue: UInt32(place)) }
        }
        return nil
    }

    /// Tables are by handle, and handles count up: rows of unnamed tasks (the harness) are filled as gaps.
    private mutating func addRows(upTo task: TaskID) {
        while bombParents.count <= Int(task.rawValue) {
            bombParents.append(TaskNames.nobody)
            numbers?.append((0, 0))
        }
    }
}
