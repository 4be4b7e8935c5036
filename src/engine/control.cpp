// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/control.hpp"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace gatehouse::engine {
namespace {

using nlohmann::json;

constexpr int kPollMilliseconds = 200;
constexpr std::size_t kReadSize = 16 * 1024;

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path)
    return failure("control socket path " + path.string() + " is longer than the system allows (107 characters)",
                   ErrorCode::invalid_config);
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  return address;
}

bool send_line(int descriptor, std::string_view text, int flags = 0) {
  std::string line{text};
  line += '\n';
  std::size_t at = 0;
  while (at < line.size()) {
    const ssize_t sent = ::send(descriptor, line.data() + at, line.size() - at, MSG_NOSIGNAL | flags);
    if (sent <= 0) return false;
    at += static_cast<std::size_t>(sent);
  }
  return true;
}

std::string ok(const json& message) {
  return json{{"return", "OK"}, {"message", message}}.dump();
}
std::string not_ok(const std::string& why) {
  return json{{"return", "NOK"}, {"message", why}}.dump();
}

}  // namespace

Result<std::unique_ptr<Control>> Control::open(const std::filesystem::path& socket, Engine& engine,
                                               ControlActions actions) {
  ASSIGN_OR_RETURN(const sockaddr_un address, address_of(socket), "control socket");
  std::error_code ignored;
  std::filesystem::create_directories(socket.parent_path(), ignored);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0) return system_failure("control socket");
  // A socket left by an engine that was killed is in the way; one that answers belongs to a living engine.
  if (::connect(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    ::close(listener);
    return failure("another engine answers on " + socket.string());
  }
  ::unlink(socket.c_str());
  const mode_t before = ::umask(0117);  // the socket commands the engine: owner and group only
  const int bound = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(listener, static_cast<int>(kMostClients)) != 0) {
    auto error = system_failure("control socket " + socket.string());
    ::close(listener);
    return error;
  }
  return std::unique_ptr<Control>{new Control(socket, listener, engine, std::move(actions))};
}

Control::Control(std::filesystem::path path, int listener, Engine& engine, ControlActions actions)
    : path_(std::move(path)), listener_(listener), engine_(engine), actions_(std::move(actions)), thread_([this] {
        serve();
      }) {}

Control::~Control() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
  ::unlink(path_.c_str());
}

void Control::serve() {
  std::vector<Client> clients;
  while (!stop_) {
    std::vector<pollfd> waits{{listener_, POLLIN, 0}};
    for (const Client& client : clients) waits.push_back({client.descriptor, POLLIN, 0});
    if (::poll(waits.data(), waits.size(), kPollMilliseconds) <= 0) continue;
    for (std::size_t i = clients.size(); i-- > 0;) {
      if (waits[i + 1].revents == 0 || read_from(clients[i])) continue;
      if (clients[i].descriptor >= 0) ::close(clients[i].descriptor);
      clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (waits[0].revents & POLLIN) {
      const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) continue;
      if (clients.size() >= kMostClients)
        ::close(descriptor);
      else
        clients.push_back({descriptor, {}});
    }
  }
  for (const Client& client : clients) ::close(client.descriptor);
}

