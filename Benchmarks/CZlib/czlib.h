// What clangd's index files are compressed with; zlib1g-dev comes with libelf-dev, which Kbuild needs.
#include <zlib.h>
