// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <set>
#include <unistd.h>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/listing.hpp"

namespace gatehouse::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<CommandLine> typed(std::string_view verb, std::vector<std::string_view> words) {
  return parse(*find_verb(verb), words);
}
Arguments good(std::string_view verb, std::vector<std::string_view> words) {
  const auto line = typed(verb, std::move(words));
  EXPECT_TRUE(line.has_value()) << line.error().text;
  return line ? line->arguments : Arguments{*find_verb(verb)};
}
std::string bad(std::string_view verb, std::vector<std::string_view> words) {
  const auto line = typed(verb, std::move(words));
  return line ? "accepted" : line.error().text;
}

TEST(CommandLine, options_take_values_in_every_usual_form) {
  for (const auto& words :
       std::vector<std::vector<std::string_view>>{{"-c", "x"}, {"-cx"}, {"--config", "x"}, {"--config=x"}})
    EXPECT_EQ(good("run", words).value("config"), "x");
  EXPECT_EQ(good("run", {"--config="}).value("config"), "");
}

TEST(CommandLine, options_and_arguments_may_be_mixed_until_two_dashes) {
  const Arguments a = good("replay", {"--ips", "c.pcap", "-l", "out", "--json"});
  EXPECT_TRUE(a.has("ips"));
  EXPECT_EQ(a.value("CAPTURE"), "c.pcap");
  EXPECT_EQ(a.value("out"), "out");
  EXPECT_EQ(good("replay", {"--", "--odd-name"}).value("CAPTURE"), "--odd-name");
  EXPECT_EQ(good("replay", {"-"}).value("CAPTURE"), "-");
}

TEST(CommandLine, an_optional_value_is_never_the_next_word) {
  const Arguments plain = good("replay", {"--live-rate", "c.pcap"});
  EXPECT_TRUE(plain.has("live-rate"));
  EXPECT_EQ(plain.value("live-rate"), std::nullopt);
  EXPECT_EQ(plain.value("CAPTURE"), "c.pcap");
  EXPECT_EQ(good("replay", {"--live-rate=10", "c.pcap"}).value("live-rate"), "10");
}

TEST(CommandLine, repeated_options_keep_their_order) {
  EXPECT_THAT(good("run", {"--set", "a=1", "--set=b=2"}).values("set"), ElementsAre("a=1", "b=2"));
}

TEST(CommandLine, mistakes_are_told_with_advice) {
  EXPECT_EQ(bad("run", {"--confg", "x"}), "unknown option --confg; did you mean --config?");
  EXPECT_EQ(bad("run", {"-x"}), "unknown option -x");
  EXPECT_EQ(bad("run", {"-c"}), "--config needs a value: FILE");
  EXPECT_EQ(bad("run", {"-c", "a", "--config", "b"}), "--config is given twice");
  EXPECT_EQ(bad("replay", {"--ips=yes", "c"}), "--ips takes no value");
  EXPECT_EQ(bad("replay", {}), "CAPTURE is missing: a pcap or pcapng file");
  EXPECT_EQ(bad("replay", {"a", "b"}), "unexpected argument 'b'");
  EXPECT_EQ(bad("completion", {"bsh"}), "SHELL: read 'bsh', expected bash, zsh or fish; did you mean 'bash'?");
  EXPECT_EQ(unknown_verb("chekc").text, "unknown verb 'chekc'; did you mean 'check'?");
}

TEST(CommandLine, help_needs_no_arguments) {
  EXPECT_TRUE(typed("replay", {"--help"})->wants_help);
  EXPECT_TRUE(typed("replay", {"-h"})->wants_help);
}

// ---- the table

TEST(Table, every_row_is_whole_and_no_name_stands_twice) {
  std::set<std::string_view> names;
  for (const VerbSpec& verb : verbs()) {
    EXPECT_TRUE(names.insert(verb.name).second) << verb.name;
    EXPECT_NE(verb.run, nullptr) << verb.name;
    EXPECT_FALSE(verb.help.empty() || verb.long_help.empty()) << verb.name;
    EXPECT_FALSE(verb.help.ends_with('.')) << verb.name;
    std::set<std::string_view> options;
    std::set<char> letters;
    for (const auto list : {verb.options, common_options()})
      for (const OptionSpec& option : list) {
        EXPECT_TRUE(options.insert(option.name).second) << option.name;
        EXPECT_FALSE(option.help.empty()) << option.name;
        EXPECT_TRUE(option.letter == 0 || letters.insert(option.letter).second) << option.letter;
      }
    bool optional_before = false;
    for (const ArgumentSpec& argument : verb.arguments) {
      EXPECT_FALSE(optional_before && argument.required) << argument.name;
      optional_before = optional_before || !argument.required;
    }
  }
}

