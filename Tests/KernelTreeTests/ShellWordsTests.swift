import Testing

@testable import KernelTree

@Suite struct ShellWordsTests {
    @Test(arguments: [
        ("cc -c a.c", ["cc", "-c", "a.c"]),
        ("  cc\t-c\n a.c  ", ["cc", "-c", "a.c"]),
        (#"-DNAME='"fork"'"#, [#"-DNAME="fork""#]),
        (#"-DNAME=\"fork\""#, [#"-DNAME="fork""#]),
        (#""a \"b\" \\ \$c \d""#, [#"a "b" \ $c \d"#]),
        (#"'a'"b"c"#, ["abc"]),
        ("'' \"\"", ["", ""]),
        ("a\\ b", ["a b"]),
        ("a\\\nb", ["ab"]),
        ("-DX=\u{e9}", ["-DX=\u{e9}"]),
        ("", []),
    ])
    func wordsAreThoseOfAShell(_ text: String, _ words: [String]) {
        #expect(ShellWords.split(text) == words)
    }

    @Test(arguments: ["'a", "\"a", "a\\", "\"a\\"])
    func whatIsNotClosedIsNoCommand(_ text: String) {
        #expect(ShellWords.split(text) == nil)
    }
}
