#include "CLibclang.h"

#include <stddef.h>

kernaut_place kernaut_place_of(CXSourceLocation location) {
    kernaut_place place = {0};
    clang_getFileLocation(location, &place.file, &place.line, &place.column, &place.offset);
    return place;
}

kernaut_place kernaut_offset_of(CXSourceLocation location) {
    kernaut_place place = {0};
    clang_getFileLocation(location, &place.file, NULL, NULL, &place.offset);
    return place;
}

kernaut_place kernaut_spelling_of(CXSourceLocation location) {
    kernaut_place place = {0};
    clang_getSpellingLocation(location, &place.file, NULL, NULL, &place.offset);
    return place;
}

static bool is_spelled_at(CXSourceLocation location, CXFile seen, unsigned seen_offset) {
    CXFile spelled = NULL;
    unsigned spelled_offset = 0;
    clang_getSpellingLocation(location, &spelled, NULL, NULL, &spelled_offset);
    return seen == spelled && seen_offset == spelled_offset;
}

bool kernaut_is_spelled_in_file(CXSourceLocation location) {
    CXFile seen = NULL;
    unsigned offset = 0;
    clang_getFileLocation(location, &seen, NULL, NULL, &offset);
    return seen != NULL && is_spelled_at(location, seen, offset);
}

bool kernaut_is_in_macro(CXSourceLocation location) {
    CXFile seen = NULL;
    unsigned offset = 0;
    clang_getExpansionLocation(location, &seen, NULL, NULL, &offset);
    return !is_spelled_at(location, seen, offset);
}

// The child at hand, and whether to go on to the next one.
struct kept {
    CXCursor child;
    enum CXChildVisitResult next;
};

static enum CXChildVisitResult keep(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    struct kept *kept = data;
    kept->child = cursor;
    return kept->next;
}

static CXCursor visited(CXCursor cursor, enum CXChildVisitResult next) {
    struct kept kept = {clang_getNullCursor(), next};
    clang_visitChildren(cursor, keep, &kept);
    return kept.child;
}

CXCursor kernaut_last_child(CXCursor cursor) { return visited(cursor, CXChildVisit_Continue); }

CXCursor kernaut_first_child(CXCursor cursor) { return visited(cursor, CXChildVisit_Break); }
