import CLibclang

/// What the preprocessor met outside the prefix.
enum PreprocessorEvent {
    /// `file` defines a macro.
    case definition(name: String, text: MacroText, file: String)
    /// A macro that a file defines is asked for, or stands for something, for the first time: in a `.c` file or in a header.
    case use(ofMacroIn: String, isInSource: Bool)
    /// `from` includes `of`, whether or not the file's text was skipped; nil for the command line.
    case inclusion(of: String, from: String?)
}

/// Where the text of a macro's definition is.
struct MacroText {
    var file: CXFile?
    var start: UInt32
    var end: UInt32
}

/// A macro that is expanded somewhere.
struct MacroUse {
    var name: String
    var symbol: Int
    /// The file that defines it; nil for the command line.
    var home: String?
    /// Where in that file.
    var offset: UInt32
    /// Whether it stands for its own name.
    var isNameItself: Bool
    /// Whether it stands for something else in modules, of which the unit is one.
    var dependsOnModule: Bool
}
