#include "indexer/extract/json_ld.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>
#include <utility>

#include "common/text.h"

namespace dateline::indexer {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestScript = std::size_t{4} << 20;
constexpr int kDeepest = 64;
constexpr std::size_t kMostObjects = 5000;

// Depth of brackets outside strings; the parser's values are freed recursively.
bool is_shallow(std::string_view s) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return false;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

// Line ends and tabs inside strings become spaces, commas before a closing bracket go.
std::string repair(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  bool in_string = false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (in_string) {
      if (c == '\\' && i + 1 < s.size()) {
        const char next = s[i + 1];
        if (std::string_view("\"\\/bfnrtu").find(next) == std::string_view::npos) {
          out += next == '\n' ? ' ' : next;
        } else {
          out += c;
          out += next;
        }
        ++i;
        continue;
      }
      if (c == '"') in_string = false;
      if (c == '\n')
        out += "\\n";
      else if (static_cast<unsigned char>(c) < 0x20)
        out += ' ';
      else
        out += c;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == ',') {
      std::size_t next = i + 1;
      while (next < s.size() && static_cast<unsigned char>(s[next]) <= 0x20) ++next;
      if (next < s.size() && (s[next] == '}' || s[next] == ']')) continue;
    }
    out += c;
  }
  return out;
}

std::optional<json> parse(std::string_view script) {
  std::string_view s = text::trim(script);
  for (const std::string_view open : {"<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA["}) {
    if (s.starts_with(open)) s = text::trim(s.substr(open.size()));
  }
  for (const std::string_view close : {"-->", "//]]>", "/*]]>*/", "]]>", ";"}) {
    if (s.ends_with(close)) s = text::trim(s.substr(0, s.size() - close.size()));
  }
  if (s.empty() || s.size() > kLargestScript || !is_shallow(s)) return std::nullopt;
  json value = json::parse(s, nullptr, false, true);
  if (value.is_discarded()) value = json::parse(repair(s), nullptr, false, true);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::string strip_tags(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '<' && i + 1 < s.size() &&
        (s[i + 1] == '/' || (s[i + 1] >= 'a' && s[i + 1] <= 'z') || (s[i + 1] >= 'A' && s[i + 1] <= 'Z'))) {
      const std::size_t close = s.find('>', i);
      if (close == std::string_view::npos) break;
      const std::string_view tag = s.substr(i + 1, close - i - 1);
      out += tag.starts_with("p") || tag.starts_with("/p") || tag.starts_with("br") || tag.starts_with("/div") ? '\n'
                                                                                                               : ' ';
      i = close;
    } else {
      out += s[i];
    }
  }
  return out;
}

std::string line(std::string_view s) {
  std::string decoded = decode_references(s);
  if (decoded.find('<') != std::string::npos) decoded = strip_tags(decoded);
  return text::clean_line(decoded);
}

const json* member(const json& object, const char* name) {
  const auto it = object.find(name);
  return it == object.end() ? nullptr : &*it;
}

// A string, or the first string of an array, or an object's @value, name, url or @id.
std::string string_of(const json* value) {
  for (int hops = 0; value != nullptr && hops < 4; ++hops) {
    if (value->is_string()) return value->get_ref<const std::string&>();
    if (value->is_number_integer()) return std::to_string(value->get<std::int64_t>());
    if (value->is_array()) {
      value = value->empty() ? nullptr : &value->front();
    } else if (value->is_object()) {
      const json* next = nullptr;
      for (const char* name : {"@value", "name", "url", "@id"}) {
        if (next == nullptr) next = member(*value, name);
      }
      value = next;
    } else {
      return {};
    }
  }
  return {};
}

std::string line_of(const json& object, const char* name) {
  return line(string_of(member(object, name)));
}

