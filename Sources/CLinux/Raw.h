/// System calls without the C library: what comes back is the kernel's own answer. Puppets may share their memory, and with
/// it the library's `errno`, with the conductor and with each other.
#ifndef KERNAUT_RAW_H
#define KERNAUT_RAW_H

#include <stdint.h>
#include <sys/syscall.h>

static inline int64_t raw_call(int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
#if defined(__x86_64__)
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    register uint64_t r9 __asm__("r9") = f;
    int64_t answer;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return answer;
#elif defined(__aarch64__)
    register int64_t x8 __asm__("x8") = number;
    register uint64_t x0 __asm__("x0") = a;
    register uint64_t x1 __asm__("x1") = b;
    register uint64_t x2 __asm__("x2") = c;
    register uint64_t x3 __asm__("x3") = d;
    register uint64_t x4 __asm__("x4") = e;
    register uint64_t x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return (int64_t)x0;
#else
#error "system calls of this architecture are not known here"
#endif
}

#define RAW_1(number, a) raw_call(number, (uint64_t)(a), 0, 0, 0, 0, 0)
#define RAW_2(number, a, b) raw_call(number, (uint64_t)(a), (uint64_t)(b), 0, 0, 0, 0)
#define RAW_3(number, a, b, c) raw_call(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0, 0, 0)
#define RAW_4(number, a, b, c, d) raw_call(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), 0, 0)

#endif
