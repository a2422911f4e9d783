#include "Pieces.h"

#include <linux/aio_abi.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/kd.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <termios.h>

void piece_terminals(void) {
    const char *devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/kmsg", "/dev/tty",
                             "/dev/console", "/dev/ttyS0", "/dev/mem", "/dev/rtc0", "/dev/hwrng", "/dev/fuse", "/dev/loop-control"};
    char text[2048];
    for (size_t number = 0; number < sizeof devices / sizeof devices[0]; number++) {
        int device = (int)DO(open(devices[number], O_RDWR | O_NONBLOCK | O_NOCTTY));
        if (device < 0) continue;
        DO(read(device, text, 64));
        if (number < 3) {
            DO(write(device, text, 64));
            DO(lseek(device, 0, SEEK_SET));
            void *memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, device, 0);
            if (memory != MAP_FAILED) munmap(memory, 4096);
        }
        struct winsize size;
        DO(ioctl(device, TIOCGWINSZ, &size));
        close(device);
    }
    IN_CHILD({
        DO(setsid());
        DO(mkdir("/dev/pts", 0755));
        IN_CHILD(DO(syscall(SYS_mount, "devpts", "/dev/pts", "devpts", 0, "ptmxmode=0666")));
        int master = (int)DO(open("/dev/ptmx", O_RDWR | O_NOCTTY));
        if (master < 0) master = (int)DO(open("/dev/pts/ptmx", O_RDWR | O_NOCTTY));
        int number = 0;
        int zero = 0;
        DO(ioctl(master, TIOCSPTLCK, &zero));
        DO(ioctl(master, TIOCGPTN, &number));
        char path[64];
        snprintf(path, sizeof path, "/dev/pts/%d", number);
        int slave = (int)DO(open(path, O_RDWR));
        struct termios settings;
        DO(tcgetattr(slave, &settings));
        DO(ioctl(slave, TIOCSCTTY, 0));
        struct winsize size = {25, 80, 0, 0};
        DO(ioctl(master, TIOCSWINSZ, &size));
        DO(tcsetpgrp(slave, getpid()));
        DO(write(master, "hello\n", 6));
        DO(read(slave, text, sizeof text));
        DO(write(slave, "answer\n", 7));
        DO(fcntl(master, F_SETFL, O_NONBLOCK));
        usleep(2000);
        DO(read(master, text, sizeof text));
        cfmakeraw(&settings);
        DO(tcsetattr(slave, TCSANOW, &settings));
        signal(SIGINT, SIG_IGN);
        DO(write(master, "\003x", 2));
        usleep(2000);
        DO(read(slave, text, 1));
        DO(tcflush(slave, TCIOFLUSH));
        signal(SIGHUP, SIG_IGN);
        close(master);
        DO(read(slave, text, 1));
        close(slave);
    });
}

static void rings(void) {
    struct io_uring_params parameters = {0};
    int ring = (int)CALL(SYS_io_uring_setup, 4, &parameters);
    if (ring < 0) return;
    size_t size = parameters.sq_off.array + parameters.sq_entries * sizeof(uint32_t);
    char *submissions = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    struct io_uring_sqe *entries = mmap(NULL, parameters.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
                                        IORING_OFF_SQES);
    if (submissions == MAP_FAILED || entries == MAP_FAILED) return;
    char text[100] = "kernaut";
    int file = memfd_create("ring", 0);
    const uint8_t operations[] = {IORING_OP_NOP, IORING_OP_WRITE, IORING_OP_READ, IORING_OP_FSYNC};
    uint32_t *tail = (uint32_t *)(submissions + parameters.sq_off.tail), *array = (uint32_t *)(submissions + parameters.sq_off.array);
    for (uint32_t number = 0; number < 4; number++) {
        memset(&entries[number], 0, sizeof entries[number]);
        entries[number].opcode = operations[number];
        entries[number].fd = file;
        entries[number].addr = (uint64_t)text;
        entries[number].len = operations[number] == IORING_OP_FSYNC ? 0 : 50;
        array[number] = number;
    }
    __atomic_store_n(tail, *tail + 4, __ATOMIC_RELEASE);
    CALL(SYS_io_uring_enter, ring, 4, 4, IORING_ENTER_GETEVENTS, NULL, 0);
    struct iovec part = {text, sizeof text};
    CALL(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &part, 1);
    close(file);
    close(ring);
}

