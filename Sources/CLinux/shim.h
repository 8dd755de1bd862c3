// What Linux has and the Glibc module does not show: epoll, eventfd, batched datagrams. Names and inline shims only.
#pragma once

#include <linux/udp.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The kernel's layout; glibc declares it under _GNU_SOURCE only, which a module cannot ask for.
struct linux_mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

static inline int linux_recvmmsg(int descriptor, struct linux_mmsghdr *messages, unsigned int count, int flags) {
    return (int)syscall(SYS_recvmmsg, descriptor, messages, count, flags, NULL);
}

static inline int linux_sendmmsg(int descriptor, struct linux_mmsghdr *messages, unsigned int count, int flags) {
    return (int)syscall(SYS_sendmmsg, descriptor, messages, count, flags);
}

// Like epoll_wait, with nanoseconds (Linux 5.11).
static inline int linux_epoll_pwait2(int poller, struct epoll_event *events, int count, const struct timespec *timeout) {
    return (int)syscall(SYS_epoll_pwait2, poller, events, count, timeout, NULL, (size_t)8);
}

// How late the kernel may wake this thread, for the sake of fewer wake-ups.
static inline int linux_set_timer_slack(unsigned long nanoseconds) {
    return prctl(PR_SET_TIMERSLACK, nanoseconds, 0, 0, 0);
}

// At most 15 bytes of it count.
static inline int linux_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
