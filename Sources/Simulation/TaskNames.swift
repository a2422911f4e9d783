import KernelModel
import Scenario

/// The names of a program's processes.
///
/// A bomb's children are named by their parent and their number, and become text only when somebody asks: a million
/// names as strings would be most of a simulation's memory.
struct TaskNames {
    private var given: [TaskID: TaskName] = [:]
    private var taskOfName: [TaskName: TaskID] = [:]
    /// For each task, by its handle: the bomb parent and the number below it; number 0 for a name that was given.
    private var bombParent: [UInt32] = []
    private var bombNumber: [UInt32] = []
    /// For each task: how many bomb children it has made.
    private var bombChildren: [UInt32] = []

    mutating func give(_ name: TaskName, to task: TaskID) {
        addRow(for: task)
        given[task] = name
        taskOfName[name] = task
    }

    /// Names a bomb's child by its parent.
    mutating func giveNext(of parent: TaskID, to task: TaskID) {
        addRow(for: task)
        bombChildren[Int(parent.rawValue)] += 1
        bombParent[Int(task.rawValue)] = parent.rawValue
        bombNumber[Int(task.rawValue)] = bombChildren[Int(parent.rawValue)]
    }

    func name(of task: TaskID) -> TaskName {
        if let name = given[task] { return name }
        let number = bombNumber[Int(task.rawValue)]
        precondition(number > 0, "a task without a name")
        return name(of: TaskID(rawValue: bombParent[Int(task.rawValue)])).child(Int(number))
    }

    /// The task of a name; nil for a name that no process was given.
    func task(named name: TaskName) -> TaskID? {
        if let task = taskOfName[name] { return task }
        let text = name.description
        guard let dot = text.lastIndex(of: "."), let number = UInt32(text[text.index(after: dot)...]), number > 0,
            let parentName = TaskName(text[..<dot]), let parent = task(named: parentName)
        else { return nil }
        return bombParent.indices
            .first { bombNumber[$0] == number && bombParent[$0] == parent.rawValue }
            .map { TaskID(rawValue: UInt32($0)) }
    }

    /// Tables are by handle, and handles count up: rows of unnamed tasks (the harness) are filled as gaps.
    private mutating func addRow(for task: TaskID) {
        while bombNumber.count <= Int(task.rawValue) {
            bombParent.append(0)
            bombNumber.append(0)
            bombChildren.append(0)
        }
    }
}
