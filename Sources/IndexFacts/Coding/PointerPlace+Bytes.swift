extension PointerPlace {
    func write(to writer: inout ByteWriter) {
        writer.write(kind)
        guard let symbol else { return }
        writer.write(symbol)
        switch self {
        case .parameter(_, let position), .parameterThrough(_, let position): writer.write(position)
        default: break
        }
    }

    init(from reader: inout ByteReader, symbols: Int) throws(MalformedBytes) {
        let kind = try reader.index(below: PointerPlace.kinds)
        guard kind != PointerPlace.unknown.kind else {
            self = .unknown
            return
        }
        let symbol = try reader.index(below: symbols)
        let hasPosition = kind == 6 || kind == 8
        let position = hasPosition ? try reader.integer() : 0
        self = PointerPlace(kind: kind, symbol: symbol, position: position) ?? .unknown
    }
}
