// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/live_view.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ip.hpp"

namespace gatehouse::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kGreen = "\033[32m", kRed = "\033[31m", kYellow = "\033[33m", kDim = "\033[2m",
                           kPlain = "\033[0m";

std::string text_of(const json& record, const char* key) {
  const auto found = record.find(key);
  return found != record.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// Control characters from the wire must not reach the terminal.
std::string safe(std::string text) {
  std::erase_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  constexpr std::size_t kLongest = 60;
  return text.size() > kLongest ? text.substr(0, kLongest) + "…" : text;
}

std::string end_of(const json& record, const char* address, const char* port) {
  std::string ip = text_of(record, address);
  char text[kIpText];
  if (const auto parsed = IpAddress::parse(ip)) ip = format_ip(*parsed, text);
  if (!record.contains(port)) return ip;
  return ip.find(':') == std::string::npos ? fmt::format("{}:{}", ip, record[port].get<int>())
                                           : fmt::format("[{}]:{}", ip, record[port].get<int>());
}

std::string application_of(const json& record) {
  if (const auto ndpi = record.find("ndpi"); ndpi != record.end() && !text_of(*ndpi, "proto").empty())
    return text_of(*ndpi, "proto");
  const std::string app = text_of(record, "app_proto");
  return app.empty() || app == "failed" ? text_of(record, "proto") : app;
}

std::string amount(std::uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} B", bytes);
  if (bytes < 10'000'000) return fmt::format("{} kB", bytes / 1000);
  return fmt::format("{} MB", bytes / 1'000'000);
}

// What a protocol's own record says in a few words.
std::string words_of(const json& record, const std::string& type) {
  const auto own = record.find(type);
  if (own == record.end() || !own->is_object()) return {};
  if (type == "dns") {
    if (text_of(*own, "type") != "request" && text_of(*own, "type") != "query") return {};
    const auto queries = own->find("queries");
    return queries != own->end() && !queries->empty()
               ? fmt::format("asks {} {}", text_of((*queries)[0], "rrtype"), text_of((*queries)[0], "rrname"))
               : std::string{};
  }
  if (type == "http")
    return fmt::format("{} http://{}{} {}", text_of(*own, "http_method"), text_of(*own, "hostname"),
                       text_of(*own, "url"), own->contains("status") ? (*own)["status"].dump() : "");
  if (type == "tls") return fmt::format("{} {}", text_of(*own, "sni"), text_of(*own, "version"));
  if (type == "ssh" && own->contains("server")) return text_of((*own)["server"], "software_version");
  if (type == "smtp") {
    const std::string from = text_of(*own, "mail_from");
    return from.empty() ? fmt::format("greets as {}", text_of(*own, "helo")) : fmt::format("mail from {}", from);
  }
  if (type == "mqtt" && own->contains("publish"))
    return fmt::format("publishes {}", text_of((*own)["publish"], "topic"));
  if (type == "fileinfo")
    return fmt::format("file {} {}", text_of(*own, "filename"),
                       own->contains("size") ? amount((*own)["size"].get<std::uint64_t>()) : "");
  return {};
}

}  // namespace

std::string_view LiveView::heading() {
  return "time      event     from                      to                        application       what\n";
}

std::string LiveView::line(std::string_view text) const {
  const json record = json::parse(text, nullptr, false);
  if (!record.is_object()) return {};
  const std::string type = text_of(record, "event_type");
  std::string what;
  std::string_view colour = kPlain;
  if (type == "alert") {
    const json& alert = record["alert"];
    colour = kRed;
    what = fmt::format("{} by '{}'", text_of(alert, "action") == "blocked" ? "REFUSED" : "would be refused",
                       text_of(alert, "signature"));
    if (alert.contains("context") && alert["context"].contains("policy")) {
      const json& policy = alert["context"]["policy"];
      what += fmt::format(" ({} to {}{})", text_of(policy, "from"), text_of(policy, "to"),
                          text_of(policy, "domain").empty() ? "" : ", " + text_of(policy, "domain"));
    }
  } else if (type == "flow") {
    const json& flow = record["flow"];
    const bool dropped = text_of(flow, "action") == "drop";
    colour = dropped ? kRed : kGreen;
    what =
        fmt::format("{} {}/{} packets, {}", dropped ? "refused" : "passed", flow["pkts_toserver"].get<std::uint64_t>(),
                    flow["pkts_toclient"].get<std::uint64_t>(),
                    amount(flow["bytes_toserver"].get<std::uint64_t>() + flow["bytes_toclient"].get<std::uint64_t>()));
  } else if (type == "anomaly") {
    if (text_of(record["anomaly"], "type") == "decode") return {};  // every network has them; the log does, too
    colour = kYellow;
    what = text_of(record["anomaly"], "event");
  } else {
    what = words_of(record, type);
    if (what.empty()) return {};
    colour = kDim;
  }
  const std::string time = text_of(record, "timestamp");
  const std::string line =
      fmt::format("{:9} {:9} {:25} {:25} {:17} {}", time.size() > 19 ? time.substr(11, 8) : time, type,
                  end_of(record, "src_ip", "src_port"), end_of(record, "dest_ip", "dest_port"),
                  type == "flow" || type == "alert" ? application_of(record) : "", safe(what));
  return colours_ ? fmt::format("{}{}{}\n", colour, line, kPlain) : line + "\n";
}

}  // namespace gatehouse::cli
