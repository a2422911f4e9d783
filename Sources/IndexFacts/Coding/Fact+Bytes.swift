extension Fact {
    private static let roles = ReferenceRole.allCases

    func write(to writer: inout ByteWriter) {
        switch self {
        case .definition(let symbol, let place, let endLine, let isDefinition):
            writer.write(0)
            writer.write(symbol)
            place.write(to: &writer)
            writer.write(endLine)
            writer.write(isDefinition)
        case .reference(let symbol, let place, let role, let within):
            writer.write(1)
            writer.write(symbol)
            place.write(to: &writer)
            writer.write(Fact.roles.firstIndex(of: role)!)
            writer.write(within)
        case .call(let caller, let callee, let place):
            writer.write(2)
            writer.write(caller)
            writer.write(callee)
            place.write(to: &writer)
        case .dispatch(let caller, let field, let receiver, let base, let place):
            writer.write(3)
            writer.write(caller)
            writer.write(field)
            writer.write(receiver)
            base.write(to: &writer)
            place.write(to: &writer)
        case .registration(let field, let function, let object, let isInitializer, let base, let place):
            writer.write(4)
            writer.write(field)
            writer.write(function)
            writer.write(object)
            writer.write(isInitializer)
            base.write(to: &writer)
            place.write(to: &writer)
        case .argument(let function, let callee, let position, let within, let place):
            writer.write(5)
            writer.write(function)
            writer.write(callee)
            writer.write(position)
            writer.write(within)
            place.write(to: &writer)
        case .record(let symbol, let sizeBits, let alignBits, let isUnion):
            writer.write(6)
            writer.write(symbol)
            writer.write(sizeBits)
            writer.write(alignBits)
            writer.write(isUnion)
        case .field(let field):
            writer.write(7)
            field.write(to: &writer)
        case .systemCall(let name, let function, let isCompat, let arguments, let place):
            writer.write(8)
            writer.write(name)
            writer.write(function)
            writer.write(isCompat)
            writer.write(arguments)
            place.write(to: &writer)
        case .errorOrigin(let origin):
            writer.write(9)
            origin.write(to: &writer)
        case .errorPassage(let function, let callee, let place):
            writer.write(10)
            writer.write(function)
            writer.write(callee)
            place.write(to: &writer)
        case .flow(let to, let from, let within, let place):
            writer.write(11)
            to.write(to: &writer)
            from.write(to: &writer)
            writer.write(within)
            place.write(to: &writer)
        case .pointerCall(let caller, let through, let receiver, let place):
            writer.write(12)
            writer.write(caller)
            through.write(to: &writer)
            writer.write(receiver)
            place.write(to: &writer)
        case .weakDefinition(let function):
            writer.write(13)
            writer.write(function)
        }
    }

    init(from reader: inout ByteReader, symbols: Int, files: Int) throws(MalformedBytes) {
        switch try reader.index(below: 14) {
        case 0:
            self = .definition(
                symbol: try reader.index(below: symbols),
                place: try Place(from: &reader, files: files),
                endLine: try reader.integer(),
                isDefinition: try reader.flag()
            )
        case 1:
            self = .reference(
                symbol: try reader.index(below: symbols),
                place: try Place(from: &reader, files: files),
                role: Fact.roles[try reader.index(below: Fact.roles.count)],
                within: try reader.optionalIndex(below: symbols)
            )
        case 2:
            self = .call(
                caller: try reader.index(below: symbols),
                callee: try reader.index(below: symbols),
                place: try Place(from: &reader, files: files)
            )
        case 3:
            self = .dispatch(
                caller: try reader.index(below: symbols),
                field: try reader.index(below: symbols),
                receiver: try reader.text(),
                base: try PointerPlace(from: &reader, symbols: symbols),
                place: try Place(from: &reader, files: files)
            )
        case 4:
            self = .registration(
                field: try reader.index(below: symbols),
                function: try reader.index(below: symbols),
                object: try reader.optionalIndex(below: symbols),
                isInitializer: try reader.flag(),
                base: try PointerPlace(from: &reader, symbols: symbols),
                place: try Place(from: &reader, files: files)
            )
        case 5:
            self = .argument(
                function: try reader.index(below: symbols),
                callee: try reader.index(below: symbols),
                position: try reader.integer(),
                within: try reader.optionalIndex(below: symbols),
                place: try Place(from: &reader, files: files)
            )
        case 6:
            self = .record(
                symbol: try reader.index(below: symbols),
                sizeBits: try reader.integer(),
                alignBits: try reader.integer(),
                isUnion: try reader.flag()
            )
        case 7:
            self = .field(try FieldFact(from: &reader, symbols: symbols))
        case 8:
            self = .systemCall(
                name: try reader.text(),
                function: try reader.index(below: symbols),
                isCompat: try reader.flag(),
                arguments: try reader.integer(),
                place: try Place(from: &reader, files: files)
            )
        case 9:
            self = .errorOrigin(try ErrorOriginFact(from: &reader, symbols: symbols, files: files))
        case 10:
            self = .errorPassage(
                function: try reader.index(below: symbols),
                callee: try reader.index(below: symbols),
                place: try Place(from: &reader, files: files)
            )
        case 11:
            self = .flow(
                to: try PointerPlace(from: &reader, symbols: symbols),
                from: try PointerPlace(from: &reader, symbols: symbols),
                within: try reader.optionalIndex(below: symbols),
                place: try Place(from: &reader, files: files)
            )
        case 12:
            self = .pointerCall(
                caller: try reader.index(below: symbols),
                through: try PointerPlace(from: &reader, symbols: symbols),
                receiver: try reader.text(),
                place: try Place(from: &reader, files: files)
            )
        default:
            self = .weakDefinition(function: try reader.index(below: symbols))
        }
    }
}

extension ErrorOriginFact {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(function)
        writer.write(errno)
        writer.write(condition)
        writer.write(decisionLine)
        writer.write(surroundings)
        place.write(to: &writer)
    }

    fileprivate init(from reader: inout ByteReader, symbols: Int, files: Int) throws(MalformedBytes) {
        self.init(
            function: try reader.index(below: symbols),
            errno: try reader.text(),
            condition: try reader.optionalText(),
            decisionLine: try reader.optionalInteger(),
            surroundings: try reader.optionalText(),
            place: try Place(from: &reader, files: files)
        )
    }
}

extension Place {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(file)
        writer.write(line)
        writer.write(column)
    }

    fileprivate init(from reader: inout ByteReader, files: Int) throws(MalformedBytes) {
        self.init(
            file: try reader.index(below: files),
            line: try reader.integer(),
            column: try reader.integer()
        )
    }
}

extension FieldFact {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(symbol)
        writer.write(record)
        writer.write(position)
        writer.write(depth)
        writer.write(type)
        writer.write(offsetBits)
        writer.write(sizeBits)
        writer.write(isBitfield)
        writer.write(target)
        writer.write(pointers)
        writer.write(elements)
    }

    fileprivate init(from reader: inout ByteReader, symbols: Int) throws(MalformedBytes) {
        self.init(
            symbol: try reader.index(below: symbols),
            record: try reader.index(below: symbols),
            position: try reader.integer(),
            depth: try reader.integer(),
            type: try reader.text(),
            offsetBits: try reader.integer(),
            sizeBits: try reader.integer(),
            isBitfield: try reader.flag(),
            target: try reader.optionalIndex(below: symbols),
            pointers: try reader.integer(),
            elements: try reader.optionalInteger()
        )
    }
}
