// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <thread>

#include "ips/compile/dataset_store.hpp"
#include "ips/compile/test_rule.hpp"
#include "ips/match/ip_reputation.hpp"

namespace gatehouse::ips::compile::test {
namespace {

namespace fs = std::filesystem;

Bytes bytes(std::string_view text) {
  return as_bytes(text);
}

// ---- values

TEST(ValueSet, AddsFindsAndRemoves) {
  ValueSet set{1u << 20};
  EXPECT_EQ(set.add(bytes("a"), 7, "{}"), ValueSet::Added::fresh);
  EXPECT_EQ(set.add(bytes("a"), 8), ValueSet::Added::known);
  ASSERT_TRUE(set.find(bytes("a")));
  EXPECT_EQ(set.find(bytes("a"))->reputation, 7);
  EXPECT_EQ(set.find(bytes("a"))->context, "{}");
  EXPECT_FALSE(set.find(bytes("b")));
  EXPECT_TRUE(set.remove(bytes("a")));
  EXPECT_FALSE(set.remove(bytes("a")));
  EXPECT_FALSE(set.find(bytes("a")));
  EXPECT_EQ(set.add({}), ValueSet::Added::fresh) << "the empty value is one too";
  EXPECT_TRUE(set.find({}));
}

TEST(ValueSet, HoldsManyAndForgetsThoseThatWereRemoved) {
  ValueSet set{64u << 20};
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20'000; ++i) ASSERT_EQ(set.add(bytes("value " + std::to_string(i))), ValueSet::Added::fresh);
    EXPECT_EQ(set.size(), 20'000u);
    for (int i = 0; i < 20'000; ++i) ASSERT_TRUE(set.remove(bytes("value " + std::to_string(i))));
  }
  EXPECT_EQ(set.size(), 0u);
}

TEST(ValueSet, TakesNoMoreThanItsMemory) {
  ValueSet set{10'000};
  int added = 0;
  while (set.add(bytes("value " + std::to_string(added))) == ValueSet::Added::fresh) ASSERT_LT(++added, 1000);
  EXPECT_GT(added, 10);
  EXPECT_EQ(set.add(bytes("one more")), ValueSet::Added::no_room);
  EXPECT_EQ(ValueSet{1u << 30}.add(bytes(std::string(70'000, 'x'))), ValueSet::Added::no_room);
}

TEST(ValueSet, OneOfManyWorkersAddsAValue) {
  ValueSet set{8u << 20};
  std::atomic<int> fresh = 0;
  std::vector<std::thread> workers;
  for (int w = 0; w < 4; ++w)
    workers.emplace_back([&] {
      for (int i = 0; i < 2000; ++i)
        if (set.add(bytes(std::to_string(i))) == ValueSet::Added::fresh) ++fresh;
    });
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(fresh, 2000);
}

// ---- files

TEST(DatasetFile, ValuesOfEachType) {
  const auto text_of = [](ValueType type, std::string_view line) {
    const auto value = value_from_line(type, line);
    return value ? std::optional{line_of(type, *value)} : std::nullopt;
  };
  using enum ValueType;
  for (const auto* line : {"Z29vZ2xlLmNvbQ==", "Y3VybC83LjQzLjA=", "YQ==", "YWI=", "YWJj", ""})
    EXPECT_EQ(text_of(string, line), line);
  EXPECT_EQ(as_text(*value_from_line(string, "Z29vZ2xlLmNvbQ==")), "google.com");
  EXPECT_EQ(text_of(md5, "1D5920F4B44B27A802BD77C4F0536F5A"), "1d5920f4b44b27a802bd77c4f0536f5a");
  EXPECT_EQ(text_of(ipv4, "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(text_of(ip, "::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(text_of(ip, "2001:db8::1"), "2001:db8::1");
  EXPECT_FALSE(text_of(string, "a=b"));
  EXPECT_FALSE(text_of(string, "abcde"));
  EXPECT_FALSE(text_of(md5, "1d59"));
  EXPECT_FALSE(text_of(sha256, std::string(63, 'a') + "g"));
  EXPECT_FALSE(text_of(ipv4, "2001:db8::1"));
  EXPECT_FALSE(text_of(ip, "nowhere"));
}

TEST(DatasetFile, CsvTellsTheLineThatIsWrong) {
  ValueSet set{1u << 20};
  EXPECT_TRUE(read_csv("YQ==\r\n\nYg==,5\n", ValueType::string, false, set));
  EXPECT_EQ(set.size(), 2u);
  EXPECT_EQ(set.find(bytes("b"))->reputation, 5);
  EXPECT_NE(read_csv("YQ==\n!!\n", ValueType::string, false, set).error().find("line 2"), std::string::npos);
  EXPECT_FALSE(read_csv("YQ==\n", ValueType::string, true, set)) << "a reputation is missing";
  EXPECT_FALSE(read_csv("YQ==,65536\n", ValueType::string, true, set));
  ValueSet small{1};
  EXPECT_NE(read_csv("YQ==\n", ValueType::string, false, small).error().find("memcap"), std::string::npos);
}

TEST(DatasetFile, JsonKeepsWhatStandsBesideTheValue) {
  ValueSet set{1u << 20};
  EXPECT_TRUE(read_json(R"([{"host":"a.example","year":2005},{"other":1}])", DatasetFormat::json, ValueType::string,
                        {"host", "", false}, set));
  EXPECT_EQ(set.find(bytes("a.example"))->context, R"({"host":"a.example","year":2005})");
  EXPECT_EQ(set.size(), 1u);

  ValueSet nested{1u << 20};
  EXPECT_TRUE(read_json("{\"ioc\":{\"host\":\"b.example\"},\"year\":1}\n\n{\"ioc\":{\"host\":\"c.example\"}}\n",
                        DatasetFormat::ndjson, ValueType::string, {"ioc.host", "", true}, nested));
  EXPECT_EQ(nested.find(bytes("b.example"))->context, R"({"ioc":{},"year":1})");
  EXPECT_TRUE(nested.find(bytes("c.example")));

  ValueSet threats{1u << 20};
  EXPECT_TRUE(read_json(R"({"time":"x","response":{"threats":[{"ip":"192.0.2.1"}]}})", DatasetFormat::json,
                        ValueType::ip, {"ip", "response.threats", true}, threats));
  EXPECT_EQ(threats.size(), 1u);
}

TEST(DatasetFile, JsonThatSaysNothingIsAnError) {
  ValueSet set{1u << 20};
  const JsonKeys keys{"host", "", false};
  for (const auto* wrong : {"", "[", "{}", "[]", R"([{"host":1}])", R"([{"name":"x"}])", "[1]"})
    EXPECT_FALSE(read_json(wrong, DatasetFormat::json, ValueType::string, keys, set)) << wrong;
  EXPECT_NE(
      read_json("{\"host\":\"a\"}\n{", DatasetFormat::ndjson, ValueType::string, keys, set).error().find("line 2"),
      std::string::npos);
  EXPECT_FALSE(read_json(std::string(100'000, '['), DatasetFormat::json, ValueType::string, keys, set));
  EXPECT_FALSE(
      read_json(R"([{"host":"a"}])", DatasetFormat::json, ValueType::string, {"host", "in.there", false}, set));
}

// ---- the store

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = fs::path{::testing::TempDir()} / ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder);
    fs::create_directories(folder / "rules");
    fs::create_directories(folder / "data");
    around.folder = folder / "rules";
    around.data_folder = folder / "data";
    around.datasets = &store;
  }
  void write(const fs::path& file, std::string_view text) { std::ofstream{folder / file} << text; }
  std::string read(const fs::path& file) {
    std::ifstream in{folder / file};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  DatasetWanted wanted(std::string_view name, std::optional<ValueType> type = ValueType::string) {
    DatasetWanted w;
    w.name = name;
    w.type = type;
    return w;
  }
  // The step that a rule's dataset makes behind a sticky buffer.
  std::optional<InDataset> step(std::string_view written) {
    TestRule& rule = rules.emplace_back(around);
    rule.builder.use_buffer({}, "http.host");
    if (!rule.add(written)) {
      reason = rule.reason();
      return std::nullopt;
    }
    return std::get<InDataset>(rule.builder.chains.at(0).steps.at(0));
  }

  fs::path folder;
  DatasetStore store;
  Surroundings around{std::span<const ProtocolSpec* const>{}};
  std::deque<TestRule> rules;
  std::string reason;
};

TEST_F(StoreTest, RulesShareASetByItsName) {
  const auto first = store.open(wanted("seen")), second = store.open(wanted("seen", std::nullopt));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->get(), second->get());
  EXPECT_TRUE((*first)->add(bytes("x")));
  EXPECT_FALSE((*second)->add(bytes("x"))) << "it is there already";
  EXPECT_TRUE((*second)->has(bytes("x")));
  EXPECT_TRUE((*second)->remove(bytes("x")));
  EXPECT_FALSE((*first)->has(bytes("x")));
  EXPECT_FALSE(store.open(wanted("seen", ValueType::md5)));
  EXPECT_NE(store.open(wanted("unknown", std::nullopt)).error().find("type"), std::string::npos);
}

TEST_F(StoreTest, AValueOfAnotherSizeIsInNoSetOfHashesOrAddresses) {
  const auto md5 = *store.open(wanted("m", ValueType::md5)), v4 = *store.open(wanted("four", ValueType::ipv4)),
             ip = *store.open(wanted("ip", ValueType::ip));
  EXPECT_FALSE(md5->add(bytes("short")));
  EXPECT_TRUE(md5->add(bytes(std::string(16, 'x'))));
  EXPECT_FALSE(v4->add(bytes(std::string(16, 'x'))));
  const IpAddress mapped = *IpAddress::parse("::ffff:192.0.2.1"), plain = *IpAddress::parse("192.0.2.1");
  EXPECT_TRUE(ip->add(mapped.view()));
  EXPECT_TRUE(ip->has(plain.view()));
}

TEST_F(StoreTest, WhatIsSavedIsThereAgain) {
  DatasetWanted w = wanted("seen");
  w.load = w.save = folder / "data/seen.lst";
  ASSERT_TRUE(store.open(w)) << "the file need not be there yet";
  store.find("seen")->add(bytes("a"));
  store.find("seen")->add(bytes("b"));
  ASSERT_TRUE(store.save());
  const std::string text = read("data/seen.lst");
  EXPECT_EQ((std::set<std::string>{text.substr(0, 5), text.substr(5)}), (std::set<std::string>{"YQ==\n", "Yg==\n"}));
  DatasetStore other;
  const auto again = other.open(w);
  ASSERT_TRUE(again);
  EXPECT_TRUE((*again)->has(bytes("a")));
  EXPECT_FALSE(fs::exists(folder / "data/seen.lst.new"));
}

TEST_F(StoreTest, SavingTellsWhatWentWrong) {
  DatasetWanted w = wanted("seen");
  w.save = folder / "nowhere/seen.lst";
  ASSERT_TRUE(store.open(w));
  const auto saved = store.save();
  ASSERT_FALSE(saved);
  EXPECT_NE(saved.error().text.find("nowhere"), std::string::npos);
}

TEST_F(StoreTest, AListThatHasChangedIsReadAgainForTheNextGeneration) {
  write("rules/list.csv", "YQ==\n");
  DatasetWanted w = wanted("list");
  w.load = folder / "rules/list.csv";
  const auto before = *store.open(w);
  EXPECT_EQ(before.get(), store.open(w)->get());
  write("rules/list.csv", "Yg==\n");
  fs::last_write_time(w.load, fs::last_write_time(w.load) + std::chrono::seconds(5));
  const auto after = *store.open(w);
  EXPECT_TRUE(after->has(bytes("b")));
  EXPECT_FALSE(after->has(bytes("a")));
  EXPECT_TRUE(before->has(bytes("a"))) << "who still has the old rules has the old list";
}

TEST_F(StoreTest, RulesAskSetAndLoad) {
  write("rules/hosts.csv", "d3d3LmV4YW1wbGU=\n");
  const auto asks = step("dataset:isset,hosts,type string,load hosts.csv,memcap 10mb,hashsize 1024");
  ASSERT_TRUE(asks) << reason;
  EXPECT_EQ(asks->what, InDataset::What::is_set);
  EXPECT_TRUE(asks->set->has(bytes("www.example")));
  EXPECT_EQ(step("dataset:isnotset,hosts")->what, InDataset::What::is_not_set);
  EXPECT_EQ(step("dataset:set,new, type string")->what, InDataset::What::set_it);
  EXPECT_EQ(step("dataset:unset,new")->what, InDataset::What::unset_it);
}

TEST_F(StoreTest, RulesAskForReputation) {
  write("rules/dns.rep", "Z29vZ2xlLmNvbQ==,255\n");
  const auto asks = step("datarep:dns, >, 200, load dns.rep, type string");
  ASSERT_TRUE(asks) << reason;
  EXPECT_EQ(asks->what, InDataset::What::reputation);
  EXPECT_EQ(asks->compare, Compare::greater);
  EXPECT_EQ(asks->reputation, 200);
  EXPECT_EQ(asks->set->reputation(bytes("google.com")), 255);
  EXPECT_FALSE(asks->set->reputation(bytes("example.com")));
}

TEST_F(StoreTest, RulesNameWhatAnAlertShows) {
  write("rules/hosts.json", R"([{"host":"a.example","year":2005}])");
  const auto asks =
      step("dataset:isset,bad,type string,load hosts.json,format json,context_key bad_host,remove_key, value_key host");
  ASSERT_TRUE(asks) << reason;
  EXPECT_EQ(asks->context_key, "bad_host");
  EXPECT_EQ(store.find("bad")->context(bytes("a.example")), R"({"year":2005})");
  EXPECT_EQ(store.find("bad")->context(bytes("b.example")), "");
}

TEST_F(StoreTest, RulesWriteInTheDataFolderOnly) {
  EXPECT_TRUE(step("dataset:set,good,type string,state good.lst")) << reason;
  for (const auto* wrong : {"dataset:set,a,type string,state /etc/passwd", "dataset:set,b,type string,save ../b.lst",
                            "dataset:set,c,type string,save x/../../b.lst"}) {
    EXPECT_FALSE(step(wrong)) << wrong;
    EXPECT_NE(reason.find("data folder"), std::string::npos) << reason;
  }
  around.data_folder.clear();
  EXPECT_FALSE(step("dataset:set,d,type string,state d.lst"));
}

TEST_F(StoreTest, WhatIsWrongIsRefused) {
  write("rules/bad.csv", "YQ==\n!\n");
  for (const auto* wrong :
       {"dataset:isset", "dataset:has,a,type string", "dataset:isset,a,type word", "dataset:isset,a",
        "dataset:isset,a b,type string", "dataset:isset,a,type string,load missing.csv",
        "dataset:isset,a,type string,load bad.csv", "dataset:isset,a,type string,colour red",
        "dataset:isset,a,type string,memcap lots", "dataset:isset,a,type string,format xml",
        "dataset:isset,a,type string,format json", "dataset:isset,a,type string,value_key x",
        "dataset:isset,a,type string,load x,state y", "dataset:isset,a,type", "datarep:a,>,1",
        "datarep:a,~,1,load x,type string", "datarep:a,>,70000,load x,type string"})
    EXPECT_FALSE(step(wrong)) << wrong;
  EXPECT_FALSE(is_taken("dataset:isset,a,type string", around)) << "there is no sticky buffer before it";
}

// ---- reputation of addresses

TEST(Iprep, ComparesTheScoreOfASide) {
  auto lists = std::make_shared<IpReputation>();
  ASSERT_TRUE(lists->add_categories("1,CnC,They command"));
  ASSERT_TRUE(lists->add_list("192.0.2.2,1,100"));
  lists->finish();
  Surroundings around{std::span<const ProtocolSpec* const>{}};
  EXPECT_NE(why_refused("iprep:dst,CnC,>,30", around).find("configured"), std::string::npos);
  around.reputation = lists;
  TestScene s;
  const auto holds = [&](std::string_view written) {
    TestRule rule{around};
    EXPECT_TRUE(rule.add(written)) << rule.reason();
    return rule.holds(s);
  };
  EXPECT_TRUE(holds("iprep:dst,CnC,>,30"));
  EXPECT_FALSE(holds("iprep:src,CnC,>,30"));
  EXPECT_FALSE(holds("iprep:src,CnC,<,30")) << "no score is not a low one";
  EXPECT_TRUE(holds("iprep:any,CnC,=,100"));
  EXPECT_FALSE(holds("iprep:both,CnC,>=,1"));
  EXPECT_TRUE(holds("iprep:dst,CnC,isset"));
  EXPECT_TRUE(holds("iprep:src,CnC,isnotset"));
  EXPECT_FALSE(holds("iprep:dst,CnC,isnotset"));
  for (const auto* wrong :
       {"iprep:dst,Other,>,30", "iprep:up,CnC,>,30", "iprep:dst,CnC,>,128", "iprep:dst,CnC,!,1", "iprep:dst,CnC"})
    EXPECT_FALSE(is_taken(wrong, around)) << wrong;
}

TEST(Geoip, IsRefusedWithoutADatabase) {
  EXPECT_NE(why_refused("geoip:src,RU").find("GeoIP"), std::string::npos);
  for (const auto* wrong : {"geoip:src", "geoip:src,RUS", "geoip:src,1A"})
    EXPECT_EQ(why_refused(wrong).find("GeoIP"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::ips::compile::test
