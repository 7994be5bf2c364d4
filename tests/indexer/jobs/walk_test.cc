#include "indexer/jobs/walk.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/support/temporary_folder.h"

using namespace dateline::indexer;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(walk_test)

namespace {
struct Walked {
  std::vector<std::string> files;
  std::vector<std::string> refused;
};
Walked walk_all(const fs::path& given, const fs::path& root) {
  Walked result;
  walk(given, {.file = [&](const WalkedFile& f) { result.files.push_back(fs::relative(f.path, root).string()); },
               .refused = [&](const fs::path& p,
                              const std::string&) { result.refused.push_back(fs::relative(p, root).string()); },
               .passed_over = [](auto&&...) {}});
  return result;
}
}  // namespace

BOOST_AUTO_TEST_CASE(files_come_in_byte_order_of_their_paths) {
  const dateline::test::TemporaryFolder folder;
  for (const char* name : {"b.txt", "a/z.txt", "a.txt", "a/b/c.txt", "B.txt"}) folder.write(name, "x");
  BOOST_TEST(walk_all(folder.path(), folder.path()).files ==
                 (std::vector<std::string>{"B.txt", "a.txt", "a/b/c.txt", "a/z.txt", "b.txt"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(hidden_files_links_and_descriptions_are_passed_over) {
  const dateline::test::TemporaryFolder folder;
  folder.write("in/.hidden", "x");
  folder.write("in/README.md", "x");
  folder.write("in/a.txt", "x");
  folder.write("out/secret.txt", "x");
  fs::create_symlink(folder.path() / "out/secret.txt", folder.path() / "in/link.txt");
  fs::create_directory_symlink(folder.path() / "out", folder.path() / "in/folder");
  fs::create_directory_symlink(folder.path() / "in", folder.path() / "in/loop");
  BOOST_TEST(walk_all(folder.path() / "in", folder.path()).files == (std::vector<std::string>{"in/a.txt"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_given_link_is_followed_and_a_missing_path_is_named) {
  const dateline::test::TemporaryFolder folder;
  folder.write("real/a.txt", "x");
  fs::create_directory_symlink(folder.path() / "real", folder.path() / "given");
  BOOST_TEST(walk_all(folder.path() / "given", folder.path()).files.size() == 1U);
  BOOST_TEST(walk_all(folder.path() / "missing", folder.path()).refused == (std::vector<std::string>{"missing"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
