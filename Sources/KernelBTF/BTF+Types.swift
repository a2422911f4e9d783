extension BTF {
    /// Pointers of the architectures whose kernels are read here.
    private static let pointerBits = 64

    /// The type behind typedefs, qualifiers and tags.
    func withoutQualifiers(_ id: Int) throws(BTFError) -> BTFType {
        var current = try type(id)
        for _ in 0..<BTF.deepest {
            switch current.kind {
            case .typedef, .volatile, .const, .restrict, .typeTag: current = try type(current.sizeOrType)
            default: return current
            }
        }
        throw .tooDeep(type: id)
    }

    /// The size of a member's type, in bits.
    func sizeBits(of id: Int) throws(BTFError) -> Int {
        var elements = 1
        var current = try withoutQualifiers(id)
        for _ in 0..<BTF.deepest {
            let size: Int
            switch current.kind {
            case .array:
                elements = try product(elements, word(at: current.tail + 8), of: id)
                current = try withoutQualifiers(word(at: current.tail))
                continue
            case .pointer: size = BTF.pointerBits
            case .int, .structure, .union, .enumeration, .enumeration64, .float: size = 8 * current.sizeOrType
            default: throw .badReference(to: current.id)
            }
            return try product(elements, size, of: id)
        }
        throw .tooDeep(type: id)
    }

    private func product(_ left: Int, _ right: Int, of type: Int) throws(BTFError) -> Int {
        let (product, overflowed) = left.multipliedReportingOverflow(by: right)
        guard !overflowed else { throw .badNumber(type: type) }
        return product
    }

    /// The unnamed record that a member's type is made of, behind arrays and pointers.
    func unnamedRecord(in id: Int) throws(BTFError) -> BTFType? {
        var current = try type(id)
        for _ in 0..<BTF.deepest {
            switch current.kind {
            case .volatile, .const, .restrict, .typeTag, .pointer: current = try type(current.sizeOrType)
            case .array: current = try type(word(at: current.tail))
            case .structure, .union: return try name(at: current.nameOffset, of: current.id) == nil ? current : nil
            // A typedef names what it stands for.
            default: return nil
            }
        }
        throw .tooDeep(type: id)
    }
}
