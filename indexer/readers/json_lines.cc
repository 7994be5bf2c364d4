#include "indexer/readers/json_lines.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/date.h"
#include "common/language.h"
#include "common/stored.h"
#include "common/text.h"
#include "indexer/readers/names.h"

namespace dateline::indexer {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

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
    {"embargo_until", "embargo_until"},
    {"embargoed", "embargo_until"},
    {"status", "status"},
    {"pubstatus", "status"},
});

/// Rank of a JSON field for its article field: an explicit mapping first, then the order of kNames.
struct Target {
  std::string_view field;
  std::size_t rank;
};

std::optional<Target> target_of(std::string_view key, const ReaderOptions& options) {
  if (const auto mapped = options.field_map.find(std::string{key}); mapped != options.field_map.end())
    return Target{mapped->second, 0};
  const std::string lower = text::ascii_lower(key);
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i].json == lower) return Target{kNames[i].field, i + 1};
  }
  return std::nullopt;
}

/// A value as text: strings, numbers; of an object its name ({"name": "Reuters"}), of an array its parts.
void collect_texts(const element& value, std::vector<std::string>& out, int depth = 0) {
  switch (value.type()) {
    case element_type::STRING:
      out.emplace_back(value.get_string().value_unsafe());
      return;
    case element_type::INT64:
      out.push_back(std::to_string(value.get_int64().value_unsafe()));
      return;
    case element_type::UINT64:
      out.push_back(std::to_string(value.get_uint64().value_unsafe()));
      return;
    case element_type::DOUBLE: {
      const double number = value.get_double().value_unsafe();
      out.push_back(std::floor(number) == number && std::abs(number) < 1e15 ? fmt::format("{:.0f}", number)
                                                                            : fmt::format("{}", number));
      return;
    }
    case element_type::ARRAY:
      if (depth < 2) {
        const array parts = value.get_array().value_unsafe();
        for (const element part : parts) collect_texts(part, out, depth + 1);
      }
      return;
    case element_type::OBJECT:
      for (const char* key : {"name", "title", "text", "content", "$oid", "$date", "id"}) {
        element inner;
        if (depth < 2 && value[key].get(inner) == simdjson::SUCCESS) {
          collect_texts(inner, out, depth + 1);
          return;
        }
      }
      return;
    default:
      return;  // true, false, null say nothing
  }
}

std::string first_line(const element& value) {
  std::vector<std::string> texts;
  collect_texts(value, texts);
  return texts.empty() ? std::string{} : text::clean_line(texts.front());
}

std::vector<std::string> lines(const element& value) {
  std::vector<std::string> texts;
  collect_texts(value, texts);
  std::vector<std::string> out;
  for (const std::string& one : texts) {
    if (std::string line = text::clean_line(one); !line.empty()) out.push_back(std::move(line));
  }
  return out;
}

bool looks_like_html(std::string_view body) {
  for (const std::string_view tag : {"<p>", "<p ", "</p>", "<br>", "<br/>", "<br />", "<div", "<html", "<article"}) {
    if (body.find(tag) != std::string_view::npos) return true;
  }
  return false;
}

/// Fields hold whole pages or just the text's mark-up.
HtmlPayload html_payload(std::string bytes) {
  const std::string head = text::ascii_lower(std::string_view{bytes}.substr(0, 4096));
  const bool page = head.find("<html") != std::string::npos || head.find("<body") != std::string::npos ||
                    head.find("<head") != std::string::npos;
  return {.bytes = std::move(bytes), .page = page, .charset = "utf-8"};
}

void set_body(const element& value, RawArticle& raw) {
  std::vector<std::string> texts;
  collect_texts(value, texts);
  if (texts.size() == 1 && looks_like_html(texts.front())) {
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
  else if (field == "embargo_until")
    article.embargo_until = parse_date(first_line(value));
  else if (field == "status")
    article.status = status_named(first_line(value)).value_or(PublishingStatus::usable);
}

bool has_text(const element& value) {
  std::vector<std::string> texts;
  collect_texts(value, texts);
  return std::any_of(texts.begin(), texts.end(), [](const std::string& s) { return !text::trim(s).empty(); });
}

simdjson::dom::parser& thread_parser() {
  thread_local simdjson::dom::parser parser;
  return parser;
}

}  // namespace

bool is_article_field(std::string_view name) {
  return std::any_of(kNames.begin(), kNames.end(), [&](const FieldName& known) { return known.field == name; });
}

