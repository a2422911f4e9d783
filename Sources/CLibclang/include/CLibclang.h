#ifndef KERNAUT_CLIBCLANG_H
#define KERNAUT_CLIBCLANG_H

#include <clang-c/Index.h>
#include <stdbool.h>

// A place in the file that the reader sees: what a macro's argument spells is where it is written, what a macro's body
// spells is where the macro is expanded. `file` is NULL for what no file holds.
typedef struct {
    CXFile file;
    unsigned line;
    unsigned column;
    unsigned offset;
} kernaut_place;

kernaut_place kernaut_place_of(CXSourceLocation location);

// The same without line and column, which cost libclang a look into the file's content.
kernaut_place kernaut_offset_of(CXSourceLocation location);

// Where the token itself is written, be that in a macro's body; without line and column.
kernaut_place kernaut_spelling_of(CXSourceLocation location);

// Whether the location is text of a file, possibly as a macro's argument, rather than a macro's body.
bool kernaut_is_spelled_in_file(CXSourceLocation location);

// Whether the location is where a macro puts it, be that an argument that is written in the file.
bool kernaut_is_in_macro(CXSourceLocation location);

// The last child of a cursor; a null cursor when it has none.
CXCursor kernaut_last_child(CXCursor cursor);

// The first child of a cursor; a null cursor when it has none.
CXCursor kernaut_first_child(CXCursor cursor);

#endif