void piece_asynchronous(void) {
    aio_context_t context = 0;
    char text[512] = "kernaut";
    int file = (int)DO(open("/tmp/kernaut-aio", O_RDWR | O_CREAT, 0600));
    CALL(SYS_io_setup, 4, &context);
    struct iocb write_it = {.aio_fildes = (uint32_t)file, .aio_lio_opcode = IOCB_CMD_PWRITE, .aio_buf = (uint64_t)text, .aio_nbytes = 512};
    struct iocb read_it = write_it, *all[] = {&write_it, &read_it};
    read_it.aio_lio_opcode = IOCB_CMD_PREAD;
    CALL(SYS_io_submit, context, 2, all);
    struct io_event events[4];
    CALL(SYS_io_getevents, context, 1, 4, events, NULL);
    CALL(SYS_io_destroy, context);
    close(file);
    DO(unlink("/tmp/kernaut-aio"));
    rings();
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_TASK_CLOCK};
    int counter = (int)CALL(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
    DO(ioctl(counter, PERF_EVENT_IOC_ENABLE, 0));
    for (volatile int turn = 0; turn < 100000; turn++) {}
    uint64_t value;
    DO(read(counter, &value, sizeof value));
    IN_CHILD(usleep(1000));
    DO(ioctl(counter, PERF_EVENT_IOC_RESET, 0));
    close(counter);
    attributes.type = PERF_TYPE_TRACEPOINT;
    CALL(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
}

static long bpf(int command, union bpf_attr *attributes) { return CALL(SYS_bpf, command, attributes, sizeof *attributes); }

void piece_bpf(void) {
    const enum bpf_map_type types[] = {BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY};
    for (int number = 0; number < 4; number++) {
        union bpf_attr map = {.map_type = types[number], .key_size = 4, .value_size = 8, .max_entries = 16};
        int file = (int)bpf(BPF_MAP_CREATE, &map);
        uint32_t key = 1, next;
        uint64_t value[64] = {5};
        union bpf_attr element = {.map_fd = (uint32_t)file, .key = (uint64_t)&key, .value = (uint64_t)value};
        bpf(BPF_MAP_UPDATE_ELEM, &element);
        bpf(BPF_MAP_LOOKUP_ELEM, &element);
        element.next_key = (uint64_t)&next;
        bpf(BPF_MAP_GET_NEXT_KEY, &element);
        bpf(BPF_MAP_DELETE_ELEM, &element);
        char text[256];
        union bpf_attr about = {.info = {.bpf_fd = (uint32_t)file, .info_len = sizeof text, .info = (uint64_t)text}};
        bpf(BPF_OBJ_GET_INFO_BY_FD, &about);
        close(file);
    }
    struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 100}, {.code = BPF_JMP | BPF_EXIT}};
    char log[4096];
    union bpf_attr program = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insn_cnt = 2, .insns = (uint64_t)code,
                              .license = (uint64_t) "GPL", .log_buf = (uint64_t)log, .log_size = sizeof log, .log_level = 1};
    int file = (int)bpf(BPF_PROG_LOAD, &program);
    int pair[2];
    DO(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    DO(setsockopt(pair[1], SOL_SOCKET, 50, &file, sizeof file));
    DO(send(pair[0], log, 200, 0));
    DO(recv(pair[1], log, 200, MSG_DONTWAIT));
    char packet[64] = {0};
    union bpf_attr test = {.test = {.prog_fd = (uint32_t)file, .data_in = (uint64_t)packet, .data_size_in = 64, .repeat = 2}};
    bpf(BPF_PROG_TEST_RUN, &test);
    close(file);
    close(pair[0]);
    close(pair[1]);
}
