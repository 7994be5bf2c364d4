#include "indexer/readers/json_article.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "common/date.h"
#include "common/language.h"
#include "common/stored.h"
#include "common/text.h"
#include "common/url.h"
#include "indexer/readers/iptc.h"
#include "indexer/readers/json_values.h"
#include "indexer/readers/names.h"
#include "indexer/readers/xml_tree.h"

namespace dateline::indexer {
namespace {

using json::array;
using json::element;
using json::element_type;
using json::first_line;
using json::has_text;
using json::html_payload;
using json::lines;
using json::object;

struct FieldName {
  std::string_view json;
  std::string_view field;
};

/// Names that feeds, scrapers and content systems use, in the order in which they win over each other for one field.
constexpr std::array kNames = std::to_array<FieldName>({
    {"id", "id"},
    {"guid", "id"},
    {"uuid", "id"},
    {"_id", "id"},
    {"urn", "id"},
    {"title", "title"},
    {"headline", "title"},
    {"titulo", "title"},
    {"name", "title"},
    {"body", "body"},
    {"text", "body"},
    {"content", "body"},
    {"maintext", "body"},
    {"articlebody", "body"},
    {"article_text", "body"},
    {"full_text", "body"},
    {"fulltext", "body"},
    {"bodytext", "body"},
    {"cuerpo", "body"},
    {"content_text", "body"},
    {"paragraphs", "body"},
    {"html", "html"},
    {"content_html", "html"},
    {"raw_html", "html"},
    {"article_html", "html"},
    {"published", "published"},
    {"published_at", "published"},
    {"publishedat", "published"},
    {"date_published", "published"},
    {"datepublished", "published"},
    {"date_publish", "published"},
    {"publish_date", "published"},
    {"publication_date", "published"},
    {"published_date", "published"},
    {"pubdate", "published"},
    {"pub_date", "published"},
    {"date", "published"},
    {"datetime", "published"},
    {"timestamp", "published"},
    {"created_at", "published"},
    {"fecha", "published"},
    {"time", "published"},
    {"modified", "modified"},
    {"updated", "modified"},
    {"updated_at", "modified"},
    {"date_modified", "modified"},
    {"datemodified", "modified"},
    {"date_modify", "modified"},
    {"modified_at", "modified"},
    {"last_modified", "modified"},
    {"version_created", "modified"},
    {"source", "source"},
    {"publisher", "source"},
    {"publication", "source"},
    {"outlet", "source"},
    {"site_name", "source"},
    {"sitename", "source"},
    {"site", "source"},
    {"source_name", "source"},
    {"source_domain", "source"},
    {"domain", "source"},
    {"provider", "source"},
    {"newspaper", "source"},
    {"fuente", "source"},
    {"url", "url"},
    {"link", "url"},
    {"canonical_url", "url"},
    {"uri", "url"},
    {"web_url", "url"},
    {"permalink", "url"},
    {"authors", "authors"},
    {"author", "authors"},
    {"byline", "authors"},
    {"creator", "authors"},
    {"autor", "authors"},
    {"lang", "lang"},
    {"language", "lang"},
    {"idioma", "lang"},
    {"section", "section"},
    {"category", "section"},
    {"section_name", "section"},
    {"desk", "section"},
    {"seccion", "section"},
    {"place", "place"},
    {"dateline", "place"},
    {"keywords", "keywords"},
    {"tags", "keywords"},
    {"actors", "actors"},
    {"summary", "summary"},
    {"abstract", "summary"},
    {"teaser", "summary"},
    {"standfirst", "summary"},
    {"excerpt", "summary"},
    {"description", "summary"},
    {"embargo_until", "embargo_until"},
    {"embargoed", "embargo_until"},
    {"embargo", "embargo_until"},
    {"status", "status"},
    {"pubstatus", "status"},
    {"version", "version"},
    {"subjects", "subjects"},
    {"extra", "extra"},
});

/// Rank of a JSON field for its article field: an explicit mapping first, then the order of kNames.
struct Target {
  std::string_view field;
  std::size_t rank;
};

const std::unordered_map<std::string_view, Target>& known_names() {
  static const std::unordered_map<std::string_view, Target> names = [] {
    std::unordered_map<std::string_view, Target> all;
    for (std::size_t i = 0; i < kNames.size(); ++i) all.emplace(kNames[i].json, Target{kNames[i].field, i + 1});
    return all;
  }();
  return names;
}

std::optional<Target> target_of(std::string_view key, const ReaderOptions& options) {
  if (!options.field_map.empty()) {
    if (const auto mapped = options.field_map.find(std::string{key}); mapped != options.field_map.end())
      return Target{mapped->second, 0};
  }
  const auto known = known_names().find(key);
  if (known != known_names().end()) return known->second;
  const auto lower = known_names().find(text::ascii_lower(key));
  if (lower == known_names().end()) return std::nullopt;
  return lower->second;
}

void set_body(const element& value, RawArticle& raw) {
  std::vector<std::string> texts;
  json::collect_texts(value, texts);
  if (texts.size() == 1 && json::looks_like_html(texts.front())) {
    raw.html = html_payload(std::move(texts.front()));
    return;
  }
  for (const std::string& one : texts) {
    for (std::string& paragraph : text::paragraphs(text::clean(one))) raw.article.body.push_back(std::move(paragraph));
  }
}

void set_actors(const element& value, std::vector<Actor>& actors) {
  array list;
  if (value.get(list) != simdjson::SUCCESS) return;
  for (const element entry : list) {
    Actor actor;
    actor.name = first_line(entry);
    std::string_view kind;
    if (entry["kind"].get(kind) == simdjson::SUCCESS || entry["type"].get(kind) == simdjson::SUCCESS) {
      const std::string lower = text::ascii_lower(kind);
      if (lower.starts_with("org")) actor.kind = ActorKind::organisation;
      if (lower.starts_with("country") || lower == "gpe") actor.kind = ActorKind::country;
    }
    std::uint64_t mentions = 0;
    if (entry["mentions"].get(mentions) == simdjson::SUCCESS && mentions > 0)
      actor.mentions = static_cast<std::uint32_t>(mentions);
    double salience = 0;
    if (entry["salience"].get(salience) == simdjson::SUCCESS) actor.salience = std::clamp(salience, 0.0, 1.0);
    if (!actor.name.empty()) actors.push_back(std::move(actor));
  }
}

void set_subjects(const element& value, Article& article) {
  array list;
  if (value.get(list) != simdjson::SUCCESS) return;
  for (const element entry : list) {
    if (entry.is_string()) {
      iptc::add_subject(article, {}, first_line(entry));
      continue;
    }
    element code;
    element name;
    const bool has_code = entry["code"].get(code) == simdjson::SUCCESS;
    const bool has_name = entry["name"].get(name) == simdjson::SUCCESS;
    iptc::add_subject(article, has_code ? first_line(code) : "", has_name ? first_line(name) : "");
  }
}

/// What agencies add.
void set_provider_field(std::string_view field, const element& value, Article& article) {
  if (field == "summary")
    article.summary = plain_text(first_line(value));
  else if (field == "embargo_until")
    article.embargo_until = parse_date(first_line(value), date_hints(article.lang));
  else if (field == "status")
    iptc::set_status(article, first_line(value));
  else if (field == "version")
    article.version = iptc::version_number(first_line(value));
  else if (field == "subjects")
    set_subjects(value, article);
}

void set_field(std::string_view field, const element& value, RawArticle& raw) {
  Article& article = raw.article;
  if (field == "id")
    article.id = first_line(value);
  else if (field == "title")
    article.title = first_line(value);
  else if (field == "body")
    set_body(value, raw);
  else if (field == "html")
    raw.html = html_payload(std::string{value.get_string().value_unsafe()});
  else if (field == "published")
    article.published = parse_date(first_line(value), date_hints(article.lang));
  else if (field == "modified")
    article.modified = parse_date(first_line(value), date_hints(article.lang));
  else if (field == "source")
    article.source = first_line(value);
  else if (field == "url")
    article.url = first_line(value);
  else if (field == "authors")
    article.authors = value.is_string() ? split_names(first_line(value)) : lines(value);
  else if (field == "lang")
    article.lang = normalize_language(first_line(value));
  else if (field == "section")
    article.section = first_line(value);
  else if (field == "place")
    article.place = first_line(value);
  else if (field == "keywords")
    article.keywords = lines(value);
  else if (field == "actors")
    set_actors(value, article.actors);
  else
    set_provider_field(field, value, article);
}

/// Does a value say what its article field means? "status": "draft" and "version": "https://…" do not.
bool fits(std::string_view field, const element& value) {
  if (field == "actors" || field == "subjects") return value.is_array();
  if (field == "extra") return value.is_object();
  if (field == "html") return value.is_string();
  if (field == "status") return status_named(first_line(value)).has_value();
  if (field == "version") return iptc::version_number(first_line(value)) > 0;
  if (field == "embargo_until") return parse_date(first_line(value)).has_value();
  return has_text(value);
}

simdjson::dom::parser& thread_parser() {
  thread_local simdjson::dom::parser parser;
  return parser;
}
simdjson::dom::parser& thread_feed_parser() {
  thread_local simdjson::dom::parser parser;
  return parser;
}

int hex_value(std::string_view s) {
  int value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const char c = i < s.size() ? s[i] : 'x';
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/// Halves of a surrogate pair without the other half become U+FFFD, raw control characters inside strings a blank.
std::string repaired(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') in_string = !in_string;
    if (!in_string || c != '\\') {
      out.push_back(in_string && static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
      continue;
    }
    const std::string_view rest = json.substr(i);
    const int unit = rest.size() > 5 && rest[1] == 'u' ? hex_value(rest.substr(2)) : -1;
    const bool high = unit >= 0xD800 && unit < 0xDC00;
    const bool low = unit >= 0xDC00 && unit < 0xE000;
    const int next = high && rest.size() > 11 && rest.substr(6, 2) == "\\u" ? hex_value(rest.substr(8)) : -1;
    if (high && next >= 0xDC00 && next < 0xE000) {
      out.append(rest.substr(0, 12));
      i += 11;
    } else if (high || low) {
      out.append("\\uFFFD");
      i += 5;
    } else {
      out.append(rest.substr(0, 2));
      i += 1;
    }
  }
  return out;
}

/// The best-ranked name that carries something wins its field.
struct Choice {
  element value;
  std::size_t rank;
  std::string_view key;
};

/// Texts of a body that is there already say nothing more.
bool is_kept(std::string_view field) {
  return field != "body" && field != "html" && field != "published";
}

/// What a feed says of all its items. An item is the article that its address leads to.
void fill_from_feed(std::string_view feed, Article& article, ExtraFields& extra) {
  if (!article.id.empty() && !canonical_url(article.url).empty()) {
    if (article.id != article.url) extra.add("guid", article.id);
    article.id.clear();
  }
  element root;
  if (thread_feed_parser().parse(feed.data(), feed.size()).get(root) != simdjson::SUCCESS) return;
  element value;
  if (article.source.empty() && root["title"].get(value) == simdjson::SUCCESS) article.source = first_line(value);
  if (article.lang.empty() && root["language"].get(value) == simdjson::SUCCESS)
    article.lang = normalize_language(first_line(value));
}

}  // namespace

bool is_article_field(std::string_view name) {
  return name != "extra" &&
         std::any_of(kNames.begin(), kNames.end(), [&](const FieldName& known) { return known.field == name; });
}

bool is_known_json_name(std::string_view name) {
  return target_of(name, {}).has_value();
}

std::variant<RawArticle, Refusal> article_of_json(std::string_view bytes, std::string_view feed,
                                                  const ReaderOptions& options) {
  std::string valid;
  if (!text::is_valid_utf8(bytes)) {
    valid = text::clean(bytes);
    bytes = valid;
  }
  element root;
  auto error = thread_parser().parse(bytes.data(), bytes.size()).get(root);
  if (error == simdjson::STRING_ERROR || error == simdjson::UNESCAPED_CHARS) {
    const std::string better = repaired(bytes);
    error = thread_parser().parse(better).get(root);
  }
  if (error != simdjson::SUCCESS) return Refusal{fmt::format("not JSON: {}", simdjson::error_message(error))};
  object fields;
  if (root.get(fields) != simdjson::SUCCESS) return Refusal{"not a JSON object"};
  if (options.field_map.empty() && json::is_ninjs(fields)) return json::article_of_ninjs(fields);
  if (options.field_map.empty() && json::is_follow_the_money(fields)) return json::article_of_follow_the_money(fields);

  std::map<std::string_view, Choice> chosen;
  ExtraFields extra;
  for (const auto& [key, value] : fields) {
    if (value.is_null()) continue;
    const std::optional<Target> target = target_of(key, options);
    if (!target || !fits(target->field, value)) {
      extra.add_value(text::clean_line(key), json::copy(value));
      continue;
    }
    const auto found = chosen.find(target->field);
    if (found == chosen.end()) {
      chosen.emplace(target->field, Choice{value, target->rank, key});
      continue;
    }
    Choice loser{value, target->rank, key};
    if (target->rank < found->second.rank) std::swap(loser, found->second);
    if (is_kept(target->field)) extra.add_value(text::clean_line(loser.key), json::copy(loser.value));
  }
  RawArticle raw;
  // Language first, since it says how dates are read.
  if (const auto lang = chosen.find("lang"); lang != chosen.end()) set_field("lang", lang->second.value, raw);
  for (const auto& [field, choice] : chosen) {
    if (field == "html" && chosen.contains("body")) continue;  // Its text is there already.
    if (field != "extra") set_field(field, choice.value, raw);
  }
  if (const auto kept = chosen.find("extra"); kept != chosen.end()) {
    const object members = kept->second.value.get_object().value_unsafe();
    for (const auto& [key, value] : members) extra.add_value(text::clean_line(key), json::copy(value));
  }
  if (!feed.empty()) {
    fill_from_feed(feed, raw.article, extra);
    raw.excerpt = true;
  }
  Article& article = raw.article;
  if (!raw.html && article.body.empty() && !article.summary.empty() && !article.title.empty())
    article.body.push_back(std::exchange(article.summary, {}));
  // Of an agency's item only the version may be dated; it came out with it.
  const auto modified = chosen.find("modified");
  if (!article.published && modified != chosen.end() && modified->second.key == "version_created")
    article.published = article.modified;
  if (raw.html) raw.html->url = article.url;
  article.extra = extra.str();
  return raw;
}

}  // namespace dateline::indexer