TEST(Table, help_manual_and_completions_name_every_verb_and_option) {
  const std::string help = overall_help(), manual = manual_page();
  for (const VerbSpec& verb : verbs()) {
    EXPECT_THAT(help, HasSubstr("\n  " + std::string(verb.name) + " "));
    EXPECT_THAT(manual, HasSubstr("\n.SS gatehouse " + std::string(verb.name)));
    for (const OptionSpec& option : verb.options) {
      EXPECT_THAT(verb_help(verb), HasSubstr("--" + std::string(option.name)));
      for (const std::string_view shell : {"bash", "zsh"})
        EXPECT_THAT(completion_script(shell), HasSubstr("--" + std::string(option.name))) << shell;
      EXPECT_THAT(completion_script("fish"), HasSubstr("-l " + std::string(option.name)));
    }
  }
}

TEST(Table, help_fits_a_terminal) {
  std::vector<std::string> texts{overall_help()};
  for (const VerbSpec& verb : verbs()) texts.push_back(verb_help(verb));
  for (const std::string& text : texts)
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      EXPECT_LE(end - begin, 110u) << text.substr(begin, end - begin);
      EXPECT_FALSE(end > begin && text[end - 1] == ' ') << text.substr(begin, end - begin);
      begin = end + 1;
    }
}

TEST(Table, the_manual_has_no_line_that_roff_would_misread) {
  const std::string manual = manual_page();
  for (std::size_t begin = 0; begin < manual.size(); begin = manual.find('\n', begin) + 1)
    if (manual[begin] == '.') {
      const std::string macro = manual.substr(begin, manual.find_first_of(" \n", begin) - begin);
      EXPECT_THAT(macro, testing::AnyOf(".TH", ".SH", ".SS", ".TP", ".PP"));
    }
}

TEST(Listing, columns_are_as_wide_as_their_widest_entry) {
  EXPECT_EQ(format_listing({{"A", "B"}, {"long", "x"}, {"s", ""}}), "A     B\nlong  x\ns\n");
  EXPECT_EQ(format_listing({{"caf\xc3\xa9", "x"}, {"lamp", "y"}}), "caf\xc3\xa9  x\nlamp  y\n");
  EXPECT_EQ(format_listing({{"a\x1b[2Jb\n",
                             "c\xc2\x9b"
                             "2Jd"}}),
            "a?[2Jb?  c?2Jd\n")
      << "nothing moves the cursor";
}

// ---- exit statuses

TEST(ExitStatus, follows_the_kind_of_error) {
  EXPECT_EQ(exit_status({ErrorCode::failed, ""}), 1);
  EXPECT_EQ(exit_status({ErrorCode::invalid_config, ""}), 3);
  EXPECT_EQ(exit_status({ErrorCode::not_permitted, ""}), 4);
}

class Check : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path{testing::TempDir()} / ("check_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, std::string_view text) {
    std::ofstream{folder_ / name} << text;
    return (folder_ / name).string();
  }
  static int check(std::vector<std::string_view> words) { return cmd_check(good("check", std::move(words))); }
  std::filesystem::path folder_;
};

TEST_F(Check, reads_the_policy_that_the_configuration_names) {
  const std::string config = write("g.yaml", "policy: {file: p.yaml}\n");
  write("p.yaml", "version: 1\ndefault: drop\n");
  EXPECT_EQ(check({"-c", config}), kOk);
  write("p.yaml", "version: 1\ndefault: dorp\n");
  testing::internal::CaptureStderr();
  EXPECT_EQ(check({"-c", config}), kInvalidConfig);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("p.yaml:2:10: default: read 'dorp'"));
}

TEST_F(Check, a_configuration_that_is_wrong_is_status_3_and_a_missing_one_1) {
  const std::string config = write("g.yaml", "flow: 1\n");
  EXPECT_EQ(check({"-c", config}), kInvalidConfig);
  EXPECT_EQ(check({"-c", (folder_ / "none.yaml").string()}), kFailure);
}

TEST_F(Check, a_zone_with_a_fail_policy_must_be_in_the_policy) {
  const std::string config =
      write("g.yaml", "system: {fail-policy: {zones: {plant: closed}}}\npolicy: {file: p.yaml}\n");
  write("p.yaml", "version: 1\ndefault: drop\n");
  EXPECT_EQ(check({"-c", config}), kInvalidConfig);
  write("p.yaml", "version: 1\nzones: {plant: {interfaces: eth1}}\ndefault: drop\n");
  EXPECT_EQ(check({"-c", config}), kOk);
}

TEST_F(Check, a_policy_alone_needs_no_configuration) {
  EXPECT_EQ(check({"--policy", write("p.yaml", "version: 1\ndefault: drop\n")}), kOk);
}

}  // namespace
}  // namespace gatehouse::cli
