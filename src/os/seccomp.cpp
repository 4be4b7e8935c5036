// SPDX-License-Identifier: GPL-3.0-or-later
#include "os/seccomp.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <seccomp.h>
#include <string>

namespace gatehouse::os {
namespace {

// By what the engine does with them. Names, not numbers: one list for all architectures; a name that an architecture
// does not have is passed over.
constexpr std::array kAllowed{
    // Packets, the control socket, clamd, feeds of events.
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "shutdown", "getsockname", "getpeername",
    "getsockopt", "setsockopt", "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "recvmmsg_time64",
    // Waiting.
    "poll", "ppoll", "ppoll_time64", "select", "pselect6", "pselect6_time64", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd2", "timerfd_create", "timerfd_settime", "timerfd_gettime",
    "signalfd4", "nanosleep", "clock_nanosleep", "clock_nanosleep_time64", "pause", "restart_syscall",
    // Files: the log, the store, signatures read again.
    "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "open", "openat", "openat2",
    "close", "close_range", "lseek", "_llseek", "fsync", "fdatasync", "sync_file_range", "ftruncate", "ftruncate64",
    "fallocate", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat",
    "stat", "lstat", "fstat", "stat64", "fstat64", "lstat64", "newfstatat", "fstatat64", "statx", "statfs", "statfs64",
    "fstatfs", "fstatfs64", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd",
    "chmod", "fchmod", "fchmodat", "umask", "utimensat", "utimensat_time64", "fcntl", "fcntl64", "flock", "dup", "dup2",
    "dup3", "pipe2", "memfd_create", "ioctl", "fadvise64", "copy_file_range", "sendfile", "sendfile64",
    // Memory and threads.
    "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "brk", "mlock", "mlock2", "munlock", "membarrier",
    "futex", "futex_time64", "futex_waitv", "clone", "clone3", "set_robust_list", "get_robust_list", "rseq", "gettid",
    "getpid", "getppid", "tgkill", "exit", "exit_group", "sched_yield", "sched_getaffinity", "sched_setaffinity",
    "sched_getparam", "sched_getscheduler", "sched_setscheduler", "getcpu", "arch_prctl", "set_tid_address",
    // Signals, time, identity, limits, randomness.
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "rt_sigtimedwait_time64", "sigaltstack",
    "kill", "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64", "gettimeofday", "time", "times",
    "getuid", "geteuid", "getgid", "getegid", "getgroups", "getrlimit", "prlimit64", "ugetrlimit", "getrusage", "uname",
    "sysinfo", "getrandom", "prctl", "wait4", "waitid"};

constexpr std::array kIntrusion{"execve",
                                "execveat",
                                "ptrace",
                                "process_vm_readv",
                                "process_vm_writev",
                                "mount",
                                "umount2",
                                "pivot_root",
                                "chroot",
                                "move_mount",
                                "open_tree",
                                "fsopen",
                                "init_module",
                                "finit_module",
                                "delete_module",
                                "kexec_load",
                                "kexec_file_load",
                                "setns",
                                "unshare",
                                "bpf",
                                "perf_event_open",
                                "userfaultfd",
                                "keyctl",
                                "add_key",
                                "request_key",
                                "reboot",
                                "swapon",
                                "setuid",
                                "setgid",
                                "setreuid",
                                "setregid",
                                "setresuid",
                                "setresgid",
                                "setgroups",
                                "capset",
                                "iopl",
                                "ioperm"};

struct Release {
  void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

Result<> add(const Filter& filter, std::uint32_t action, const char* call) {
  const int number = ::seccomp_syscall_resolve_name(call);
  if (number == __NR_SCMP_ERROR || number < 0) return {};  // not of this architecture
  if (const int error = ::seccomp_rule_add(filter.get(), action, number, 0); error != 0)
    return failure(std::string("adding ") + call + ": " + std::strerror(-error));
  return {};
}

}  // namespace

Result<> restrict_engine_calls() {
  const Filter filter{::seccomp_init(SCMP_ACT_ERRNO(EPERM))};
  if (filter == nullptr) return failure("making a system call filter");
  ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree: few comparisons for each call
  for (const char* call : kAllowed) RETURN_IF_ERROR(add(filter, SCMP_ACT_ALLOW, call), "system call filter");
  for (const char* call : kIntrusion) RETURN_IF_ERROR(add(filter, SCMP_ACT_KILL_PROCESS, call), "system call filter");
  if (const int error = ::seccomp_load(filter.get()); error != 0)
    return failure(std::string("the kernel refused the system call filter: ") + std::strerror(-error));
  return {};
}

}  // namespace gatehouse::os
