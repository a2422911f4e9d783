import CLibclang

/// A node on the way from a top-level declaration to the node at hand, with what is known from above.
struct Ancestor {
    var cursor: CXCursor
    var kind: CXCursorKind
    /// Its number among its parent's children.
    var index: Int
    /// How many of its own children have been visited.
    var children = 0
    /// The function, variable or record around it.
    var within: Int?
    /// The function around it, or the file-scope variable or record where there is none: who makes a call.
    var caller: Int?
    /// The variable that an initializer belongs to, or the function around an assignment.
    var object: Int?
    /// Whether it stands in `sizeof`, `typeof` and the like, where nothing happens at run time.
    var isUnevaluated: Bool

    /// Of a call: the function or member that it calls.
    var callee: Int?
    /// Of a call through a variable, a parameter or a result: where what it calls comes from.
    var calleeSources: [PointerSource] = []
    /// Of an assignment: the member on its left side.
    var assignedField: Int?
    /// Of an assignment: the structure that has the member.
    var assignedBase: [PointerSource] = []
    /// Of a braced initializer: where it is.
    var list: InitializerList?
    /// Of an element of a braced initializer: what it sets.
    var target: InitializerList.Target?
    /// Whether it is an element with designators.
    var isDesignated = false
    /// The child that counts: the operand of a cast, the value of a variable or statement expression.
    var value: CXCursor?

    init(cursor: CXCursor, kind: CXCursorKind, index: Int, parent: Ancestor?) {
        self.cursor = cursor
        self.kind = kind
        self.index = index
        within = parent?.within
        caller = parent?.caller
        object = parent?.object
        isUnevaluated = parent?.isUnevaluated ?? false
    }
}
