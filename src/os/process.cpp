// SPDX-License-Identifier: GPL-3.0-or-later
#include "os/process.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "os/fd.hpp"

namespace gatehouse::os {
namespace {

// The program's standard input is a file in memory: no pipe can fill up while it writes its own output.
Result<Fd> input_file(std::string_view input) {
  if (input.size() > kMaxInput) return failure("the input for a program is larger than its limit");
  Fd file{::memfd_create("input", MFD_CLOEXEC)};
  if (!file.valid()) return system_failure("making a file in memory");
  if (::write(file.get(), input.data(), input.size()) != static_cast<ssize_t>(input.size()) ||
      ::lseek(file.get(), 0, SEEK_SET) != 0)
    return system_failure("writing a file in memory");
  return file;
}

struct SpawnActions {
  SpawnActions() noexcept { ::posix_spawn_file_actions_init(&actions); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  void put(const Fd& fd, int as) noexcept { ::posix_spawn_file_actions_adddup2(&actions, fd.get(), as); }
  posix_spawn_file_actions_t actions{};
};

// The engine blocks the signals that it reads by descriptor; a child must not inherit that.
struct SpawnAttributes {
  SpawnAttributes() noexcept {
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  posix_spawnattr_t attributes{};
};

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    const ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    const auto room = kMaxOutput - text.size();
    text.append(piece.data(), std::min(static_cast<std::size_t>(n), room));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 127;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<Outcome> run_program(const std::vector<std::string>& arguments, std::string_view input) {
  if (arguments.empty()) return failure("no program named");
  ASSIGN_OR_RETURN(const Fd standard_input, input_file(input), "running " + arguments.front());
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return system_failure("making a pipe");
  const Fd reading{pipe[0]};
  Fd writing{pipe[1]};

  SpawnActions files;
  files.put(standard_input, 0);
  files.put(writing, 1);
  files.put(writing, 2);
  const SpawnAttributes attributes;
  std::vector<char*> vector;
  for (const auto& argument : arguments) vector.push_back(const_cast<char*>(argument.c_str()));
  vector.push_back(nullptr);

  pid_t child = 0;
  if (const int error =
          ::posix_spawnp(&child, vector.front(), &files.actions, &attributes.attributes, vector.data(), environ);
      error != 0) {
    if (error == ENOENT) return failure("the program " + arguments.front() + " is not installed", ErrorCode::not_found);
    return failure("running " + arguments.front() + ": " + std::strerror(error));
  }
  writing.close();
  Outcome outcome;
  outcome.output = read_all(reading.get());
  outcome.status = wait_for(child);
  return outcome;
}

}  // namespace gatehouse::os
