extension BTF {
    /// A type as C spells it: `struct task_struct *`, `char[65]`, `int (*)(struct css_set *)`.
    func typeText(_ id: Int) throws(BTFError) -> String {
        var spelling = Spelling(btf: self)
        return try spelling.text(of: id, around: "", depth: 0)
    }

    /// Spells a type from the inside out, as C declares it.
    private struct Spelling {
        let btf: BTF
        /// Function types refer to others in many places, so that depth alone does not bound the work.
        private var steps = 0
        private static let mostSteps = 4_000

        init(btf: BTF) { self.btf = btf }

        /// - Parameter declarator: what is declared: stars, brackets and parameters so far.
        mutating func text(of id: Int, around declarator: String, depth: Int) throws(BTFError) -> String {
            steps += 1
            guard depth < BTF.deepest, steps < Spelling.mostSteps else { throw .tooDeep(type: id) }
            let type = try btf.type(id)
            switch type.kind {
            case .pointer:
                return try text(of: type.sizeOrType, around: "*" + declarator, depth: depth + 1)
            case .array:
                let brackets = "[" + (elements(type) == 0 ? "" : String(elements(type))) + "]"
                return try text(
                    of: btf.word(at: type.tail),
                    around: grouped(declarator) + brackets,
                    depth: depth + 1
                )
            case .functionPrototype:
                let parameters = try parameters(of: type, depth: depth)
                return try text(
                    of: type.sizeOrType,
                    around: grouped(declarator) + "(" + parameters + ")",
                    depth: depth + 1
                )
            case .const: return try qualified("const", type, declarator, depth)
            case .volatile: return try qualified("volatile", type, declarator, depth)
            case .restrict: return try qualified("restrict", type, declarator, depth)
            case .typeTag: return try text(of: type.sizeOrType, around: declarator, depth: depth + 1)
            default:
                let base = try base(type)
                guard let first = declarator.first else { return base }
                return first == "[" ? base + declarator : base + " " + declarator
            }
        }

        private func elements(_ array: BTFType) -> Int { btf.word(at: array.tail + 8) }

        private func grouped(_ declarator: String) -> String {
            declarator.first == "*" ? "(" + declarator + ")" : declarator
        }

        private mutating func qualified(
            _ qualifier: String,
            _ type: BTFType,
            _ declarator: String,
            _ depth: Int
        ) throws(BTFError) -> String {
            // A qualified pointer has its qualifier behind the star, everything else before the type.
            if try btf.type(type.sizeOrType).kind == .pointer {
                let spaced = declarator.isEmpty || "[)".contains(declarator.first ?? ")") ? "" : " "
                return try text(of: type.sizeOrType, around: qualifier + spaced + declarator, depth: depth + 1)
            }
            return qualifier + " " + (try text(of: type.sizeOrType, around: declarator, depth: depth + 1))
        }

        private mutating func parameters(of function: BTFType, depth: Int) throws(BTFError) -> String {
            var texts: [String] = []
            for index in 0..<function.count {
                let parameter = btf.word(at: function.tail + 8 * index + 4)
                // A parameter of no type is what `...` stands for.
                texts.append(parameter == 0 ? "..." : try text(of: parameter, around: "", depth: depth + 1))
            }
            return texts.isEmpty ? "void" : texts.joined(separator: ", ")
        }

        private func base(_ type: BTFType) throws(BTFError) -> String {
            let name = try btf.name(at: type.nameOffset, of: type.id, mayHaveSpaces: type.kind == .int)
            switch type.kind {
            case .void: return "void"
            case .structure: return "struct " + (name ?? "(unnamed)")
            case .union: return "union " + (name ?? "(unnamed)")
            case .enumeration, .enumeration64: return "enum " + (name ?? "(unnamed)")
            case .forward: return (type.flag ? "union " : "struct ") + (name ?? "(unnamed)")
            case .int: return Spelling.shortForms[name ?? ""] ?? name ?? "(unnamed)"
            case .typedef, .float: return name ?? "(unnamed)"
            default: throw .badReference(to: type.id)
            }
        }

        /// gcc spells integers in full, which is not how people or clang do.
        private static let shortForms = [
            "long unsigned int": "unsigned long", "long int": "long", "short unsigned int": "unsigned short",
            "short int": "short", "long long unsigned int": "unsigned long long", "long long int": "long long",
        ]
    }
}