bool Control::read_from(Client& client) {
  std::array<char, kReadSize> bytes;
  const ssize_t size = ::recv(client.descriptor, bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  client.received.append(bytes.data(), static_cast<std::size_t>(size));
  if (client.received.size() > kLongestRequest) return false;
  // A request ends with its line; clients that leave the newline out send one whole object.
  while (!client.received.empty()) {
    const std::size_t end = client.received.find('\n');
    std::string request = client.received.substr(0, end);
    if (end == std::string::npos && !json::accept(request)) return true;
    client.received.erase(0, end == std::string::npos ? end : end + 1);
    if (request.find_first_not_of(" \r\t") == std::string::npos) continue;
    const std::string reply = answer(request, client);
    if (client.descriptor < 0) return false;  // now a watcher's
    if (!send_line(client.descriptor, reply)) return false;
  }
  return true;
}

std::string Control::answer(const std::string& request, Client& client) {
  const json asked = json::parse(request, nullptr, false);
  if (!asked.is_object()) return not_ok("not a JSON object");
  if (asked.contains("version")) return ok("Gatehouse");
  const std::string command = asked.value("command", "");

  struct Row {
    std::string_view name;
    std::function<std::string()> run;
  };
  const std::array rows{
      Row{"dump-counters", [&] { return ok(json::parse(engine_.stats_json())["stats"]); }},
      Row{"uptime", [&] { return ok(engine_.uptime_seconds()); }},
      Row{"version", [&] { return ok("Gatehouse " GATEHOUSE_VERSION); }},
      Row{"status", [&] { return ok(json::parse(actions_.status())); }},
      Row{"reopen-log-files", [&] { return engine_.reopen_logs(), ok("done"); }},
      Row{"reload-rules",
          [&] {
            const Result<std::string> done = actions_.reload();
            return done ? ok(*done) : not_ok(done.error().text);
          }},
      Row{"shutdown", [&] { return actions_.shutdown(), ok("closing"); }},
      Row{"watch",
          [&] {
            // From now on this connection is the recorder's: lines go out as long as the reader keeps up.
            const int descriptor = std::exchange(client.descriptor, -1);
            const std::shared_ptr<int> owner{new int(descriptor), [](int* d) { ::close(*d), delete d; }};
            send_line(descriptor, ok("watching"));
            engine_.recorder().watch([owner](std::string_view line) {
              const ssize_t sent = ::send(*owner, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
              return sent == static_cast<ssize_t>(line.size());
            });
            return std::string{};
          }},
  };
  for (const Row& row : rows)
    if (row.name == command) return row.run();
  json names = json::array();
  for (const Row& row : rows) names.push_back(row.name);
  if (command == "command-list") return ok({{"count", names.size()}, {"commands", names}});
  return not_ok("unknown command '" + command + "'; command-list names them");
}

namespace {

Result<int> connect_to(const std::filesystem::path& socket) {
  ASSIGN_OR_RETURN(const sockaddr_un address, address_of(socket), "control socket");
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return system_failure("control socket");
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    auto error = system_failure("no engine answers on " + socket.string());
    ::close(descriptor);
    return error;
  }
  return descriptor;
}

Result<std::string> read_line(int descriptor, std::string& received) {
  std::array<char, kReadSize> bytes;
  while (received.find('\n') == std::string::npos) {
    const ssize_t size = ::recv(descriptor, bytes.data(), bytes.size(), 0);
    if (size <= 0) return failure("the engine closed the connection");
    received.append(bytes.data(), static_cast<std::size_t>(size));
  }
  const std::size_t end = received.find('\n');
  std::string line = received.substr(0, end);
  received.erase(0, end + 1);
  return line;
}

}  // namespace

Result<std::string> ask(const std::filesystem::path& socket, const std::string& command,
                        const std::string& arguments_json) {
  ASSIGN_OR_RETURN(const int descriptor, connect_to(socket), "asking the engine");
  const std::shared_ptr<void> closes{nullptr, [descriptor](void*) { ::close(descriptor); }};
  json request{{"command", command}};
  if (const json arguments = json::parse(arguments_json, nullptr, false); arguments.is_object() && !arguments.empty())
    request["arguments"] = arguments;
  if (!send_line(descriptor, request.dump())) return failure("the engine closed the connection");
  std::string received;
  ASSIGN_OR_RETURN(const std::string line, read_line(descriptor, received), "asking the engine");
  const json reply = json::parse(line, nullptr, false);
  if (!reply.is_object()) return failure("the engine's answer is not JSON");
  if (reply.value("return", "") != "OK") return failure(reply.value("message", "refused"));
  return reply["message"].dump();
}

Result<> watch_records(const std::filesystem::path& socket, const std::function<bool(std::string_view)>& show) {
  ASSIGN_OR_RETURN(const int descriptor, connect_to(socket), "watching the engine");
  const std::shared_ptr<void> closes{nullptr, [descriptor](void*) { ::close(descriptor); }};
  send_line(descriptor, R"({"command": "watch"})");
  std::string received;
  RETURN_IF_ERROR(read_line(descriptor, received), "watching the engine");
  while (true) {
    const Result<std::string> line = read_line(descriptor, received);
    if (!line || !show(*line)) return {};
  }
}

}  // namespace gatehouse::engine
