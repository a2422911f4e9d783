/// What a machine of its own does to have its kernel's functions called: system calls of all kinds, piece by piece.
///
/// Nothing here is for a host: pieces mount, unshare, change the machine's clocks' files and read every file of /proc. What
/// a call answers is not looked at but counted, since it is the kernel's way that is of interest.
#ifndef KERNAUT_CWORKLOAD_H
#define KERNAUT_CWORKLOAD_H

#include <stdint.h>
#include <sys/types.h>

/// How many pieces there are.
uint32_t kernaut_workload_count(void);

/// The name of a piece: `files`.
const char *kernaut_workload_name(uint32_t piece);

/// Forks a child that waits for a byte on a pipe, does a piece, tells how many calls were answered and how many refused, and
/// ends.
///
/// `go` receives the descriptor to write the byte to, `answers` the one to read two 32-bit numbers from. Returns the child's
/// pid, or an errno as a negative number.
pid_t kernaut_workload_start(uint32_t piece, int *go, int *answers);

#endif
