#include "Pieces.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static void exchange(int from, int to) {
    char text[2000] = "kernaut";
    DO(send(from, text, sizeof text, 0));
    DO(recv(to, text, 10, MSG_PEEK | MSG_DONTWAIT));
    DO(recv(to, text, sizeof text, MSG_DONTWAIT));
    struct iovec part = {text, 500};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    DO(sendmsg(from, &message, MSG_NOSIGNAL));
    DO(recvmsg(to, &message, MSG_DONTWAIT));
    struct mmsghdr several[2] = {{.msg_hdr = message}, {.msg_hdr = message}};
    DO(sendmmsg(from, several, 2, 0));
    DO(recvmmsg(to, several, 2, MSG_DONTWAIT, NULL));
    DO(write(from, text, 20));
    // Not for ever, should something have been dropped.
    struct timeval second = {.tv_sec = 1};
    DO(setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second));
    DO(read(to, text, 20));
    DO(recv(to, text, 1, MSG_DONTWAIT));
}

void piece_unix_sockets(void) {
    const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    for (int number = 0; number < 3; number++) {
        int pair[2];
        DO(socketpair(AF_UNIX, types[number] | SOCK_CLOEXEC, 0, pair));
        exchange(pair[0], pair[1]);
        // A descriptor and credentials travel.
        union {
            struct cmsghdr head;
            char space[CMSG_SPACE(sizeof(int))];
        } control = {.head = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
        memcpy(CMSG_DATA(&control.head), &pair[0], sizeof(int));
        int yes = 1;
        DO(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes));
        struct iovec part = {"x", 1};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
        DO(sendmsg(pair[0], &message, 0));
        char text[10], more[256];
        part = (struct iovec){text, sizeof text};
        message.msg_control = more;
        message.msg_controllen = sizeof more;
        DO(recvmsg(pair[1], &message, 0));
        struct ucred who;
        socklen_t size = sizeof who;
        DO(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &who, &size));
        DO(shutdown(pair[0], SHUT_WR));
        DO(recv(pair[1], text, sizeof text, MSG_DONTWAIT));
        close(pair[0]);
        close(pair[1]);
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/kernaut-socket"};
    int server = (int)DO(socket(AF_UNIX, SOCK_STREAM, 0)), client = (int)DO(socket(AF_UNIX, SOCK_STREAM, 0));
    DO(bind(server, (struct sockaddr *)&address, sizeof address));
    DO(listen(server, 4));
    DO(connect(client, (struct sockaddr *)&address, sizeof address));
    int accepted = (int)DO(accept4(server, NULL, NULL, SOCK_NONBLOCK));
    exchange(client, accepted);
    close(accepted);
    close(client);
    close(server);
    DO(unlink(address.sun_path));
}

static void raise_loopback(void) {
    int any = (int)DO(socket(AF_INET, SOCK_DGRAM, 0));
    struct ifreq request = {.ifr_name = "lo"};
    DO(ioctl(any, SIOCGIFFLAGS, &request));
    request.ifr_flags |= IFF_UP;
    DO(ioctl(any, SIOCSIFFLAGS, &request));
    DO(ioctl(any, SIOCGIFADDR, &request));
    DO(ioctl(any, SIOCGIFMTU, &request));
    DO(ioctl(any, SIOCGIFINDEX, &request));
    char list[1024];
    struct ifconf all = {.ifc_len = sizeof list, .ifc_buf = list};
    DO(ioctl(any, SIOCGIFCONF, &all));
    close(any);
}

static void options(int socket) {
    const int plain[] = {SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST, SO_PRIORITY, SO_TIMESTAMP, SO_MARK};
    int value = 1;
    socklen_t size = sizeof value;
    for (size_t at = 0; at < sizeof plain / sizeof plain[0]; at++) {
        DO(setsockopt(socket, SOL_SOCKET, plain[at], &value, sizeof value));
        DO(getsockopt(socket, SOL_SOCKET, plain[at], &value, &size));
    }
    value = 65536;
    DO(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &value, sizeof value));
    DO(setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &value, sizeof value));
    value = 1;
    struct sock_filter accept_all[] = {BPF_STMT(BPF_RET | BPF_K, 0xFFFF)};
    struct sock_fprog program = {1, accept_all};
    DO(setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
    DO(setsockopt(socket, IPPROTO_IP, IP_TTL, &value, sizeof value));
    value = 64;
    DO(setsockopt(socket, IPPROTO_IP, IP_TTL, &value, sizeof value));
}

static void streams(int family, struct sockaddr *address, socklen_t size) {
    int server = (int)DO(socket(family, SOCK_STREAM, 0)), client = (int)DO(socket(family, SOCK_STREAM, 0));
    options(server);
    int yes = 1;
    DO(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes));
    DO(setsockopt(client, IPPROTO_TCP, TCP_CORK, &yes, sizeof yes));
    yes = 0;
    DO(setsockopt(client, IPPROTO_TCP, TCP_CORK, &yes, sizeof yes));
    DO(bind(server, address, size));
    DO(listen(server, 4));
    DO(getsockname(server, address, &size));
    DO(connect(client, address, size));
    int accepted = (int)DO(accept(server, NULL, NULL));
    exchange(client, accepted);
    exchange(accepted, client);
    struct tcp_info info;
    socklen_t length = sizeof info;
    DO(getsockopt(client, IPPROTO_TCP, TCP_INFO, &info, &length));
    char text[65536];
    DO(fcntl(client, F_SETFL, O_NONBLOCK));
    for (int turn = 0; turn < 8; turn++) {
        DO(send(client, text, sizeof text, 0));
        while (recv(accepted, text, sizeof text, MSG_DONTWAIT) > 0) {}
    }
    DO(ioctl(accepted, FIONREAD, &yes));
    DO(shutdown(client, SHUT_WR));
    DO(recv(accepted, text, sizeof text, MSG_DONTWAIT));
    close(accepted);
    close(client);
    // Somebody who refuses.
    close(server);
    client = (int)DO(socket(family, SOCK_STREAM, 0));
    DO(connect(client, address, size));
    close(client);
}

