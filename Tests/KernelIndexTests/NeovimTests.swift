import Foundation
import KernelIndex
import Testing

/// The editor, where it is installed.
private enum Neovim {
    static let program = "/usr/bin/nvim"
    static let isThere = FileManager.default.isExecutableFile(atPath: program)
}

/// A real client: Neovim, without a screen, asks the server about a small kernel.
@Suite(.enabled(if: Neovim.isThere, "nvim is not installed"))
struct NeovimTests {
    /// What Neovim runs: it starts the server for the open file, asks, and writes what came back, a line each.
    private static let script = """
        local function out(text) io.stdout:write(text .. "\\n") end
        local kernaut, index, root = unpack(vim.split(vim.env.KERNAUT_TEST, "\\n"))
        local id = vim.lsp.start_client({ cmd = { kernaut, "lsp", "--index", index }, root_dir = root })
        vim.lsp.buf_attach_client(0, id)
        vim.wait(10000, function() return vim.lsp.get_client_by_id(id).initialized end, 10)
        local function ask(method, params)
          local answers = vim.lsp.buf_request_sync(0, method, params, 10000)
          local answer = answers and answers[id]
          assert(answer and answer.result, method .. " has no answer")
          return answer.result
        end
        local function at(pattern, word)
          local line = vim.fn.search(pattern)
          vim.fn.cursor(line, vim.fn.stridx(vim.fn.getline(line), word) + 2)
          return vim.lsp.util.make_position_params(0, vim.lsp.get_client_by_id(id).offset_encoding)
        end
        for _, place in ipairs(ask("textDocument/definition", at("return subsys_can_fork", "subsys_can_fork"))) do
          out("definition " .. vim.fn.fnamemodify(vim.uri_to_fname(place.uri), ":t") .. ":" .. place.range.start.line)
        end
        for _, place in ipairs(ask("textDocument/implementation", at("return ss", "can_fork"))) do
          out("implementation " .. vim.fn.fnamemodify(vim.uri_to_fname(place.uri), ":t"))
        end
        local hover = vim.lsp.util.convert_input_to_markdown_lines(
          ask("textDocument/hover", at("return ss", "can_fork")).contents)
        out("hover " .. table.concat(hover, " "))
        local item = ask("textDocument/prepareCallHierarchy", at("int subsys_can_fork", "subsys_can_fork"))[1]
        for _, call in ipairs(ask("callHierarchy/outgoingCalls", { item = item })) do
          out("outgoing " .. call.to.name .. " " .. call.to.detail)
        end
        vim.api.nvim_buf_set_lines(0, 1, 1, true, { "int added;" })
        local moved = ask("textDocument/definition", at("return subsys_can_fork", "subsys_can_fork"))
        out("moved " .. moved[1].range.start.line)
        vim.lsp.stop_client(id)
        vim.wait(10000, function() return vim.lsp.client_is_stopped(id) end, 10)
        vim.cmd("qa!")
        """

    @Test func neovimFindsItsWayThroughTheTableOfFunctions() throws {
        let sources = try IndexedSources(LanguageServerTests.files)
        let folder = sources.tree.deletingLastPathComponent()
        let script = folder.appending(path: "ask.lua")
        try Self.script.write(to: script, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: Neovim.program)
        process.arguments = [
            "--clean", "--headless", "-n", sources.tree.appending(path: "core.c").path, "-c", "luafile \(script.path)",
            "-c", "cquit 3",
        ]
        let kernaut = LanguageServerProcess.products.appending(path: "kernaut").path
        process.environment = ProcessInfo.processInfo.environment.merging(
            [
                "KERNAUT_TEST": [kernaut, sources.store.path, sources.tree.path].joined(separator: "\n"),
                "HOME": folder.path, "XDG_STATE_HOME": folder.path, "XDG_CACHE_HOME": folder.path,
            ]
        ) { $1 }
        let output = folder.appending(path: "out")
        try Data().write(to: output)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOf: output, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(text)")
        let lines = text.split(whereSeparator: \.isNewline)
        #expect(lines.contains("definition core.c:1"), "\(text)")
        #expect(lines.contains("implementation pids.c"), "\(text)")
        #expect(lines.contains { $0.hasPrefix("hover ") && $0.contains("pids_can_fork") }, "\(text)")
        #expect(
            lines.contains { $0.hasPrefix("outgoing pids_can_fork") && $0.contains("through subsys.can_fork") },
            "\(text)"
        )
        #expect(lines.contains("moved 2"), "\(text)")
    }
}
