#ifndef KERNAUT_CC_RECORDER_H
#define KERNAUT_CC_RECORDER_H

// What one call of the compiler asks for, as far as the recorder cares.
struct compilation {
    const char *object;     // after -o
    const char *source;     // the last argument that is no option and ends in .c or .S
    const char *dependency; // the file named by -Wp,-MMD,FILE or -Wp,-MD,FILE
    int compiles;           // -c stands among the arguments
    int other_output;       // -E, -S or -M does, or the source comes from stdin
    int is_kernel;          // the kernel's own configuration header is included
};

// Reads the arguments that follow the compiler's name.
struct compilation read_arguments(int count, char **arguments);

// The kernel's Makefiles link or read what these objects contain, so a real compiler has to make them.
int needs_real_object(const struct compilation *compilation);

// A unit of the kernel proper: Kbuild keeps a dependency file of its own for it.
int is_unit(const struct compilation *compilation);

// Writes directory, object, source and arguments, each ended by a NUL byte, to `.NAME.kernaut` beside the object.
int write_record(const struct compilation *compilation, const char *compiler, int count, char **arguments);

// Makes the object by copying the file `template`, and the dependency file that names the source alone.
int write_answer(const struct compilation *compilation, const char *template);

// Runs a command in a process group of its own until it ends or until stdin does; then nothing of it is left.
int supervise(char **command);

#endif