static void datagrams(int family, struct sockaddr *address, socklen_t size) {
    int one = (int)DO(socket(family, SOCK_DGRAM, 0)), other = (int)DO(socket(family, SOCK_DGRAM, 0));
    options(one);
    DO(bind(one, address, size));
    DO(getsockname(one, address, &size));
    DO(connect(other, address, size));
    exchange(other, one);
    DO(sendto(other, "x", 1, 0, address, size));
    char text[10];
    DO(recvfrom(one, text, sizeof text, MSG_DONTWAIT, NULL, NULL));
    close(one);
    DO(send(other, "x", 1, 0));
    usleep(1000);
    DO(send(other, "x", 1, 0));
    close(other);
}

void piece_internet(void) {
    raise_loopback();
    for (int turn = 0; turn < 2; turn++) {
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
        void (*use)(int, struct sockaddr *, socklen_t) = turn == 0 ? streams : datagrams;
        use(AF_INET, (struct sockaddr *)&four, sizeof four);
        use(AF_INET6, (struct sockaddr *)&six, sizeof six);
    }
    // An echo, by way of a raw socket.
    int raw = (int)DO(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    uint8_t echo[8] = {8, 0, 0xF7, 0xFF, 0, 0, 0, 0};
    char text[200];
    DO(sendto(raw, echo, sizeof echo, 0, (struct sockaddr *)&loopback, sizeof loopback));
    usleep(2000);
    DO(recv(raw, text, sizeof text, MSG_DONTWAIT));
    close(raw);
    int packets = (int)DO(socket(AF_PACKET, SOCK_RAW, htons(3)));
    struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_protocol = htons(3), .sll_ifindex = 1};
    DO(bind(packets, (struct sockaddr *)&link, sizeof link));
    struct sockaddr_in nowhere = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0A010203), .sin_port = htons(9)};
    int lost = (int)DO(socket(AF_INET, SOCK_DGRAM, 0));
    DO(sendto(lost, "x", 1, 0, (struct sockaddr *)&nowhere, sizeof nowhere));
    nowhere.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    DO(sendto(lost, "x", 1, 0, (struct sockaddr *)&nowhere, sizeof nowhere));
    DO(recv(packets, text, sizeof text, MSG_DONTWAIT));
    close(lost);
    close(packets);
}

static void ask(int protocol, uint16_t type, uint16_t flags, const void *body, size_t size) {
    int socket_ = (int)DO(socket(AF_NETLINK, SOCK_RAW, protocol));
    struct {
        struct nlmsghdr head;
        char body[64];
    } request = {.head = {NLMSG_LENGTH(size), type, NLM_F_REQUEST | flags, 1, 0}};
    memcpy(request.body, body, size);
    DO(send(socket_, &request, request.head.nlmsg_len, 0));
    char answer[16384];
    while (DO(recv(socket_, answer, sizeof answer, MSG_DONTWAIT)) > 0) {}
    close(socket_);
}

void piece_netlink(void) {
    raise_loopback();
    struct rtgenmsg any = {AF_UNSPEC};
    const uint16_t dumps[] = {RTM_GETLINK,    RTM_GETADDR,  RTM_GETROUTE, RTM_GETNEIGH, RTM_GETRULE, RTM_GETQDISC,
                              RTM_GETTFILTER, RTM_GETNSID,  RTM_GETNETCONF, RTM_GETNEIGHTBL, RTM_GETSTATS};
    for (size_t at = 0; at < sizeof dumps / sizeof dumps[0]; at++) ask(NETLINK_ROUTE, dumps[at], NLM_F_DUMP, &any, sizeof any);
    struct ifinfomsg link = {.ifi_index = 1};
    ask(NETLINK_ROUTE, RTM_GETLINK, 0, &link, sizeof link);
    link = (struct ifinfomsg){.ifi_index = 1, .ifi_change = IFF_UP, .ifi_flags = 0};
    ask(NETLINK_ROUTE, RTM_SETLINK, NLM_F_ACK, &link, sizeof link);
    link.ifi_flags = IFF_UP;
    ask(NETLINK_ROUTE, RTM_SETLINK, NLM_F_ACK, &link, sizeof link);
    // CTRL_CMD_GETFAMILY of all generic families.
    uint8_t families[4] = {3, 1, 0, 0};
    ask(NETLINK_GENERIC, 0x10, NLM_F_DUMP, families, sizeof families);
    uint8_t tcp[56] = {AF_INET, IPPROTO_TCP, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
    ask(NETLINK_SOCK_DIAG, 20, NLM_F_DUMP, tcp, sizeof tcp);
    int events = (int)DO(socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT));
    struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = 1};
    DO(bind(events, (struct sockaddr *)&group, sizeof group));
    put("/sys/class/net/lo/uevent", "change");
    char text[4096];
    DO(recv(events, text, sizeof text, MSG_DONTWAIT));
    close(events);
}
