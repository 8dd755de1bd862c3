// What Linux has and the Glibc module does not show: epoll, eventfd, batched datagrams, namespaces, tunnels. Names and
// inline shims only.
#pragma once

#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/sched.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/udp.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// IFF_UP of <linux/if.h>, which clashes with glibc's <net/if.h>.
#define LINUX_IFF_UP 1

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

// glibc's own are cancellation points, which cost a thread of many something for each packet.
static inline ssize_t linux_recvmsg(int descriptor, struct msghdr *message, int flags) {
    return syscall(SYS_recvmsg, descriptor, message, flags);
}

static inline ssize_t linux_sendmsg(int descriptor, const struct msghdr *message, int flags) {
    return syscall(SYS_sendmsg, descriptor, message, flags);
}

static inline ssize_t linux_sendto(
    int descriptor, const void *bytes, size_t count, int flags, const void *name, unsigned int length) {
    return syscall(SYS_sendto, descriptor, bytes, count, flags, name, length);
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

// Moves the calling thread, and those that it starts later, into namespaces of their own: CLONE_NEWNET and others.
static inline int linux_unshare(int flags) { return (int)syscall(SYS_unshare, flags); }

// A network interface whose IP packets this process reads and writes, without any header before them.
static inline int linux_open_tunnel(const char *name) {
    int descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return -1;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (ioctl(descriptor, TUNSETIFF, &request) < 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

// What this thread mounts from now on is seen by itself and its children only.
static inline int linux_make_mounts_private(void) { return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL); }

static inline int linux_mount_memory(const char *folder) { return mount("none", folder, "tmpfs", 0, NULL); }

// Brings an interface up.
static inline int linux_bring_up(const char *name) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_UP;
    int result = ioctl(descriptor, SIOCSIFFLAGS, &request);
    close(descriptor);
    return result;
}

// Renames within a folder, unless the new name is taken (RENAME_NOREPLACE of <linux/fs.h>, Linux 3.15).
static inline int linux_rename_exclusively(int folder, const char *name, const char *new_name) {
    return (int)syscall(SYS_renameat2, folder, name, folder, new_name, 1u);
}
