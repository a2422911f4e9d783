/// One statement about the source.
///
/// Integers named after symbols are indexes into ``FactBlob/symbols`` of the blob that holds the fact.
public enum Fact: Hashable, Sendable {
    /// `symbol` is defined, or merely declared, from `place` on; the last line is `endLine`.
    case definition(symbol: Int, place: Place, endLine: Int, isDefinition: Bool)
    /// `symbol` is used. `within` is the function, variable or record around the place.
    case reference(symbol: Int, place: Place, role: ReferenceRole, within: Int?)
    /// `caller` calls `callee` by its name.
    case call(caller: Int, callee: Int, place: Place)
    /// `caller` calls through `field`; `receiver` is the called expression as the source spells it, and the structure
    /// that has the field comes from `base`. Where it may come from several places, each is a fact.
    case dispatch(caller: Int, field: Int, receiver: String, base: PointerPlace, place: Place)
    /// `field` is set to `function`, in the initializer of `object` or by an assignment in the function `object`; the
    /// structure that has the field comes from `base`.
    case registration(field: Int, function: Int, object: Int?, isInitializer: Bool, base: PointerPlace, place: Place)
    /// What is in `from` gets into `to`. A function that is put into a member or handed over by its name is a
    /// registration or an argument instead. `within` is the function, or the variable whose initializer it is.
    case flow(to: PointerPlace, from: PointerPlace, within: Int?, place: Place)
    /// `caller` calls what it has from `through`, by way of a variable, or as a parameter, a result or an element of an
    /// array; `receiver` is the called expression as the source spells it.
    case pointerCall(caller: Int, through: PointerPlace, receiver: String, place: Place)
    /// `function` is passed to `callee` as argument number `position`, from 0.
    case argument(function: Int, callee: Int, position: Int, within: Int?, place: Place)
    /// The layout of a complete struct or union, in bits.
    case record(symbol: Int, sizeBits: Int, alignBits: Int, isUnion: Bool)
    /// A member of a record.
    case field(FieldFact)
    /// `function` is the body of the system call that its macro names `name`.
    case systemCall(name: String, function: Int, isCompat: Bool, arguments: Int, place: Place)
    /// An error constant starts its way out of a function.
    case errorOrigin(ErrorOriginFact)
    /// `function` may return what `callee`, a function or the member that it is called through, has returned to it.
    case errorPassage(function: Int, callee: Int, place: Place)
    /// The unit's body of `function` is one that the linker takes only where there is no other (`__weak`).
    case weakDefinition(function: Int)
}

/// How a place uses a symbol. The words are those of the database.
public enum ReferenceRole: String, CaseIterable, Sendable {
    /// The value is read.
    case read
    /// The value is assigned to, in whole or in part, incremented or given by an initializer.
    case write
    /// The function is called, or the member is called through.
    case call
    /// The address is taken: by `&`, by an array that becomes a pointer, by a function's name as a value.
    case address
    /// The type is named, or the operand is not evaluated (`sizeof`, `offsetof`).
    case type
    /// The macro is expanded.
    case expansion
}

/// A member of a record, its place in the layout and what it is made of. Offsets and sizes are in bits.
public struct FieldFact: Hashable, Sendable {
    /// The member.
    public var symbol: Int
    /// The named record that it belongs to; members of anonymous structs and unions belong to the record around these.
    public var record: Int
    /// Its number in the order of the source, from 0.
    public var position: Int
    /// How many anonymous structs and unions are around it.
    public var depth: Int
    /// Its type as C spells it.
    public var type: String
    /// Its offset in `record`.
    public var offsetBits: Int
    /// Its size; 0 for a flexible array.
    public var sizeBits: Int
    /// Whether its size is a number of bits that the source states.
    public var isBitfield: Bool
    /// The record that the type is made of, behind `pointers` pointers.
    public var target: Int?
    /// How many pointers lead to the target; 0 for an embedded record.
    public var pointers: Int
    /// The number of elements of an array, 0 for a flexible one; nil when it is no array.
    public var elements: Int?

    /// Makes a member.
    public init(
        symbol: Int,
        record: Int,
        position: Int,
        depth: Int,
        type: String,
        offsetBits: Int,
        sizeBits: Int,
        isBitfield: Bool,
        target: Int?,
        pointers: Int,
        elements: Int?
    ) {
        self.symbol = symbol
        self.record = record
        self.position = position
        self.depth = depth
        self.type = type
        self.offsetBits = offsetBits
        self.sizeBits = sizeBits
        self.isBitfield = isBitfield
        self.target = target
        self.pointers = pointers
        self.elements = elements
    }
}
