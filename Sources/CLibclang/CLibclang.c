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

bool kernaut_is_spelled_in_file(CXSourceLocation location) {
    CXFile seen = NULL, spelled = NULL;
    unsigned seen_offset = 0, spelled_offset = 0;
    clang_getFileLocation(location, &seen, NULL, NULL, &seen_offset);
    clang_getSpellingLocation(location, &spelled, NULL, NULL, &spelled_offset);
    return seen != NULL && seen == spelled && seen_offset == spelled_offset;
}

static enum CXChildVisitResult keep(CXCursor cursor, CXCursor parent, CXClientData last) {
    (void)parent;
    *(CXCursor *)last = cursor;
    return CXChildVisit_Continue;
}

CXCursor kernaut_last_child(CXCursor cursor) {
    CXCursor last = clang_getNullCursor();
    clang_visitChildren(cursor, keep, &last);
    return last;
}

static enum CXChildVisitResult keep_first(CXCursor cursor, CXCursor parent, CXClientData first) {
    (void)parent;
    *(CXCursor *)first = cursor;
    return CXChildVisit_Break;
}

CXCursor kernaut_first_child(CXCursor cursor) {
    CXCursor first = clang_getNullCursor();
    clang_visitChildren(cursor, keep_first, &first);
    return first;
}
