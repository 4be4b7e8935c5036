// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's Unix socket: one JSON object a line, asked and answered, with the commands' names that users of such
// sockets know: {"version": "0.2"} first, then {"command": "dump-counters"}. Served by a thread of its own.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"

namespace gatehouse::engine {

// What the socket's commands may do beyond reading: given by the one who runs the engine.
struct ControlActions {
  std::function<Result<std::string>()> reload;  // configuration and policy anew; answers what is active now
  std::function<void()> shutdown;
  std::function<std::string()> status;  // a JSON object
};

class Control {
 public:
  static constexpr std::size_t kMostClients = 16;
  static constexpr std::size_t kLongestRequest = 64 * 1024;

  static Result<std::unique_ptr<Control>> open(const std::filesystem::path& socket, Engine& engine,
                                               ControlActions actions);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

 private:
  Control(std::filesystem::path path, int listener, Engine& engine, ControlActions actions);
  struct Client {
    int descriptor = -1;
    std::string received;
  };
  void serve();
  bool read_from(Client& client);  // false: the client is gone
  std::string answer(const std::string& request, Client& client);

  std::filesystem::path path_;
  int listener_;
  Engine& engine_;
  ControlActions actions_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// The other end: asks one command and returns the answer's "message" as JSON text.
Result<std::string> ask(const std::filesystem::path& socket, const std::string& command,
                        const std::string& arguments_json = "{}");
// Calls `show` for each record of the log from now on, until it returns false or the engine ends.
Result<> watch_records(const std::filesystem::path& socket, const std::function<bool(std::string_view)>& show);

}  // namespace gatehouse::engine
