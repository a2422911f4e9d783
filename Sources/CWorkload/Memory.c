#include "Pieces.h"

#include <sys/eventfd.h>
#include <sys/uio.h>

#define PAGE 4096ul

static void touch(char *start, size_t pages) {
    for (size_t page = 0; page < pages; page++) ((volatile char *)start)[page * PAGE] = 1;
}

void piece_memory(void) {
    char *memory = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    touch(memory, 16);
    DO(mprotect(memory + 8 * PAGE, 4 * PAGE, PROT_READ));
    DO(mprotect(memory + 8 * PAGE, 4 * PAGE, PROT_READ | PROT_WRITE));
    const int advice[] = {MADV_NORMAL,    MADV_RANDOM,      MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE,
                          MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE,   MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP,
                          MADV_DONTFORK,  MADV_DOFORK,      MADV_COLD,       MADV_PAGEOUT,  MADV_WIPEONFORK, MADV_KEEPONFORK,
                          22,             23,               25};
    for (size_t number = 0; number < sizeof advice / sizeof advice[0]; number++) {
        DO(madvise(memory, 4 * PAGE, advice[number]));
        touch(memory, 4);
    }
    unsigned char present[16];
    DO(mincore(memory, 16 * PAGE, present));
    DO(mlock(memory, 4 * PAGE));
    DO(mlock2(memory + 8 * PAGE, 4 * PAGE, MLOCK_ONFAULT));
    DO(munlock(memory, 16 * PAGE));
    DO(mlockall(MCL_CURRENT));
    DO(munlockall());
    DO(msync(memory, 16 * PAGE, MS_SYNC));
    // What was advised may have left several areas, which do not grow as one.
    size_t pages = 16;
    char *larger = mremap(memory, 16 * PAGE, 32 * PAGE, MREMAP_MAYMOVE);
    if (larger != MAP_FAILED) touch(memory = larger, pages = 32);
    char *other = mmap(NULL, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    DO(mremap(memory, 8 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, other) == MAP_FAILED ? -1 : 0);
    DO(munmap(other, 16 * PAGE));
    // A child's writes are copies.
    IN_CHILD(touch(memory + 8 * PAGE, pages - 8));
    touch(memory + 8 * PAGE, pages - 8);

    int file = (int)DO(memfd_create("kernaut", MFD_ALLOW_SEALING));
    DO(ftruncate(file, 32 * PAGE));
    char *shared = mmap(NULL, 32 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    touch(shared, 8);
    char *private = mmap(NULL, 32 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    touch(private, 8);
    DO(madvise(shared, 8 * PAGE, MADV_REMOVE));
    DO(msync(shared, 32 * PAGE, MS_ASYNC));
    DO(remap_file_pages(shared, PAGE, 0, 1, 0));
    IN_CHILD(touch(shared, 8));
    DO(munmap(shared, 32 * PAGE));
    DO(munmap(private, 32 * PAGE));
    DO(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK));
    DO(write(file, "x", 1));
    close(file);
    close((int)DO(memfd_create("large", 4)));
    CALL(SYS_memfd_secret, 0);

    void *end = sbrk(0);
    DO(brk((char *)end + 32 * PAGE));
    DO(brk(end));
    char from[64], to[64];
    struct iovec local = {to, sizeof to}, remote = {from, sizeof from};
    DO(process_vm_readv(getpid(), &local, 1, &remote, 1, 0));
    DO(process_vm_writev(getpid(), &local, 1, &remote, 1, 0));
    // A file that is mapped, and read in by faults.
    int self = (int)DO(open("/proc/self/exe", O_RDONLY));
    char *code = mmap(NULL, 256 * PAGE, PROT_READ, MAP_PRIVATE | MAP_POPULATE, self, 0);
    if (code != MAP_FAILED) {
        volatile char sum = 0;
        for (int page = 0; page < 256; page += 16) sum += code[page * PAGE];
        DO(madvise(code, 256 * PAGE, MADV_WILLNEED));
        DO(munmap(code, 256 * PAGE));
    }
    close(self);
    CALL(SYS_membarrier, 0, 0, 0);
    CALL(SYS_membarrier, 16, 0, 0);
    CALL(SYS_membarrier, 8, 0, 0);
    CALL(SYS_get_mempolicy, NULL, NULL, 0, NULL, 0);
    CALL(SYS_mbind, memory + 8 * PAGE, 8 * PAGE, 0, NULL, 0, 0);
    CALL(SYS_set_mempolicy, 0, NULL, 0);
    CALL(SYS_pkey_alloc, 0, 0);
    CALL(SYS_userfaultfd, 1);
    // Pages by the hundred, and a look for those that can be had back.
    size_t much = 16ul << 20;
    char *large = mmap(NULL, much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (large != MAP_FAILED) {
        for (size_t at = 0; at < much; at += 16 * PAGE) large[at] = 1;
        DO(munmap(large, much));
    }
    put("/proc/sys/vm/drop_caches", "3");
    put("/proc/sys/vm/compact_memory", "1");
}
