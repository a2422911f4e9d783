/// Children with their parent's memory.
#ifndef KERNAUT_START_H
#define KERNAUT_START_H

#include "Raw.h"

/// Makes a system call that makes a child: clone(2) without a stack, clone3(2) or vfork(2). The child calls `begin`, which does
/// not return, on a stack of its own from its first instruction on, and so leaves its parent's alone where both have the same
/// memory. Comes back in the parent only.
///
/// @param top  the end of the child's stack, a multiple of 16.
static inline int64_t raw_start(int64_t number, uint64_t a, uint64_t b, char *top, void (*begin)(void *), void *argument) {
#if defined(__x86_64__)
    register uint64_t r10 __asm__("r10") = 0;
    register uint64_t r8 __asm__("r8") = 0;
    int64_t answer;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "mov %[top], %%rsp\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %[argument], %%rdi\n\t"
                     "call *%[begin]\n\t"
                     "hlt\n"
                     "1:"
                     : "=a"(answer)
                     : "a"(number), "D"(a), "S"(b), "d"(0UL), "r"(r10), "r"(r8), [top] "r"(top), [begin] "r"(begin),
                       [argument] "r"(argument)
                     : "rcx", "r11", "memory", "cc");
    return answer;
#elif defined(__aarch64__)
    register int64_t x8 __asm__("x8") = number;
    register uint64_t x0 __asm__("x0") = a;
    register uint64_t x1 __asm__("x1") = b;
    register uint64_t x2 __asm__("x2") = 0;
    register uint64_t x3 __asm__("x3") = 0;
    register uint64_t x4 __asm__("x4") = 0;
    __asm__ volatile("svc 0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov sp, %[top]\n\t"
                     "mov x29, xzr\n\t"
                     "mov x0, %[argument]\n\t"
                     "blr %[begin]\n\t"
                     "brk 0\n"
                     "1:"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), [top] "r"(top), [begin] "r"(begin),
                       [argument] "r"(argument)
                     : "memory", "cc");
    return (int64_t)x0;
#else
#error "system calls of this architecture are not known here"
#endif
}

#endif