JsonLinesReader::JsonLinesReader(ByteSource& source, const ReaderOptions& options)
    : source_(source), options_(options) {}

bool JsonLinesReader::fill() {
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  if (at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  const std::size_t n = source_.read(buffer_.data() + before, kPiece);
  buffer_.resize(before + n);
  return n > 0;
}

/// Looks at what is buffered: does the first line fail to close the object that it opens?
bool JsonLinesReader::is_one_object() {
  const std::string_view first = text::trim(std::string_view{buffer_}.substr(0, buffer_.find('\n')));
  const std::size_t end = buffer_.find('\n');
  if (end == std::string::npos || first.empty() || first.front() != '{' || first.back() == '}') return false;
  // A line that was cut is followed by the next object; an object that is spread out goes on.
  const std::string_view rest = text::trim(std::string_view{buffer_}.substr(end, 4096));
  return !rest.empty() && rest.front() != '{';
}

Reader::Next JsonLinesReader::next() {
  if (!started_) {
    started_ = true;
    while (buffer_.find('\n') == std::string::npos && buffer_.size() <= options_.max_record && fill()) {
    }
    if (buffer_.starts_with("\xEF\xBB\xBF")) buffer_.erase(0, 3);
    if (is_one_object()) {
      while (buffer_.size() <= options_.max_record && fill()) {
      }
      if (buffer_.size() <= options_.max_record) {
        Record record{.number = 1, .bytes = std::move(buffer_)};
        buffer_.clear();
        return record;
      }
    }
  }
  for (;;) {
    std::size_t scanned = at_;
    std::size_t end = buffer_.find('\n', scanned);
    bool more = true;
    std::size_t length_seen = 0;  // of a line too long to keep
    while (end == std::string::npos && more) {
      if (buffer_.size() - at_ > options_.max_record) {
        length_seen += buffer_.size() - at_;
        at_ = buffer_.size();
      }
      scanned = buffer_.size() - at_;  // where fill() continues, after it has moved the rest to the front
      more = fill();
      end = buffer_.find('\n', scanned);
    }
    if (end == std::string::npos) end = buffer_.size();
    if (!more && at_ == end && length_seen == 0) return End{};
    ++line_;
    std::string_view line{buffer_.data() + at_, end - at_};
    const std::size_t length = length_seen + line.size();
    at_ = std::min(end + 1, buffer_.size());
    if (length > options_.max_record) {
      return Skipped{line_,
                     fmt::format("a line of {} bytes, longer than {} (--max-record)", length, options_.max_record)};
    }
    line = text::trim(line);
    if (line.empty()) continue;
    return Record{.number = line_, .bytes = std::string{line}};
  }
}

std::variant<RawArticle, Refusal> JsonLinesReader::parse(const Record& record) const {
  std::string valid;
  std::string_view bytes = record.bytes;
  if (!text::is_valid_utf8(bytes)) {
    valid = text::clean(bytes);
    bytes = valid;
  }
  element root;
  if (const auto error = thread_parser().parse(bytes.data(), bytes.size()).get(root); error != simdjson::SUCCESS) {
    return Refusal{fmt::format("not JSON: {}", simdjson::error_message(error))};
  }
  object fields;
  if (root.get(fields) != simdjson::SUCCESS) return Refusal{"not a JSON object"};

  // The best-ranked name that carries something wins its field; language first, since it says how dates are read.
  struct Choice {
    element value;
    std::size_t rank;
  };
  std::map<std::string_view, Choice> chosen;
  for (const auto& [key, value] : fields) {
    const std::optional<Target> target = target_of(key, options_);
    if (!target || value.is_null()) continue;
    const bool is_actors = target->field == "actors";
    if (!is_actors && !has_text(value)) continue;
    if (target->field == "html" && !value.is_string()) continue;
    const auto found = chosen.find(target->field);
    if (found == chosen.end() || target->rank < found->second.rank)
      chosen.insert_or_assign(target->field, Choice{value, target->rank});
  }
  RawArticle raw;
  if (const auto lang = chosen.find("lang"); lang != chosen.end()) set_field("lang", lang->second.value, raw);
  for (const auto& [field, choice] : chosen) {
    if (field == "html" && chosen.contains("body")) continue;  // Its text is there already.
    set_field(field, choice.value, raw);
  }
  if (raw.html) raw.html->url = raw.article.url;
  return raw;
}

}  // namespace dateline::indexer
