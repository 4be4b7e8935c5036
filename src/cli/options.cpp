// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.hpp"

#include <algorithm>
#include <array>

#include "cli/commands.hpp"

namespace gatehouse::cli {
namespace {

using enum Completes;

constexpr OptionSpec kConfig{
    .name = "config",
    .letter = 'c',
    .value_name = "FILE",
    .help = "the system configuration (default: /etc/gatehouse/gatehouse.yaml)",
    .completes = file,
};
constexpr OptionSpec kSet{
    .name = "set",
    .value_name = "KEY=VALUE",
    .help = "use this value instead of the configuration's; may be repeated",
    .long_help =
        "KEY is the dotted name of an option, as 'gatehouse config explain' prints it. VALUE is read as in the "
        "file: --set flow.timeouts.udp.new=30s, --set log.types=[alert,drop].",
    .repeats = true,
    .completes = config_keys,
};
constexpr OptionSpec kPolicy{
    .name = "policy",
    .value_name = "FILE",
    .help = "the layer-7 firewall's policy, instead of the one that the configuration names",
    .completes = file,
};
constexpr OptionSpec kSocket{
    .name = "socket",
    .letter = 's',
    .value_name = "PATH",
    .help = "the engine's control socket (default: /run/gatehouse/control.socket)",
    .completes = file,
};
constexpr OptionSpec kJson{.name = "json", .help = "print JSON instead of a table"};

constexpr std::array kCommon{
    OptionSpec{.name = "help", .letter = 'h', .help = "print this help and exit"},
};
constexpr std::array kGlobal{
    OptionSpec{.name = "version", .letter = 'V', .help = "print the version and exit"},
    OptionSpec{.name = "build-info", .help = "print the version, the compiler and the libraries, and exit"},
};

constexpr OptionSpec kShow{.name = "show",
                           .help = "print each session, refusal and anomaly as a line, as it is logged"};

constexpr std::array kRunOptions{kConfig, kSet, kShow};

constexpr std::array kReplayArguments{
    ArgumentSpec{.name = "CAPTURE", .help = "a pcap or pcapng file", .completes = file},
};
constexpr std::array kReplayOptions{
    kConfig,
    kSet,
    OptionSpec{.name = "rules",
               .letter = 'S',
               .value_name = "FILE",
               .help = "a file of signatures, beside those that the configuration names; may be repeated",
               .repeats = true,
               .completes = file},
    kPolicy,
    OptionSpec{.name = "ips",
               .help = "judge as if standing in the way, and log what would be dropped",
               .long_help =
                   "Without it the capture is looked at as by an observer, who cannot drop anything: streams are "
                   "read as their receivers acknowledge them, and verdicts are alerts. With it, TCP sessions whose "
                   "beginning the "
                   "capture lacks are dropped (--set stream.midstream=true takes them up)."},
    OptionSpec{.name = "out",
               .letter = 'l',
               .value_name = "DIR",
               .help = "where eve.json is written (default: the present directory)",
               .completes = directory},
    OptionSpec{.name = "live-rate",
               .value_name = "SPEED",
               .help = "keep the capture's own pace, or that pace times SPEED",
               .value_optional = true},
    kShow,
    OptionSpec{.name = "quiet", .letter = 'q', .help = "print no summary"},
    OptionSpec{.name = "json", .help = "print the summary as JSON"},
};

constexpr std::array kCheckOptions{kConfig, kSet, kPolicy};

constexpr std::array<std::string_view, 4> kConfigActions{"default", "explain", "schema", "markdown"};
constexpr std::array kConfigArguments{
    ArgumentSpec{.name = "ACTION",
                 .help = "default, explain, schema or markdown",
                 .completes = choices,
                 .choices = kConfigActions},
    ArgumentSpec{.name = "KEY",
                 .help = "explain: an option's dotted name, or a section's; all where it is left out",
                 .required = false,
                 .completes = config_keys},
};
constexpr std::array<std::string_view, 2> kPolicyActions{"default", "schema"};
constexpr std::array kPolicyArguments{
    ArgumentSpec{.name = "ACTION", .help = "default or schema", .completes = choices, .choices = kPolicyActions},
};

constexpr std::array kStatusOptions{kSocket, kJson};
constexpr std::array kCountersOptions{kSocket, kJson};
constexpr std::array kWatchOptions{kSocket, OptionSpec{.name = "json", .help = "print the records as they are logged"}};
constexpr std::array kListOptions{kJson};
constexpr std::array kProtocolsOptions{
    kJson,
    OptionSpec{.name = "markdown", .help = "print the whole vocabulary as docs/protocols.md: fields, values, events"},
};
constexpr std::array kDevicesArguments{
    ArgumentSpec{.name = "LOG",
                 .help = "the log to read (default: the one that the configuration names)",
                 .required = false,
                 .completes = file},
};
constexpr std::array kDevicesOptions{kConfig, kSet, kJson};

constexpr std::array<std::string_view, 6> kRulesActions{"list",   "show",  "explain",
                                                         "failed", "stats", "test"};
constexpr std::array<std::string_view, 4> kRulesStates{"enabled", "disabled", "changed", "drops"};
constexpr std::array kRulesArguments{
    ArgumentSpec{.name = "ACTION", .help = "list, show, explain, failed, stats or test", .completes = choices, .choices = kRulesActions},
    ArgumentSpec{.name = "WHAT",
                 .help =
                     "show, explain: the rule's sid, or gid:sid. list: which rules, as a line of disable.conf says it: "
                     "a sid, re:, group:, filename:, metadata:, cve: or thing:. test: a file of rules",
                 .required = false,
                 .completes = file},
    ArgumentSpec{.name = "CAPTURE",
                 .help = "test: the capture that the rules are tried on",
                 .required = false,
                 .completes = file},
};
constexpr std::array kRulesOptions{
    kConfig,
    kSet,
    OptionSpec{.name = "rules",
               .letter = 'S',
               .value_name = "FILE",
               .help = "a file of rules, instead of those that the configuration names; may be repeated",
               .long_help = "FILE may hold * and ?. Without --config and --set no configuration is read.",
               .repeats = true,
               .completes = file},
    OptionSpec{.name = "naive",
               .help = "test: ask every rule of everything, without looking for literals first",
               .long_help = "Much slower, and the same alerts: that is what it is for."},
    OptionSpec{.name = "only",
               .value_name = "STATE",
               .help = "list: only rules that are enabled, disabled, changed by a list, or drops",
               .completes = choices,
               .choices = kRulesStates},
    kJson,
};

constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};
constexpr std::array kCompletionArguments{
    ArgumentSpec{.name = "SHELL", .help = "bash, zsh or fish", .completes = choices, .choices = kShells},
};
constexpr std::array kHelpArguments{
    ArgumentSpec{.name = "VERB", .help = "the verb to tell about", .required = false},
};

constexpr std::array kVerbs{
    VerbSpec{
        "run",
        "guard the traffic: run the engine in the foreground",
        "Opens the interfaces or queues that the configuration names, gives up its privileges, and inspects and judges "
        "all traffic until it is told to stop.\n\n"
        "SIGHUP reopens the log. SIGUSR2 reads configuration and policy again; if they are not valid, what is active "
        "stays active. SIGTERM and SIGINT stop it in order.",
        {},
        kRunOptions,
        cmd_run},
    VerbSpec{
        "replay", "judge and log a capture as the engine would have done",
        "Sends a capture through the same engine, with the same policy and log as live traffic. Time is the packets' "
        "own time, so that a capture gives the same answer however fast it is read.",
        kReplayArguments, kReplayOptions, cmd_replay},
    VerbSpec{"check",
             "check configuration and policy, without running anything",
             "Reads the configuration and the policy it names, reports everything that is wrong with file, line and "
             "column, and exits with 3 if there is anything.",
             {},
             kCheckOptions,
             cmd_check},
    VerbSpec{
        "config",
        "show the configuration's options: defaults, meaning, schema",
        "default prints a complete configuration with every option, its default and its meaning as a comment. explain "
        "tells about an option or a section. schema prints the JSON Schema that editors understand. markdown prints "
        "the reference page.",
        kConfigArguments,
        {},
        cmd_config},
    VerbSpec{"policy",
             "show the policy for a first run, or the policy language's schema",
             "default prints the policy that is used until one is written. schema prints the JSON Schema that editors "
             "understand.",
             kPolicyArguments,
             {},
             cmd_policy},
    VerbSpec{"status",
             "show what the running engine is doing",
             "Asks the running engine, by its control socket, what it is "
             "running: never what the files wish for.",
             {},
             kStatusOptions,
             cmd_status},
    VerbSpec{"counters",
             "show what the running engine has counted",
             "Asks the running engine for its counters.",
             {},
             kCountersOptions,
             cmd_counters},
    VerbSpec{
        "watch",
        "show what the running engine logs, as it happens",
        "Prints each session, refusal and anomaly that the running engine logs from now on, as a line for people or, "
        "with --json, as the record itself.",
        {},
        kWatchOptions,
        cmd_watch},
    VerbSpec{"protocols",
             "list the application protocols that are parsed",
             "Lists the application protocols that this program "
             "parses itself. Many more are recognised by name; the policy takes those names too.",
             {},
             kProtocolsOptions,
             cmd_protocols},
    VerbSpec{"fields",
             "list the fields that protocols tell",
             "Lists the fields of each protocol: what signatures match, the "
             "policy reads and the log shows.",
             {},
             kListOptions,
             cmd_fields},
    VerbSpec{
        "devices", "list the devices, and what each says of itself",
        "Reads the log's records of type \"device\": names, makers, models, serial numbers, software, fingerprints "
        "and services, as devices tell them in the protocols that they speak. Nothing of it is verified: --json "
        "says of each word which field told it, and when.",
        kDevicesArguments, kDevicesOptions, cmd_devices},
    VerbSpec{
        "rules", "list the signatures, show or explain one, try them on a capture",
        "Reads the rule files and the lists that the configuration names (ips.rules, ips.enable, ips.disable, "
        "ips.drop, "
        "ips.modify, ips.threshold).\n\n"
        "list prints each rule, whether it is used and which line of which file decided that. show prints all that is "
        "known of one rule. explain says in words what it looks for, and how it is looked for.\n\n"
        "failed lists the rules that cannot be loaded, each with its place and the reason. stats tells how many there "
        "are and what they cost. test FILE CAPTURE tries a file of rules on a capture and prints what alerts.",
        kRulesArguments, kRulesOptions, cmd_rules},
    VerbSpec{"completion",
             "print a shell's completion script",
             "For bash: gatehouse completion bash > /usr/share/bash-completion/completions/gatehouse",
             kCompletionArguments,
             {},
             cmd_completion},
    VerbSpec{"man", "print the manual page", "In roff: gatehouse man | man -l -", {}, {}, cmd_man},
    VerbSpec{"version", "print the version", "Prints the version, as --version does.", {}, {}, cmd_version},
    VerbSpec{
        "help", "print help for a verb", "Prints what --help prints after the verb.", kHelpArguments, {}, cmd_help},
};

}  // namespace

std::span<const VerbSpec> verbs() noexcept {
  return kVerbs;
}
std::span<const OptionSpec> common_options() noexcept {
  return kCommon;
}
std::span<const OptionSpec> global_options() noexcept {
  return kGlobal;
}

const VerbSpec* find_verb(std::string_view name) noexcept {
  const auto found = std::ranges::find(kVerbs, name, &VerbSpec::name);
  return found == kVerbs.end() ? nullptr : &*found;
}

}  // namespace gatehouse::cli
