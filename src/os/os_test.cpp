// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <thread>

#include "os/clock.hpp"
#include "os/fd.hpp"
#include "os/interface.hpp"
#include "os/landlock.hpp"
#include "os/mapping.hpp"
#include "os/privileges.hpp"
#include "os/process.hpp"
#include "os/seccomp.hpp"
#include "os/service.hpp"
#include "os/signals.hpp"

namespace gatehouse::os {
namespace {

using ::testing::HasSubstr;

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

// What cannot be undone is tried in a child: its exit status says how it went.
template <typename Body>
int in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(Fd, ClosesWhatItOwnsOnceAndGivesItAway) {
  int number = -1;
  {
    Fd first{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    ASSERT_TRUE(first.valid());
    number = first.get();
    const Fd second = std::move(first);
    EXPECT_FALSE(first.valid());  // NOLINT(bugprone-use-after-move): the state after a move is promised
    EXPECT_EQ(second.get(), number);
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Mapping, SharesBytesWithTheFile) {
  const Fd file{::memfd_create("test", MFD_CLOEXEC)};
  ASSERT_EQ(::ftruncate(file.get(), 4096), 0);
  auto mapping = Mapping::shared(file.get(), 4096, "mapping");
  ASSERT_TRUE(mapping);
  mapping->data()[7] = 42;
  char byte = 0;
  ASSERT_EQ(::pread(file.get(), &byte, 1, 7), 1);
  EXPECT_EQ(byte, 42);
  EXPECT_FALSE(Mapping::shared(-1, 4096, "mapping"));
}

TEST(Interface, LoopbackIsThereAndNonsenseIsNot) {
  const auto loopback = find_interface("lo");
  ASSERT_TRUE(loopback) << loopback.error().text;
  EXPECT_GT(loopback->index, 0);
  EXPECT_GT(loopback->mtu, 0u);
  EXPECT_TRUE(loopback->ethernet);

  const auto none = find_interface("eth7nope");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_THAT(none.error().text, HasSubstr("interface eth7nope does not exist"));
  EXPECT_FALSE(find_interface(""));
  EXPECT_FALSE(find_interface("a-name-that-is-far-too-long"));
}

TEST(Process, GivesStatusAndOutputAndKeepsArgumentsWhole) {
  const auto echo = run_program({"printf", "%s|", "a b", "$(id)", ";true"});
  ASSERT_TRUE(echo) << echo.error().text;
  EXPECT_EQ(echo->status, 0);
  EXPECT_EQ(echo->output, "a b|$(id)|;true|");
  EXPECT_EQ(run_program({"false"})->status, 1);
  EXPECT_EQ(run_program({"cat"}, "from memory")->output, "from memory");
}

TEST(Process, SaysWhichProgramIsMissing) {
  const auto missing = run_program({"no-such-program-here"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_THAT(missing.error().text, HasSubstr("no-such-program-here is not installed"));
}

TEST(Process, BoundsWhatItKeepsOfTheOutput) {
  const auto much = run_program({"head", "-c", "300000", "/dev/zero"});
  ASSERT_TRUE(much);
  EXPECT_EQ(much->output.size(), kMaxOutput);
  EXPECT_FALSE(run_program({"cat"}, std::string(kMaxInput + 1, 'x')));
}

TEST(Signals, AreReadNotHandled) {
  const int status = in_child([] {
    auto signals = SignalFd::block({SIGTERM, SIGHUP});
    if (!signals || signals->next()) return 1;
    ::raise(SIGHUP);
    const auto first = signals->next();
    return first && *first == SIGHUP && !signals->next() ? 0 : 2;
  });
  EXPECT_EQ(status, 0);
}

TEST(Service, OutsideOfSystemdNothingHappens) {
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
  notify_ready();
  notify_status("well");
  notify_alive();
  EXPECT_EQ(watchdog_interval().us, 0);
}

TEST(Clock, GoesForward) {
  const auto before = monotonic_ns();
  EXPECT_GE(monotonic_ns(), before);
}

TEST(Privileges, RootBecomesNobodyAndKeepsOnlyWhatIsNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "skipped: needs root";
  const int status = in_child([] {
    if (!drop_privileges("nobody", {Capability::net_admin})) return 1;
    if (::geteuid() == 0 || ::getegid() == 0) return 2;
    if (!has_capability(Capability::net_admin)) return 3;
    if (has_capability(Capability::net_raw)) return 4;
    if (::setuid(0) == 0) return 5;
    return 0;
  });
  EXPECT_EQ(status, 0);
}

TEST(Privileges, NeedAUserThatExistsAndIsNotRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "skipped: needs root";
  EXPECT_EQ(in_child([] { return drop_privileges("nobody-of-that-name", {}) ? 1 : 0; }), 0);
  EXPECT_EQ(in_child([] { return drop_privileges("root", {}) ? 1 : 0; }), 0);
}

TEST(Landlock, LeavesOnlyTheNamedPlaces) {
  if (landlock_version() == 0) GTEST_SKIP() << "skipped: this kernel has no Landlock";
  const auto folder = std::filesystem::temp_directory_path() / ("landlock-test-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "inside");
  std::ofstream(folder / "outside") << "x";
  const int status = in_child([&] {
    if (!restrict_files({.read = {"/usr", "/no/such/place"}, .write = {folder / "inside"}})) return 1;
    if (Fd{::open((folder / "outside").c_str(), O_RDONLY)}.valid()) return 2;
    const Fd made{::open((folder / "inside" / "log").c_str(), O_CREAT | O_RDWR | O_TRUNC, 0600)};
    if (!made.valid()) return 3;
    if (::rename((folder / "inside" / "log").c_str(), (folder / "inside" / "log.1").c_str()) != 0) return 4;
    if (!Fd{::open("/usr", O_RDONLY | O_DIRECTORY)}.valid()) return 5;
    if (Fd{::open("/usr/planted", O_CREAT | O_WRONLY, 0600)}.valid()) return 6;
    return 0;
  });
  std::filesystem::remove_all(folder);
  EXPECT_EQ(status, 0);
}

TEST(Seccomp, LetsTheEngineWorkAndKillsWhatStartsPrograms) {
  const int works = in_child([] {
    if (!restrict_engine_calls()) return 1;
    std::thread worker{[] { (void)monotonic_ns(); }};  // threads may still be started
    worker.join();
    std::vector<char> memory(1 << 20);
    const Fd file{::open("/dev/null", O_WRONLY)};
    if (::write(file.get(), memory.data(), memory.size()) < 0) return 2;
    if (::personality(0xffffffff) != -1 || errno != EPERM) return 3;  // not on any list
    return 0;
  });
  EXPECT_EQ(works, 0);
  const int killed = in_child([] {
    if (!restrict_engine_calls()) return 1;
    ::execl("/bin/true", "true", nullptr);
    return 2;
  });
  EXPECT_EQ(killed, 128 + SIGSYS);
}

}  // namespace
}  // namespace gatehouse::os