std::string type_of(const json& object) {
  const json* type = member(object, "@type");
  if (type == nullptr) return {};
  std::string name;
  if (type->is_string()) name = type->get<std::string>();
  if (type->is_array()) {
    for (const json& t : *type) {
      if (t.is_string() && (name.empty() || t.get_ref<const std::string&>().ends_with("Article")))
        name = t.get<std::string>();
    }
  }
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

class Reader {
 public:
  void add(const json& root) {
    // Breadth first over everything that can hold an article.
    std::vector<const json*> queue{&root};
    for (std::size_t i = 0; i < queue.size() && objects_.size() < kMostObjects; ++i) {
      const json& value = *queue[i];
      if (value.is_array()) {
        for (const json& item : value) queue.push_back(&item);
      } else if (value.is_object()) {
        objects_.push_back(&value);
        if (const json* id = member(value, "@id"); id != nullptr && id->is_string() && value.size() > 1) {
          by_id_.emplace(id->get_ref<const std::string&>(), &value);
        }
        for (const char* name :
             {"@graph", "mainEntity", "mainEntityOfPage", "hasPart", "author", "publisher", "isPartOf", "creator"}) {
          if (const json* inner = member(value, name); inner != nullptr && inner->is_structured())
            queue.push_back(inner);
        }
      }
    }
  }

  StructuredData result() {
    StructuredData data;
    std::vector<std::pair<int, StructuredArticle>> ranked;
    for (const json* object : objects_) {
      const std::string type = type_of(*object);
      if (type == "WebSite" && data.site.empty()) data.site = line_of(*object, "name");
      const int rank = rank_of_type(type);
      if (rank > 0) ranked.emplace_back(rank, article(*object, type));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (auto& [rank, found] : ranked) {
      if (data.site.empty()) data.site = found.publisher;
      data.articles.push_back(std::move(found));
    }
    return data;
  }

 private:
  const json& resolve(const json& value) const {
    if (!value.is_object()) return value;
    const json* id = member(value, "@id");
    if (id == nullptr || !id->is_string() || member(value, "name") != nullptr) return value;
    const auto it = by_id_.find(id->get_ref<const std::string&>());
    return it == by_id_.end() ? value : *it->second;
  }

  void authors(const json* value, StructuredArticle& into) const {
    if (value == nullptr) return;
    const auto one = [&](const json& item) {
      const json& author = resolve(item);
      if (author.is_string()) {
        into.authors.push_back(line(author.get_ref<const std::string&>()));
      } else if (author.is_object()) {
        const json* name = member(author, "name");
        const bool organisation = type_of(author).ends_with("Organization");
        auto& list = organisation ? into.organisations : into.authors;
        if (name != nullptr && name->is_array()) {
          for (const json& n : *name) {
            if (n.is_string()) list.push_back(line(n.get_ref<const std::string&>()));
          }
        } else if (name != nullptr) {
          list.push_back(line(string_of(name)));
        } else if (member(author, "givenName") != nullptr || member(author, "familyName") != nullptr) {
          list.push_back(text::clean_line(line_of(author, "givenName") + " " + line_of(author, "familyName")));
        }
      }
    };
    if (value->is_array()) {
      for (const json& item : *value) one(item);
    } else {
      one(*value);
    }
  }

  StructuredArticle article(const json& o, const std::string& type) const {
    StructuredArticle a;
    a.type = type;
    a.headline = line_of(o, "headline");
    a.name = line_of(o, "name");
    a.description = line_of(o, "description");
    std::string body = string_of(member(o, "articleBody"));
    if (body.empty()) body = string_of(member(o, "text"));
    body = decode_references(body);
    a.body = text::clean(body.find('<') == std::string::npos ? body : strip_tags(body));
    a.published = line_of(o, "datePublished");
    a.modified = line_of(o, "dateModified");
    a.created = line_of(o, "dateCreated");
    if (a.created.empty()) a.created = line_of(o, "uploadDate");
    a.url = line_of(o, "url");
    if (a.url.empty()) a.url = line_of(o, "mainEntityOfPage");
    a.section = line_of(o, "articleSection");
    a.language = line_of(o, "inLanguage");
    if (const json* publisher = member(o, "publisher")) a.publisher = line(string_of(&resolve(*publisher)));
    if (a.publisher.starts_with("http")) a.publisher.clear();
    authors(member(o, "author"), a);
    if (a.authors.empty()) authors(member(o, "creator"), a);
    std::erase(a.authors, std::string());
    std::erase(a.organisations, std::string());
    keywords(member(o, "keywords"), a);
    return a;
  }

  static void keywords(const json* value, StructuredArticle& into) {
    const auto split = [&](const std::string& list) {
      for (const std::string_view part : text::split(list, ',')) {
        std::string word = line(part);
        if (!word.empty() && word.size() < 100) into.keywords.push_back(std::move(word));
      }
    };
    if (value == nullptr) return;
    if (value->is_string()) split(value->get_ref<const std::string&>());
    if (value->is_array()) {
      for (const json& item : *value) {
        if (item.is_string()) split(item.get_ref<const std::string&>());
        if (item.is_object()) split(string_of(member(item, "name")));
      }
    }
  }

  std::vector<const json*> objects_;
  std::unordered_map<std::string, const json*> by_id_;
};

}  // namespace

int rank_of_type(std::string_view type) {
  if (type == "NewsArticle" || type == "ReportageNewsArticle" || type == "AnalysisNewsArticle" ||
      type == "OpinionNewsArticle" || type == "BackgroundNewsArticle" || type == "ReviewNewsArticle" ||
      type == "AskPublicNewsArticle" || type == "LiveBlogPosting") {
    return 4;
  }
  if (type.ends_with("Article") || type.ends_with("BlogPosting") || type == "Report") return 3;
  if (type == "CreativeWork" || type == "Review" || type == "Recipe" || type == "HowTo" ||
      type == "SocialMediaPosting" || type == "DiscussionForumPosting" || type == "QAPage" || type == "Book" ||
      type == "PodcastEpisode") {
    return 2;
  }
  if (type == "WebPage" || type == "ItemPage" || type == "VideoObject" || type == "MediaGallery" || type == "AboutPage")
    return 1;
  return 0;
}

std::string decode_references(std::string_view s) {
  static constexpr std::array<std::pair<std::string_view, char32_t>, 24> kNamed{{
      {"amp", U'&'},    {"quot", U'"'},  {"apos", U'\''}, {"lt", U'<'},    {"gt", U'>'},     {"nbsp", U' '},
      {"rsquo", U'’'},  {"lsquo", U'‘'}, {"rdquo", U'”'}, {"ldquo", U'“'}, {"ndash", U'–'},  {"mdash", U'—'},
      {"hellip", U'…'}, {"laquo", U'«'}, {"raquo", U'»'}, {"bdquo", U'„'}, {"eacute", U'é'}, {"auml", U'ä'},
      {"ouml", U'ö'},   {"uuml", U'ü'},  {"Auml", U'Ä'},  {"Ouml", U'Ö'},  {"Uuml", U'Ü'},   {"szlig", U'ß'},
  }};
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '&') {
      out += s[i];
      continue;
    }
    const std::size_t semicolon = s.substr(i, 12).find(';');
    if (semicolon == std::string_view::npos || semicolon < 2) {
      out += '&';
      continue;
    }
    const std::string_view name = s.substr(i + 1, semicolon - 1);
    char32_t c = 0;
    if (name[0] == '#') {
      const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
      for (std::size_t k = hex ? 2 : 1; k < name.size() && c <= 0x10FFFF; ++k) {
        const char d = name[k];
        const int digit = d >= '0' && d <= '9'          ? d - '0'
                          : hex && d >= 'a' && d <= 'f' ? d - 'a' + 10
                          : hex && d >= 'A' && d <= 'F' ? d - 'A' + 10
                                                        : -1;
        if (digit < 0) {
          c = 0;
          break;
        }
        c = c * (hex ? 16U : 10U) + static_cast<char32_t>(digit);
      }
      if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0;
    } else {
      for (const auto& [known, value] : kNamed) {
        if (known == name) c = value;
      }
    }
    if (c == 0) {
      out += '&';
      continue;
    }
    text::append_utf8(out, c);
    i += semicolon;
  }
  return out;
}

StructuredData read_json_ld(std::span<const std::string_view> scripts) {
  std::vector<json> roots;
  for (const std::string_view script : scripts.first(std::min<std::size_t>(scripts.size(), 64))) {
    if (auto root = parse(script)) roots.push_back(std::move(*root));
  }
  Reader reader;
  for (const json& root : roots) reader.add(root);
  return reader.result();
}

}  // namespace dateline::indexer
