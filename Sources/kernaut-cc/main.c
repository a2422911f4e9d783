// kernaut-cc stands in for the compiler while Kbuild runs, and writes down how each unit would be compiled.
//
// It is C because it starts thousands of times: a Swift process spends more time in starting its runtime than this one
// spends in all its work. It asks for nothing but its environment:
//
//   KERNAUT_CC_COMPILER   the real compiler, an absolute path
//   KERNAUT_CC_OBJECT     an object file that is answered for every unit; the real compiler made it of an empty source
//
// Probes, preprocessing, assembly output and the few objects whose content the kernel's Makefiles use (see
// needs_real_object) go to the real compiler. Every other object is answered at once.
//
// `kernaut-cc --supervise COMMAND...` is its second use: see Supervisor.c.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "Recorder.h"

static int fail(const char *what) {
    fprintf(stderr, "kernaut-cc: %s\n", what);
    return 1;
}

int main(int argc, char **argv) {
    if (argc > 2 && strcmp(argv[1], "--supervise") == 0) return supervise(argv + 2);

    char *compiler = getenv("KERNAUT_CC_COMPILER");
    if (!compiler) return fail("KERNAUT_CC_COMPILER names no compiler; kernaut sets it when it captures commands");

    struct compilation compilation = read_arguments(argc - 1, argv + 1);
    const char *template = getenv("KERNAUT_CC_OBJECT");
    int answered = template && compilation.compiles && !compilation.other_output && compilation.is_kernel
        && compilation.object && compilation.source && compilation.dependency;
    if (answered && is_unit(&compilation) && write_record(&compilation, compiler, argc - 1, argv + 1) != 0)
        return fail("the record cannot be written beside the object");
    if (answered && !needs_real_object(&compilation)) {
        return write_answer(&compilation, template) == 0 ? 0 : fail("the object cannot be written");
    }

    argv[0] = compiler;
    execv(compiler, argv);
    return fail("the compiler that KERNAUT_CC_COMPILER names does not start");
}
