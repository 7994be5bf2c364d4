// Site templates over several jobs on one index.
#include "indexer/jobs/site_learning.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "common/clock.h"
#include "common/diagnostics.h"
#include "common/stored.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(site_learning_test)

namespace {

const std::string kPromotion =
    "Our newsroom needs readers who pay, so that it can go on to report what others would rather keep quiet.";

std::string page(const std::string& host, const std::string& word) {
  std::string html = "<html lang=en><head><title>The " + word + " of the day | Harbour Gazette</title>" +
                     "<link rel=canonical href='https://" + host + "/" + word +
                     "'><meta property=article:published_time content=2030-05-01></head><body><main><article><h1>The " +
                     word + " of the day</h1>";
  for (int k = 0; k < 4; ++k) {
    html +=
        "<p>Paragraph " + std::to_string(k) + " about the " + word +
        " tells, at some length, what the council decided on Tuesday, and why the mayor, who had voted against the " +
        word + ", gave way.</p>";
    if (k == 1) html += "<p>" + kPromotion + "</p>";
  }
  return html + "</article></main></body></html>";
}

struct Quiet final : Diagnostics {
  void warn(std::string_view) override {}
};

class Archive {
 public:
  Archive() {
    options.actors = false;
    options.index = folder_.path() / "index";
  }
  void write(const std::string& name, const std::string& content) { folder_.write("in/" + name, content); }
  void index(const std::vector<std::string>& names = {""}) {
    options.paths.clear();
    for (const std::string& name : names) options.paths.push_back((folder_.path() / "in" / name).string());
    Quiet diagnostics;
    JobObserver observer;
    const std::atomic<bool> stop{false};
    (void)run_index_job(options, diagnostics, observer,
                        FixedClock{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}}, stop);
  }
  [[nodiscard]] std::vector<Article> articles() const {
    std::vector<Article> all;
    const Snapshot snapshot = open_snapshot(options.index);
    for (auto it = snapshot.database.postlist_begin(""); it != snapshot.database.postlist_end(""); ++it)
      all.push_back(decode_article(snapshot.database.get_document(*it).get_data()));
    return all;
  }
  /// Titles of the articles that hold the promotion.
  [[nodiscard]] std::set<std::string> with_promotion() const {
    std::set<std::string> titles;
    for (const Article& article : articles()) {
      for (const std::string& paragraph : article.body) {
        if (paragraph == kPromotion) titles.insert(article.title);
      }
    }
    return titles;
  }

  IndexOptions options;

 private:
  test::TemporaryFolder folder_;
};

using Titles = std::set<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_job_learns_before_it_indexes) {
  Archive archive;
  for (const char* word : {"harbour", "bridge", "market"})
    archive.write(std::string(word) + ".html", page("a.example", word));
  archive.index();
  BOOST_TEST(archive.articles().size() == 3U);
  BOOST_TEST((archive.with_promotion() == Titles{}));
  const SiteTemplates sites = load_site_templates(archive.options.index);
  BOOST_REQUIRE(sites.count("a.example") == 1U);
  BOOST_TEST(sites.at("a.example").pages == 3U);
}

BOOST_AUTO_TEST_CASE(a_later_job_uses_what_was_learnt_and_does_not_learn_the_site_again) {
  Archive archive;
  for (const char* word : {"harbour", "bridge", "market"})
    archive.write(std::string(word) + ".html", page("a.example", word));
  archive.index();
  for (const char* word : {"station", "library", "museum", "school"})
    archive.write(std::string(word) + ".html", page("a.example", word));
  archive.index();
  BOOST_TEST(archive.articles().size() == 7U);
  BOOST_TEST((archive.with_promotion() == Titles{}));
  BOOST_TEST(load_site_templates(archive.options.index).at("a.example").pages == 3U);
  archive.options.rebuild = true;
  archive.index();
  BOOST_TEST(load_site_templates(archive.options.index).at("a.example").pages == 7U);
}

BOOST_AUTO_TEST_CASE(what_is_indexed_stays_until_a_rebuild) {
  Archive archive;
  archive.write("harbour.html", page("a.example", "harbour"));
  archive.index();
  for (const char* word : {"bridge", "market", "station"})
    archive.write(std::string(word) + ".html", page("a.example", word));
  archive.index();
  BOOST_TEST((archive.with_promotion() == Titles{"The harbour of the day"}));
  archive.options.rebuild = true;
  archive.index();
  BOOST_TEST((archive.with_promotion() == Titles{}));
}

BOOST_AUTO_TEST_CASE(the_order_of_paths_and_the_files_around_do_not_matter) {
  std::vector<std::string> serialised;
  for (const bool backwards : {false, true}) {
    Archive archive;
    std::vector<std::string> names;
    for (const char* word : {"harbour", "bridge", "market", "station"}) {
      names.push_back(std::string(word) + ".html");
      archive.write(names.back(), page("a.example", word));
    }
    names.emplace_back("empty.html");
    archive.write(names.back(), "");
    names.emplace_back("absent.html");
    if (backwards) std::reverse(names.begin(), names.end());
    archive.index(names);
    serialised.push_back(serialise(load_site_templates(archive.options.index).at("a.example")));
    BOOST_TEST((archive.with_promotion() == Titles{}));
  }
  BOOST_TEST(serialised[0] == serialised[1]);
}

BOOST_AUTO_TEST_CASE(without_site_templates_nothing_is_learnt_nor_used) {
  Archive archive;
  for (const char* word : {"harbour", "bridge", "market"})
    archive.write(std::string(word) + ".html", page("a.example", word));
  archive.index();
  archive.options.site_templates = false;
  archive.index();  // other options: read again
  BOOST_TEST(archive.with_promotion().size() == 3U);
  Archive fresh;
  fresh.options.site_templates = false;
  for (const char* word : {"harbour", "bridge", "market"})
    fresh.write(std::string(word) + ".html", page("a.example", word));
  fresh.index();
  BOOST_TEST(load_site_templates(fresh.options.index).empty());
}

BOOST_AUTO_TEST_CASE(a_date_after_tomorrow_is_refused) {
  Archive archive;
  archive.write("harbour.html", page("a.example", "harbour"));
  archive.index();
  BOOST_REQUIRE(archive.articles().size() == 1U);
  BOOST_TEST(!archive.articles().front().published.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
